"""What a nurse needs on one screen, and what a chart draws."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

import orjson

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.pinned import pinned
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.reading_ids import reading_id, reading_ids
from services.monitoring.domain.reading_problems import WindowOrder
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.domain.thinning import thinned
from services.monitoring.domain.trends import trends
from services.monitoring.store import alerts as alert_store
from services.monitoring.store import enrollments as enrollment_store
from services.monitoring.store import patients as patient_store
from services.monitoring.store import reading_charts, readings
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.reading_charts import Series
from services.monitoring.store.reading_evidence import reading_of
from services.monitoring.store.readings import Stored, Window
from services.monitoring.usecases import absences, alert_words, enrollment_words, rosters
from shared.contracts.monitoring.readings import SeriesRead
from shared.contracts.monitoring.summaries import AbsenceRead, EnrollmentSummary, LatestRead, TrendRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.clock import instants
from shared.kit.metric_dictionary import MEASURES
from shared.vocabulary import Metric

MOST_READ = 500_000


async def summary(tx: Session, enrollment_id: UUID, *, days: int, actor: Actor, now: datetime) -> EnrollmentSummary:
    """The enrollment, the latest values of the last ``days``, what is open, what was done; raises NotFound."""
    row = await enrollment_store.get(tx, enrollment_id)
    audit.saw(tx, row.patient_id, row.id)
    protocol = pinned(row.protocol, row.protocol_version)
    start = now - timedelta(days=days)
    latest = await reading_charts.latest(tx, row.patient_id, sorted(protocol.metrics), start, now)
    live = await alert_store.live_of(tx, row.id)
    patient = await patient_store.get(tx, row.patient_id)
    away = await absences.listed(tx, row.id, start)
    return EnrollmentSummary(
        enrollment=enrollment_words.read(row, patient, actor=actor),
        start=start,
        end=now,
        latest=[latest_read(stored, count) for stored, count in latest],
        open_alerts=[alert_words.read(each, actor=actor, now=now) for each in live],
        trends=await _trends(tx, row, patient, protocol, start, now),
        absences=[AbsenceRead(kind=each.kind, start=each.start, end=each.end) for each in away],
        history=[enrollment_words.history(each) for each in await enrollment_store.history(tx, row.id)],
    )


async def _trends(
    tx: Session, row: EnrollmentRow, patient: PatientRow, protocol: Protocol, start: datetime, now: datetime
) -> list[TrendRead]:
    """What rules only record: by rule how often, and the last of it in words."""
    windows = [
        Window(row.patient_id, metric.value, start - rule.lookback, now)
        for rule in protocol.noting
        for metric in rule.metrics
    ]
    history = {each.key: each for each in map(reading_of, await readings.within(tx, windows))}
    kept = (orjson.dumps(each).decode() for each in (row.baselines, row.targets, row.known_facts))
    watch = rosters.watch(patient.time_zone, row.activated_at or start, *kept)
    since = max(start, watch.since)
    by_rule: dict[str, list[Finding]] = {}
    for found in trends(protocol, watch, history.values(), since=since):
        by_rule.setdefault(found.rule, []).append(found)
    return [
        TrendRead(
            rule=rule.key,
            title=rule.title,
            count=len(by_rule[rule.key]),
            last_at=by_rule[rule.key][-1].at,
            last=by_rule[rule.key][-1].text,
            asks=rule.asks,
            citation=rule.source,
        )
        for rule in protocol.noting
        if rule.key in by_rule
    ]


async def series(
    tx: Session, patient_id: UUID, metric: Metric, *, start: datetime, end: datetime, points: int
) -> SeriesRead:
    """Valid readings from ``start`` to before ``end`` as arrays, thinned to ``points`` without hiding an extreme.

    Raises:
        NotFound: no such patient.
        WindowOrder: the window ends before it starts.
    """
    if end <= start:
        raise WindowOrder("'to' must lie after 'from'.")
    await patient_store.get(tx, patient_id)
    audit.saw(tx, patient_id)
    found = await reading_charts.series(tx, patient_id, metric, start, end, limit=MOST_READ + 1)
    read = len(found.values)
    known = min(read, MOST_READ)
    kept = thinned(found.micros[:known], _heights(found.values, found.comparators), points)
    if len(kept) < len(found.values):
        found = Series._make([column[place] for place in kept] for column in found)
    return SeriesRead.model_construct(
        patient_id=patient_id,
        metric=metric,
        unit=MEASURES[metric].canonical,
        start=start,
        end=end,
        readings=known,
        thinned=len(kept) < known,
        observed_at=instants(found.micros),
        values=found.values,
        comparators=found.comparators,
        reading_ids=reading_ids(patient_id, metric, found.micros, found.sources),
        truncated=read > MOST_READ,
    )


def _heights(values: Sequence[float], comparators: Sequence[str | None]) -> Sequence[float]:
    """By what an extreme is known: LO lies below the lowest number of its meter, HI above the highest."""
    if not any(comparators):
        return values
    return [
        value if sign is None else -inf if sign.startswith("<") else inf
        for value, sign in zip(values, comparators, strict=True)
    ]


def latest_read(stored: Stored, count: int) -> LatestRead:
    """The newest reading of a metric in the words of the contract."""
    metric = Metric(stored.metric)
    return LatestRead(
        metric=metric,
        reading_id=reading_id(stored.patient_id, ReadingKey(stored.observed_at, metric, stored.source)),
        value=stored.value,
        unit=stored.unit,
        observed_at=stored.observed_at,
        count=count,
    )
