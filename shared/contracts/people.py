"""The little that both services know of a person."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from shared.contracts.base import In, Instant, Name, Text
from shared.kit.zones import known_zone
from shared.vocabulary import Sex

TimeZone = Annotated[str, AfterValidator(known_zone)]
"""An IANA time zone name such as America/New_York."""


class Identifier(In):
    """A business identifier, unique within an organization (FHIR Identifier)."""

    system: Text
    value: Text


class PatientSnapshot(In):
    """A patient as one service tells the other; an older ``version`` never overwrites a newer one."""

    coordination_id: UUID | None = None
    version: int = Field(ge=1)
    identifiers: list[Identifier] = Field(max_length=50)
    family: Name
    given: Name
    birth_date: date
    sex: Sex
    time_zone: TimeZone
    deceased_at: Instant | None = None
