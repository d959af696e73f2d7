"""A dry run goes on in slices, each one transaction: a worker that is killed leaves it where the last one ended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import orjson

from services.monitoring.domain import dry_runs as rules
from services.monitoring.domain.dry_run_overdue import overdue
from services.monitoring.domain.dry_run_silences import Stretch, silences
from services.monitoring.domain.dry_runs import Compared, Spell
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch
from services.monitoring.store import patients, readings
from services.monitoring.store import protocol_dry_runs as store
from services.monitoring.store import protocol_versions as versions
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.protocol_dry_runs import DryRunRow, Timed
from services.monitoring.store.protocol_versions import ProtocolVersionRow
from services.monitoring.store.reading_evidence import reading_of
from services.monitoring.store.readings import Window
from services.monitoring.usecases import dry_run_cases, rosters, rota
from services.monitoring.usecases.clock import clock
from services.monitoring.usecases.protocol_versions import protocol
from shared.db import audit
from shared.db.base import Session, organization
from shared.vocabulary import DryRunState, Metric

SLICE = 50
"""How many enrollments are looked at in one transaction."""
_DAY = Decimal(86_400)
_ACTION = "protocol-versions.dry-run"


async def go_on(tx: Session, *, now: datetime) -> bool:
    """Do the next slice of a run that no other worker has; False when there is none.

    What it sees of patients is audited as the clock's, on behalf of whoever asked for the run.
    """
    run = await store.next_running(tx)
    if run is None:
        return False
    row = await versions.get_by_id(tx, run.protocol_version_id)
    try:
        async with tx.begin_nested():
            await advance(tx, row, run, now=now)
    except rules.CannotBeDecided as error:
        run.state, run.problem, run.finished_at = DryRunState.FAILED, str(error), now
    actor = replace(clock(organization(tx)), on_behalf_of=run.ran_by)
    notes = audit.seen(tx)
    await audit.write(tx, audit.entry(actor, _ACTION, "done", request_id=f"dry-run {run.id}", now=now, notes=notes))
    return True


async def advance(tx: Session, row: ProtocolVersionRow, run: DryRunRow, *, now: datetime) -> None:
    """Look at the next enrollments of a run, and end it when they were the last.

    Raises:
        CannotBeDecided: a rule of the new version fails on stored readings.
    """
    if row.content_version != run.content_version:
        run.state, run.finished_at = DryRunState.OVERTAKEN, now
        return
    both = await protocol(tx, row.key, run.based_on), await protocol(tx, row.key, row.name)
    wanted = run.enrollments_wanted or 0
    limit = min(SLICE, wanted - run.enrollments)
    rows = await store.pinned_to(tx, row.key, run.based_on, before=run.ends_at, after=run.come_to, limit=limit)
    known = await patients.several(tx, {each.patient_id for each in rows})
    away = await dry_run_cases.absences(tx, rows) if run.silences else {}
    for enrollment in rows:
        await _look(tx, run, both, enrollment, known[enrollment.patient_id], away.get(enrollment.id, ()))
        run.come_to = enrollment.id
    run.enrollments += len(rows)
    # Whoever moved to another version meanwhile is no longer among them.
    if len(rows) < limit or run.enrollments >= wanted:
        run.state, run.finished_at = DryRunState.DONE, now
    await tx.flush()


async def _look(
    tx: Session,
    run: DryRunRow,
    both: tuple[Protocol, Protocol],
    enrollment: EnrollmentRow,
    patient: PatientRow,
    away: Sequence[tuple[datetime, datetime | None]],
) -> None:
    audit.saw(tx, enrollment.patient_id)
    watch = _watch(enrollment, patient, run.starts_at)
    history = await _history(tx, enrollment.patient_id, both, watch.since, run.ends_at)
    run.readings += len(history)
    run.patient_days += Decimal((run.ends_at - watch.since) // timedelta(seconds=1)) / _DAY
    found = _by_rules(both, watch, history, run.ends_at)
    if run.silences:
        await _add_missing(tx, run, both, found, enrollment, watch, away)
    timed = [await _timed(tx, both, patient.time_zone, each) for each in rules.compared(*found)]
    await store.add_alerts(tx, run, enrollment, timed)


async def _timed(tx: Session, both: tuple[Protocol, Protocol], zone: str, alert: Compared) -> Timed:
    """The alert with its deadlines, by the rota as it stands."""
    old, new = [
        None if spell is None else await rota.deadlines(tx, zone, one, spell.severity, spell.raised_at)
        for one, spell in zip(both, (alert.old, alert.new), strict=True)
    ]
    return Timed(alert, old, new)


async def _add_missing(
    tx: Session,
    run: DryRunRow,
    both: tuple[Protocol, Protocol],
    found: tuple[list[Spell], list[Spell]],
    enrollment: EnrollmentRow,
    watch: Watch,
    away: Sequence[tuple[datetime, datetime | None]],
) -> None:
    """Add what did not come, and what was overdue where the run looks for that too."""
    period = Stretch(watch.since, run.ends_at)
    case = await dry_run_cases.of(tx, enrollment, watch, both, away, run.ends_at)
    record = await dry_run_cases.record(tx, enrollment, watch, case, both, run.ends_at) if run.overdue else None
    for one, spells in zip(both, found, strict=True):
        spells += silences(one, case, spells, period)
        if record is not None:
            spells += overdue(one, record, period)


def _watch(row: EnrollmentRow, patient: PatientRow, starts_at: datetime) -> Watch:
    assert row.activated_at is not None
    kept = (orjson.dumps(each).decode() for each in (row.baselines, row.targets, row.known_facts))
    watch = rosters.watch(patient.time_zone, row.activated_at, *kept)
    return replace(watch, since=max(row.activated_at, starts_at))


async def _history(
    tx: Session, patient_id: UUID, both: tuple[Protocol, Protocol], since: datetime, stop: datetime
) -> list[Reading]:
    starts: dict[Metric, datetime] = {}
    for rule in (rule for each in both for rule in each.alerting):
        for metric in rule.metrics:
            starts[metric] = min(since - rule.lookback, starts.get(metric, since))
    windows = [Window(patient_id, metric.value, start, stop) for metric, start in starts.items()]
    return [reading_of(stored) for stored in await readings.within(tx, windows)]


def _by_rules(
    both: tuple[Protocol, Protocol], watch: Watch, history: Sequence[Reading], ends_at: datetime
) -> tuple[list[Spell], list[Spell]]:
    old, new = both
    before = rules.spells(old, watch, history, now=ends_at)
    try:
        return before, rules.spells(new, watch, history, now=ends_at)
    except (LookupError, ValueError, ArithmeticError, TypeError) as error:
        raise rules.CannotBeDecided("Check units and baselines of its rules, then validate it again.") from error
