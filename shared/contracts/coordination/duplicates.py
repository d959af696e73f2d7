"""Records that may be of one person."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Out, Text
from shared.contracts.coordination.patients import PatientRead
from shared.contracts.people import Identifier
from shared.vocabulary import DuplicateGrade, DuplicatePart


class LikePerson(Out):
    """Who a record is of, as far as it takes to compare."""

    id: UUID
    family: str
    given: str
    birth_date: date
    sex: str
    identifiers: list[Identifier]


class LikenessPart(Out):
    """One thing that agrees or speaks against."""

    part: DuplicatePart
    points: int
    why: str


class DuplicateRead(Out):
    """Two records that look like one person; ``score`` is the sum of the parts' points."""

    patient: LikePerson
    other: LikePerson
    score: int
    grade: DuplicateGrade
    parts: list[LikenessPart]


class DuplicateList(Out):
    """The records that look like one, the most alike first."""

    items: list[DuplicateRead]


class PatientRegistered(PatientRead):
    """The patient, and the records that look like the same person: look at them before work is opened on this one."""

    possible_duplicates: list[DuplicateRead]


class TellApart(In):
    """Two records are of two people."""

    other: UUID = Field(description="The other record.")
    reason: Text = Field(examples=["Twins: the given names differ by one letter"])


class ToldApart(Out):
    """That two records are of two people; the pair is not listed any more."""

    patient_id: UUID
    other: UUID
    reason: str
    told_by: str
    told_at: datetime
