"""What a nurse needs on one screen, and what a chart draws."""

from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain.metric_dictionary import MEASURES
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.reading_problems import WindowOrder
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.store import alerts as alert_store
from services.monitoring.store import enrollments as enrollment_store
from services.monitoring.store import patients as patient_store
from services.monitoring.store import reading_charts
from services.monitoring.store.readings import Stored
from services.monitoring.usecases import alerts, enrollment_words
from shared.contracts.monitoring.enrollments import EnrollmentSummary, LatestRead
from shared.contracts.monitoring.readings import SeriesRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Metric

MOST_POINTS = 20_000


async def summary(tx: Session, enrollment_id: UUID, *, days: int, actor: Actor, now: datetime) -> EnrollmentSummary:
    """The enrollment, the latest values of the last ``days``, what is open, what was done; raises NotFound."""
    row = await enrollment_store.get(tx, enrollment_id)
    audit.saw(tx, row.patient_id, row.id)
    protocol = pinned(row.protocol, row.protocol_version)
    start = now - timedelta(days=days)
    latest = await reading_charts.latest(tx, row.patient_id, sorted(protocol.metrics), start, now)
    live = await alert_store.live_of(tx, row.id)
    return EnrollmentSummary(
        enrollment=enrollment_words.read(row, await patient_store.get(tx, row.patient_id), actor=actor),
        start=start,
        end=now,
        latest=[_latest(stored, count) for stored, count in latest],
        open_alerts=[alerts.read(each, actor=actor, now=now) for each in live],
        history=[enrollment_words.history(each) for each in await enrollment_store.history(tx, row.id)],
    )


async def series(tx: Session, patient_id: UUID, metric: Metric, *, start: datetime, end: datetime) -> SeriesRead:
    """Valid readings from ``start`` to before ``end`` as arrays, at most 20,000 points.

    Raises:
        NotFound: no such patient.
        WindowOrder: the window ends before it starts.
    """
    if end <= start:
        raise WindowOrder("'to' must lie after 'from'.")
    await patient_store.get(tx, patient_id)
    audit.saw(tx, patient_id)
    rows = await reading_charts.series(tx, patient_id, metric, start, end, limit=MOST_POINTS + 1)
    shown = rows[:MOST_POINTS]
    return SeriesRead.model_construct(
        patient_id=patient_id,
        metric=metric,
        unit=MEASURES[metric].canonical,
        start=start,
        end=end,
        observed_at=[row[0] for row in shown],
        values=[float(row[1]) for row in shown],
        comparators=[row[2] for row in shown],
        reading_ids=[reading_id(patient_id, ReadingKey(row[0], metric, row[3])) for row in shown],
        truncated=len(rows) > MOST_POINTS,
    )


def _latest(stored: Stored, count: int) -> LatestRead:
    metric = Metric(stored.metric)
    return LatestRead(
        metric=metric,
        reading_id=reading_id(stored.patient_id, ReadingKey(stored.observed_at, metric, stored.source)),
        value=stored.value,
        unit=stored.unit,
        observed_at=stored.observed_at,
        count=count,
    )
