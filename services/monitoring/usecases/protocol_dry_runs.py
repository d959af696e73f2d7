"""Try a version out over stored readings, beside the version it is based on; nobody is told, no alert is opened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.monitoring.domain import dry_runs as rules
from services.monitoring.domain import protocol_versions
from services.monitoring.store import protocol_dry_runs as store
from services.monitoring.store import protocol_versions as versions
from services.monitoring.store.protocol_dry_runs import NEW, OLD, DryRunRow
from services.monitoring.store.protocol_versions import ProtocolVersionRow
from services.monitoring.usecases import dry_run_slices
from services.monitoring.usecases.protocol_versions import protocol
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
from shared.vocabulary import AlertDifference, DryRunState, ProtocolVersionAct, ProtocolVersionState

_LONGEST = timedelta(days=92)
_WEEK = Decimal(7)


async def run(
    tx: Session, key: str, name: str, body: DryRun, *, version: int, actor: Actor, now: datetime
) -> DryRunRead:
    """Begin to compare both versions over a period and keep what differs; what the first slice leaves, the worker does.

    Raises:
        NotFound, Stale, WrongVersionState, PeriodRefused, CannotBeDecided.
    """
    row = await versions.get(tx, key, name, lock=True)
    check_version(row.version, version)
    protocol_versions.after(ProtocolVersionState(row.state), ProtocolVersionAct.DRY_RUN)
    if not body.starts_at < body.ends_at <= now or body.ends_at - body.starts_at > _LONGEST:
        raise rules.PeriodRefused(f"Name a period that is over, of at most {_LONGEST.days} days.")
    pinned = await store.count_pinned(tx, key, row.based_on, before=body.ends_at)
    begun = _new(tx, row, body, pinned, actor, now)
    tx.add(begun)
    await tx.flush()
    await dry_run_slices.advance(tx, row, begun, now=now)
    return await _shown(tx, row, begun)


def _new(tx: Session, row: ProtocolVersionRow, body: DryRun, pinned: int, actor: Actor, now: datetime) -> DryRunRow:
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
        state=DryRunState.RUNNING,
        enrollments=0,
        enrollments_wanted=pinned if body.sample is None else min(body.sample, pinned),
        enrollments_pinned=pinned,
        readings=0,
        patient_days=Decimal(0),
        silences=True,
        overdue=True,
        deadlines=True,
    )


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
    both = await protocol(tx, row.key, run.based_on), await protocol(tx, row.key, row.name)
    titles = {rule.key: rule.title for one in both for rule in one.rules}
    titles |= {each.key: each.title for one in both for each in one.expects}
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
        state=DryRunState(run.state),
        finished_at=run.finished_at or (run.ran_at if run.state == DryRunState.DONE else None),
        problem=run.problem,
        enrollments=run.enrollments,
        enrollments_wanted=run.enrollments if run.enrollments_wanted is None else run.enrollments_wanted,
        enrollments_pinned=run.enrollments_pinned,
        readings=run.readings,
        patient_weeks=round(weeks, 3),
        per_patient_week_before=round(total.before / weeks, 3) if weeks else None,
        per_patient_week_after=round(total.after / weeks, 3) if weeks else None,
        figures=total,
        left_out=rules.left_out(*both, silences=run.silences, overdue=run.overdue, deadlines=run.deadlines),
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
