"""Patients as monitoring knows them: the little it needs to read a value and reach the right person."""

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from shared.contracts.base import In, Instant, Message, Name, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.people import Identifier, PatientSnapshot, TimeZone
from shared.vocabulary import Sex

Identifiers = Annotated[list[Identifier], Field(min_length=1, max_length=50)]
_PATIENT: JsonDict = {
    "identifiers": [{"system": "https://example.org/mrn", "value": "EX-30572"}],
    "family": "Sample",
    "given": "Dora",
    "birth_date": "1968-05-20",
    "sex": "female",
    "time_zone": "America/New_York",
}


class RegisterPatient(In):
    """A patient whom monitoring meets without coordination, as in an import from an EHR."""

    model_config = example(_PATIENT)

    identifiers: Identifiers
    family: Name
    given: Name
    birth_date: date
    sex: Sex
    time_zone: TimeZone
    deceased_at: Instant | None = None


class PatientChanged(PatientSnapshot, Message):
    """Coordination tells what it knows of a patient; an older version changes nothing."""

    model_config = example({"version": 2, **_PATIENT})

    kind: ClassVar[str] = "PatientChanged"


class PatientRead(Versioned):
    """``source_version`` is the newest version coordination has told, 0 when it has told none."""

    coordination_id: UUID | None
    source_version: int
    identifiers: list[Identifier]
    family: str
    given: str
    birth_date: date
    sex: Sex
    time_zone: str
    deceased_at: datetime | None
