"""Who is responsible for what in a patient's care, and for when."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.contracts.base import In, Name, Text, Versioned
from shared.vocabulary import CareTeamRole


class JoinCareTeam(In):
    """A practitioner takes a role in a patient's care; ``subject`` is their token subject, if any."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "patient_id": "00000000-0000-4000-8000-000000000001",
                    "role": "primary-care",
                    "practitioner": "Dr. Example",
                    "starts_on": "2026-09-04",
                }
            ]
        }
    )

    patient_id: UUID
    role: CareTeamRole
    practitioner: Name
    subject: Text | None = None
    specialist_id: UUID | None = None
    telephone: Text | None = None
    starts_on: date
    ends_on: date | None = Field(default=None, description="The last day, local to the patient; open when null.")

    @model_validator(mode="after")
    def _forward(self) -> "JoinCareTeam":
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("ends_on is before starts_on")
        return self


class LeaveCareTeam(In):
    """The last day of somebody's responsibility."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2030-09-30"}]})

    ends_on: date


class CareTeamMemberRead(Versioned):
    """A responsibility; ``active`` is judged on the patient's local day."""

    patient_id: UUID
    role: CareTeamRole
    practitioner: str
    subject: str | None
    specialist_id: UUID | None
    telephone: str | None
    starts_on: date
    ends_on: date | None
    active: bool
    created_at: datetime
