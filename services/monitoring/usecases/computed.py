"""Readings that follow from other readings by arithmetic: they come, change and go with those."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.monitoring.domain.metrics import Accepted
from services.monitoring.store import reading_versions, readings
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.readings import Stored
from services.monitoring.usecases import judging
from services.monitoring.usecases.judging import Sent
from shared.contracts.monitoring.readings import RecordReading
from shared.db.base import Session
from shared.vocabulary import Metric, ReadingStatus


def sent(
    patient: PatientRow,
    metric: Metric,
    value: Decimal,
    verdict: Accepted,
    *,
    unit: str,
    at: datetime,
    source: str,
    context: Mapping[str, Any],
    now: datetime,
) -> Sent:
    """A figure of ``at`` (aware) as if somebody had sent it; ``context`` says by which formula and from what."""
    body = RecordReading.model_construct(
        patient_id=patient.id,
        patient_identifier=None,
        metric=metric,
        value=value,
        unit=unit,
        comparator=None,
        observed_at=at.astimezone(ZoneInfo(patient.time_zone)),
        source=source,
        external_id=None,
        code=None,
        context=dict(context),
    )
    return judging.accepted(-1, body, patient.id, judging.reading(body, verdict, now), verdict)


async def put_right(
    tx: Session, before: Stored | None, right: Sent | None, *, why: str, by: str, now: datetime
) -> bool:
    """Store, replace or void one figure, the patient's row locked; whether anything had to be done."""
    standing = before if before is not None and valid(before) else None
    if right is None:
        if standing is not None:
            await reading_versions.void(tx, standing.place, why=why, by=by, now=now)
        return standing is not None
    if before is None:
        await readings.insert_new(tx, [right.row], received_at=now)
    elif standing is None or standing.value != right.row.value:
        await reading_versions.replace(tx, right.row, why=why, by=by, now=now)
    else:
        return False
    return True


def valid(stored: Stored) -> bool:
    """Whether it counts: it was not entered in error."""
    return stored.status != ReadingStatus.ENTERED_IN_ERROR
