"""Try a version out over stored readings, beside the version it is based on; nobody is told, no alert is opened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import orjson

from services.monitoring.domain import dry_runs as rules
from services.monitoring.domain import protocol_versions
from services.monitoring.domain.dry_runs import Compared
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch
from services.monitoring.store import patients, readings
from services.monitoring.store import protocol_dry_runs as store
from services.monitoring.store import protocol_versions as versions
from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.store.patients import PatientRow
from services.monitoring.store.protocol_dry_runs import NEW, OLD, DryRunRow
from services.monitoring.store.protocol_versions import ProtocolVersionRow
from services.monitoring.store.readings import Window
from services.monitoring.usecases import rosters
from services.monitoring.usecases.protocol_versions import protocol
from services.monitoring.usecases.watching import reading_of
from shared.contracts.base import Page
from shared.contracts.monitoring.protocol_versions import (
    DryRun,
    DryRunAlert,
    DryRunFigures,
    DryRunList,
    DryRunRead,
    DryRunRule,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import place
from shared.kit.problems import check_version
from shared.vocabulary import AlertDifference, Metric, ProtocolVersionAct, ProtocolVersionState

_LONGEST = timedelta(days=92)
_WEEK, _DAY = Decimal(7), Decimal(86_400)


async def run(
    tx: Session, key: str, name: str, body: DryRun, *, version: int, actor: Actor, now: datetime
) -> DryRunRead:
    """Compare both versions over a period and keep what differs.

    Raises:
        NotFound, Stale, WrongVersionState, PeriodRefused, CannotBeDecided.
    """
    row = await versions.get(tx, key, name, lock=True)
    check_version(row.version, version)
    protocol_versions.after(ProtocolVersionState(row.state), ProtocolVersionAct.DRY_RUN)
    if not body.starts_at < body.ends_at <= now or body.ends_at - body.starts_at > _LONGEST:
        raise rules.PeriodRefused(f"Name a period that is over, of at most {_LONGEST.days} days.")
    old, new = await protocol(tx, key, row.based_on), await protocol(tx, key, name)
    count, rows = await store.pinned_to(tx, key, row.based_on, before=body.ends_at, limit=body.sample)
    done = _new(tx, row, body, count, rows, actor, now)
    tx.add(done)
    await tx.flush()
    known = await patients.several(tx, {each.patient_id for each in rows})
    for enrollment in rows:
        audit.saw(tx, enrollment.patient_id)
        watch = _watch(enrollment, known[enrollment.patient_id], body.starts_at)
        history = await _history(tx, enrollment.patient_id, (old, new), watch.since, body.ends_at)
        done.readings += len(history)
        done.patient_days += Decimal((body.ends_at - watch.since) // timedelta(seconds=1)) / _DAY
        await store.add_alerts(tx, done, enrollment, _compared(old, new, watch, history, body.ends_at))
    await tx.flush()
    return await _shown(tx, row, done)


def _new(
    tx: Session,
    row: ProtocolVersionRow,
    body: DryRun,
    pinned: int,
    rows: Sequence[EnrollmentRow],
    actor: Actor,
    now: datetime,
) -> DryRunRow:
    return DryRunRow(
        id=new_id(),
        organization_id=organization(tx),
        protocol_version_id=row.id,
        content_version=row.content_version,
        based_on=row.based_on,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        ran_at=now,
        ran_by=actor.person,
        enrollments=len(rows),
        enrollments_pinned=pinned,
        readings=0,
        patient_days=Decimal(0),
    )


def _watch(row: EnrollmentRow, patient: PatientRow, starts_at: datetime) -> Watch:
    assert row.activated_at is not None
    kept = (orjson.dumps(each).decode() for each in (row.baselines, row.targets, row.circumstances))
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


def _compared(
    old: Protocol, new: Protocol, watch: Watch, history: Sequence[Reading], ends_at: datetime
) -> list[Compared]:
    before = rules.spells(old, watch, history, now=ends_at)
    try:
        after = rules.spells(new, watch, history, now=ends_at)
    except (LookupError, ValueError, ArithmeticError, TypeError) as error:
        raise rules.CannotBeDecided("Check units and baselines of its rules, then validate it again.") from error
    return rules.compared(before, after)


async def get(tx: Session, key: str, name: str, dry_run_id: UUID) -> DryRunRead:
    """A dry run with its figures; raises NotFound."""
    row = await versions.get(tx, key, name)
    return await _shown(tx, row, await store.get(tx, row.id, dry_run_id))


async def list_all(tx: Session, key: str, name: str) -> DryRunList:
    """The dry runs of a version, newest first; raises NotFound."""
    row = await versions.get(tx, key, name)
    return DryRunList(items=[await _shown(tx, row, each) for each in await store.of_version(tx, row.id)])


async def alerts(
    tx: Session,
    key: str,
    name: str,
    dry_run_id: UUID,
    *,
    rule: str | None,
    differences: Sequence[AlertDifference],
    limit: int,
    cursor: str | None,
) -> Page[DryRunAlert]:
    """The alerts behind a figure; raises NotFound."""
    row = await versions.get(tx, key, name)
    run = await store.get(tx, row.id, dry_run_id)
    after = place(cursor, int)
    rows = await store.alerts(
        tx, run.id, rule=rule, differences=differences, after=after[0] if after else None, limit=limit + 1
    )
    for each in rows[:limit]:
        audit.saw(tx, each.patient_id)
    return page_of(rows, limit, DryRunAlert.model_validate, at=lambda each: (str(each.seq),))


async def _shown(tx: Session, row: ProtocolVersionRow, run: DryRunRow) -> DryRunRead:
    counts = {(each.rule, each.difference): each.alerts for each in await store.counted(tx, run.id)}
    titles = {each["key"]: each["title"] for each in row.content["rules"]}
    ruled = {rule: _figures({d: n for (r, d), n in counts.items() if r == rule}) for rule, _ in counts}
    total = _figures({d: sum(n for (_, each), n in counts.items() if each is d) for d in AlertDifference})
    weeks = run.patient_days / _WEEK
    return DryRunRead(
        id=run.id,
        key=row.key,
        name=row.name,
        based_on=run.based_on,
        content_version=run.content_version,
        starts_at=run.starts_at,
        ends_at=run.ends_at,
        ran_at=run.ran_at,
        ran_by=run.ran_by,
        enrollments=run.enrollments,
        enrollments_pinned=run.enrollments_pinned,
        readings=run.readings,
        patient_weeks=round(weeks, 3),
        per_patient_week_before=round(total.before / weeks, 3) if weeks else None,
        per_patient_week_after=round(total.after / weeks, 3) if weeks else None,
        figures=total,
        rules=[DryRunRule(rule=rule, title=titles.get(rule, rule), **dict(each)) for rule, each in ruled.items()],
    )


def _figures(counts: dict[AlertDifference, int]) -> DryRunFigures:
    return DryRunFigures(
        before=sum(counts.get(each, 0) for each in OLD),
        after=sum(counts.get(each, 0) for each in NEW),
        only_old=counts.get(AlertDifference.ONLY_OLD, 0),
        only_new=counts.get(AlertDifference.ONLY_NEW, 0),
        other_severity=counts.get(AlertDifference.OTHER_SEVERITY, 0),
    )
