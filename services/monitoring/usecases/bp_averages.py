"""What a cuff at home says about a week."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.monitoring.domain import home_pressure
from services.monitoring.domain.home_pressure import Average
from services.monitoring.store import patients, readings
from services.monitoring.store.reading_evidence import reading_of
from services.monitoring.store.readings import Window
from shared.contracts.monitoring.bp_averages import BpAverageRead
from shared.db import audit
from shared.db.base import Session
from shared.vocabulary import Metric

_TENTH = Decimal("0.1")
_INSTANT = timedelta(microseconds=1)


async def get(tx: Session, patient_id: UUID, *, end: datetime, days: int, first_day: bool) -> BpAverageRead:
    """The ``days`` before ``end`` (aware). Raises NotFound."""
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient_id)
    start = end - timedelta(days=days)
    windows = [Window(patient_id, metric.value, start, end - _INSTANT) for metric in _PRESSURES]
    rows = [reading_of(row) for row in await readings.within(tx, windows)]
    found = home_pressure.average(rows, zone=patient.time_zone, first_day=first_day)
    return BpAverageRead(
        patient_id=patient_id,
        start=start,
        end=end,
        time_zone=patient.time_zone,
        code=home_pressure.PANEL,
        systolic_code=home_pressure.SYSTOLIC,
        diastolic_code=home_pressure.DIASTOLIC,
        systolic=None if found is None else found.systolic.quantize(_TENTH),
        diastolic=None if found is None else found.diastolic.quantize(_TENTH),
        readings=0 if found is None else found.readings,
        mornings=0 if found is None else found.mornings,
        days=0 if found is None else found.days,
        left_out=None if found is None else found.left_out,
        first_at=None if found is None else found.first_at,
        last_at=None if found is None else found.last_at,
        at_goal=None if found is None else found.at_goal,
        provisional=found is None or found.provisional,
        why=_why(found),
    )


_PRESSURES = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)


def _why(found: Average | None) -> list[str]:
    if found is None:
        return ["There is no pair of systolic and diastolic pressure from home in this period."]
    said = []
    if found.readings < home_pressure.FEW:
        said.append(f"There are {found.readings} readings; an average rests on {home_pressure.FEW}.")
    if found.days < home_pressure.LEAST_DAYS:
        said.append(f"They are of {found.days} days; an average rests on {home_pressure.LEAST_DAYS}.")
    return said
