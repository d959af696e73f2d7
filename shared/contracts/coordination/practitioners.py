"""Practitioners as the EHR names them; the directory of those who can meet needs is ``specialists``."""

from datetime import datetime

from pydantic import Field

from shared.contracts.base import In, Name, Versioned
from shared.contracts.coordination.specialists import Language
from shared.contracts.people import Identifier
from shared.vocabulary import Sex


class RegisterPractitioner(In):
    """Somebody who cares for patients. Each identifier belongs to one practitioner of the organization."""

    identifiers: list[Identifier] = Field(min_length=1, max_length=50)
    family: Name
    given: Name
    sex: Sex | None = None
    active: bool = True
    languages: list[Language] = Field(default_factory=list, max_length=50)


class PractitionerRead(Versioned):
    """A practitioner."""

    identifiers: list[Identifier]
    family: str
    given: str
    sex: Sex | None
    active: bool
    languages: list[str]
    updated_at: datetime
