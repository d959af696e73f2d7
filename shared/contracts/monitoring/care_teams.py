"""Who is responsible in a patient's care, as monitoring keeps it: who is told, and who may approve."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Message, Name, Text, Versioned
from shared.contracts.people import PatientSnapshot
from shared.vocabulary import CareTeamRole


class PutCareTeamMember(In):
    """One responsibility as of coordination's ``version``; days are local to the patient, both included."""

    member_id: UUID | None = Field(default=None, description="When given, the one in the address.")
    version: int
    patient: PatientSnapshot
    role: CareTeamRole
    practitioner: Name
    subject: Text | None = Field(default=None, description="Their token subject, if they have one.")
    telephone: Text | None = None
    starts_on: date
    ends_on: date | None = None


class CareTeamChanged(PutCareTeamMember, Message):
    """Somebody took or left a role in the care of a monitored patient."""

    kind: ClassVar[str] = "CareTeamChanged"


class MemberRead(Versioned):
    """A responsibility; ``active`` is judged on the patient's local day."""

    patient_id: UUID
    role: CareTeamRole
    practitioner: str
    subject: str | None
    telephone: str | None
    starts_on: date
    ends_on: date | None
    active: bool
