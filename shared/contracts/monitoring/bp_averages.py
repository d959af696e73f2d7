"""The home average of blood pressure."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Out


class BpAverageRead(Out):
    """Means in mm[Hg] over the pairs measured at home; what was measured in an office or without a cuff is left out.

    ``code`` and the two others are LOINC codes of the average. ``provisional`` with the reasons under ``why``: no
    decision rests on it. ``at_goal``: below 130/80, the default goal; the patient's own goal is in the plan.
    """

    patient_id: UUID
    start: datetime
    end: datetime
    time_zone: str
    code: str
    systolic_code: str
    diastolic_code: str
    systolic: Decimal | None
    diastolic: Decimal | None
    readings: int = Field(description="Pairs of systolic and diastolic pressure.")
    mornings: int = Field(description="Of them before noon.")
    days: int
    left_out: date | None = Field(description="The first day, on which people are tense.")
    first_at: datetime | None
    last_at: datetime | None
    at_goal: bool | None
    provisional: bool
    why: list[str]
