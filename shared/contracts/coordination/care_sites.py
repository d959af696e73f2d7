"""Care sites: hospitals, clinics and practices (FHIR Organization), not the tenant that owns the data."""

from datetime import datetime

from pydantic import Field

from shared.contracts.base import Code, In, Name, Text, Versioned
from shared.contracts.people import Identifier


class RegisterCareSite(In):
    """A place or organization that gives care. ``kind`` is a code of FHIR's organization-type, such as prov."""

    identifiers: list[Identifier] = Field(min_length=1, max_length=50)
    name: Name
    kind: Code | None = None
    telephone: Text | None = None
    active: bool = True


class CareSiteRead(Versioned):
    """A care site."""

    identifiers: list[Identifier]
    name: str
    kind: str | None
    telephone: str | None
    active: bool
    updated_at: datetime
