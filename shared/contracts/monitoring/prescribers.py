"""Who may prescribe what, and whether adjustments under standing orders are on."""

from datetime import date, datetime

from pydantic import Field

from shared.contracts.base import In, Name, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import MedicineClass


class RecordAuthority(In):
    """A person's prescriptive authority. No class means every class; ``until`` is the last day."""

    model_config = example(
        {
            "person": "dev.prescriber",
            "license": "NY-MD-000000",
            "classes": [],
            "dea": False,
            "since": "2026-01-01",
            "until": "2027-12-31",
        }
    )

    person: Name = Field(description="The subject of their token.")
    license: Text
    classes: list[MedicineClass] = Field(default_factory=list, max_length=30)
    dea: bool = Field(default=False, description="Whether controlled substances are covered.")
    since: date
    until: date | None = None


class EndAuthority(In):
    """The last day of an authority, and why."""

    model_config = example({"until": "2026-12-31", "reason": "Left the practice"})

    until: date
    reason: Text


class PrescriberRead(Versioned):
    """One record of prescriptive authority."""

    person: str
    license: str
    classes: list[MedicineClass]
    dea: bool
    since: date
    until: date | None
    recorded_by: str
    created_at: datetime


class SwitchPath(In):
    """Why adjustments under standing orders are turned on, signed or turned off."""

    model_config = example({"reason": "Policy 12 adopted by the medical director"})

    reason: Text


class ProtocolPathAct(Out):
    """One line of its history."""

    act: str
    by: str
    at: datetime
    reason: str


class ProtocolPathRead(Out):
    """Whether nurses may adjust doses under standing orders here; off until asked for and signed by two people."""

    on: bool
    awaiting_signature: bool
    history: list[ProtocolPathAct]
