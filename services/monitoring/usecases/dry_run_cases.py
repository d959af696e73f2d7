"""What the record says of enrollments whose silences a dry run looks for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.dry_run_silences import Case, Circumstance, watched
from services.monitoring.domain.in_force import ALWAYS, Moved, history
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.silence import Stream, Waits
from services.monitoring.domain.watch import Watch
from services.monitoring.store import enrollments, pauses, receipts
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.usecases.missing import BACK, own_waits
from shared.db.base import Session
from shared.vocabulary import Metric, RiskTier

_Absences = Sequence[tuple[datetime, datetime | None]]


async def absences(tx: Session, rows: Sequence[EnrollmentRow]) -> dict[UUID, list[tuple[datetime, datetime | None]]]:
    """By enrollment its pauses and hospital stays, from the day on which the first of them began."""
    begun = [row.activated_at for row in rows if row.activated_at is not None]
    found: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    for each in await pauses.absences(tx, [row.id for row in rows], min(begun)) if begun else ():
        found.setdefault(each.enrollment_id, []).append((each.start, each.end))
    return found


async def of(
    tx: Session, row: EnrollmentRow, watch: Watch, both: Iterable[Protocol], away: _Absences, stop: datetime
) -> Case:
    """The enrollment as what was expected of it went by until ``stop``; ``watch`` from the beginning of the period."""
    assert row.activated_at is not None
    streams = [each for one in both for each in one.expects if isinstance(each, Stream)]
    metrics = {metric.value for each in streams for metric in each.metrics}
    heard = await receipts.hourly(tx, row.patient_id, metrics, watch.since - BACK, stop)
    return Case(
        watch.zone,
        tuple(watched(row.activated_at, stop, away)),
        await _circumstances(tx, row, watch),
        {Metric(metric): times for metric, times in heard.items()},
        _own(row),
    )


async def _circumstances(tx: Session, row: EnrollmentRow, watch: Watch) -> tuple[Circumstance, ...]:
    acts = await enrollments.history(tx, row.id)
    tiers = history((Moved(each.at, each.before, each.after) for each in acts if each.act == "tier"), row.tier)
    edges = {at for each in watch.spans for at in (each.start, each.end) if at is not None}
    return tuple(
        Circumstance(at, watch.at(at).facts, RiskTier([tier for since, tier in tiers if since <= at][-1] or row.tier))
        for at in sorted({ALWAYS, *edges, *(at for at, _ in tiers)})
    )


def _own(row: EnrollmentRow) -> Mapping[str, Waits]:
    """The patient's own orders as they stand; the last one given holds."""
    given = {each["expectation"]: own_waits(each["low_hours"], each["moderate_hours"]) for each in row.waits}
    return {key: waits for key, waits in given.items() if waits is not None}
