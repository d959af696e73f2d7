"""The report of a continuous glucose sensor."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Out
from shared.vocabulary import CgmPopulation


class CgmFigure(Out):
    """A share in per cent, the readings behind it, and the target it is held against, where there is one."""

    percent: Decimal
    readings: int
    target: str | None
    target_met: bool | None
    source: str | None


class CgmHour(Out):
    """One hour of the patient's day over the whole period; glucose in mg/dL."""

    hour: int
    readings: int
    p5: Decimal
    p25: Decimal
    p50: Decimal
    p75: Decimal
    p95: Decimal


class CgmReportRead(Out):
    """Shares are of the readings received, active time is of those expected. Glucose in mg/dL; two decimals.

    With ``insufficient`` reasons the figures are shown and no conclusion may be drawn from them.
    """

    patient_id: UUID
    start: datetime
    end: datetime
    time_zone: str
    population: CgmPopulation
    readings: int
    expected: int
    minutes_between_readings: int
    days_worn: int
    active_percent: Decimal
    insufficient: list[str]
    mean: Decimal | None
    standard_deviation: Decimal | None
    gmi_percent: Decimal | None
    gmi_mmol_mol: Decimal | None
    variation: CgmFigure | None = Field(description="Coefficient of variation: 100 × standard deviation ÷ mean.")
    very_low: CgmFigure | None = Field(description="Below 54 mg/dL (3.0 mmol/L).")
    low: CgmFigure | None = Field(description="Below range, without very low.")
    below: CgmFigure | None = Field(description="Below range, very low included: the time below range.")
    in_range: CgmFigure | None = Field(
        description="70 to 180 mg/dL (3.9 to 10.0); in pregnancy 63 to 140 (3.5 to 7.8)."
    )
    above: CgmFigure | None = Field(description="Above range, very high included: the time above range.")
    high: CgmFigure | None = Field(description="Above range, without very high.")
    very_high: CgmFigure | None = Field(description="Above 250 mg/dL (13.9 mmol/L).")
    hours: list[CgmHour]
