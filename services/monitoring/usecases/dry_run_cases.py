"""What the record says of enrollments of whom a dry run asks what did not come."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.after_changes import COUNTED, AfterChange
from services.monitoring.domain.dry_run_overdue import Record, Result
from services.monitoring.domain.dry_run_silences import Case, Circumstance, watched
from services.monitoring.domain.education import DISCHARGE, CriticalTime, Education
from services.monitoring.domain.in_force import ALWAYS, Moved, history
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.silence import Done, Examination, Stream, Waits
from services.monitoring.domain.watch import Watch
from services.monitoring.store import critical_times, enrollments, medicine_changes, pauses, receipts
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.usecases.examinations import change_of
from services.monitoring.usecases.missing import BACK, own_waits
from shared.db.base import Session
from shared.kit.zones import local_day
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


async def record(
    tx: Session, row: EnrollmentRow, watch: Watch, case: Case, both: Iterable[Protocol], stop: datetime
) -> Record:
    """What the enrollment's examinations go by, as far as it was known by ``stop``."""
    assert row.activated_at is not None
    tests = [each for one in both for each in one.expects if isinstance(each, Examination)]
    metrics = {metric.value for each in tests for metric in each.metrics}
    classes = {one for each in tests if isinstance(each, AfterChange) for one in each.checks}
    facts = {one for each in tests if isinstance(each, Education) for one in each.critical}
    changes = await medicine_changes.took_effect(tx, [row.patient_id], stop, kinds=COUNTED, classes=classes)
    times = await critical_times.of_enrollments(tx, [row.id], stop, facts=facts, discharge=DISCHARGE)
    return Record(
        watch.zone,
        row.activated_at,
        case.circumstances,
        [
            Result(Metric(metric), observed_at, received_at, Done(local_day(observed_at, watch.zone), value, unit))
            for metric, observed_at, received_at, value, unit in await receipts.results(
                tx, row.patient_id, metrics, stop
            )
        ],
        [(each.effective_at, change_of(each, watch.zone)) for each in changes.get(row.patient_id, ())],
        [(at, CriticalTime(local_day(at, watch.zone), what)) for what, at in times.get(row.id, ())],
        watch.targets,
    )
