"""What time does to changes: they expire, take effect, go back, and wait too long for a signature (clinical §6.4)."""

from datetime import datetime
from uuid import UUID

from services.monitoring.domain.plan_changes import NEVER, OPEN, MedicineChanged
from services.monitoring.store import patients, standing_orders
from services.monitoring.store import plan_changes as store
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.usecases import messages, panel, plan_change_effects, plan_change_standing
from services.monitoring.usecases.clock import clock
from shared.contracts.coordination.needs import Source
from shared.db.base import Session, organization
from shared.vocabulary import NeedKind, PlanChangePath, PlanChangeState, Priority, SourceKind


async def due(tx: Session, job: str, *, now: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """Changes for which a clock has run out, by id, past ``after``."""
    return list(await store.due(tx, job, now, after=after, limit=limit))


async def settle(tx: Session, change_id: UUID, *, now: datetime) -> None:
    """Do what is due for one change; a second time it does nothing more."""
    await patients.get_for_update(tx, (await store.get(tx, change_id)).patient_id)
    row = await store.get_for_update(tx, change_id)
    if not await store.is_due(tx, change_id, now):
        return
    by, before = clock(organization(tx)).person, _settled(row)
    _expire(tx, row, by, now)
    await _look_again(tx, row, by, now)
    await _begin(tx, row, by, now)
    if row.returns_at is not None and row.returned_at is None and row.returns_at <= now:
        await plan_change_effects.give_back(tx, row, by=by, now=now)
    await _ask_for_signature(tx, row, now)
    await _suspend(tx, row, by, now)
    if _settled(row) != before:
        row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    await panel.refresh(tx, [row.patient_id], now=now)


def _settled(row: PlanChangeRow) -> tuple[object, ...]:
    # Looking at a change alone makes no new version: nobody's act becomes stale by it.
    return row.state, row.returned_at, row.task_asked_at, row.suspended_at


async def _look_again(tx: Session, row: PlanChangeRow, by: str, now: datetime) -> None:
    """What waits is stopped when it no longer stands; what took effect is watched."""
    if row.state in (PlanChangeState.ORDERED, PlanChangeState.COMMUNICATED):
        await plan_change_standing.stop_if_refused(tx, row, by=by, now=now)
    elif row.state in (PlanChangeState.EFFECTIVE, PlanChangeState.MONITORED) and row.path == PlanChangePath.PROTOCOL:
        await plan_change_standing.watch(tx, row, now=now)


def _expire(tx: Session, row: PlanChangeRow, by: str, now: datetime) -> None:
    before_told = OPEN - {PlanChangeState.COMMUNICATED}
    if row.expires_at is None or row.expires_at > now or row.state not in before_told:
        return
    before, row.state = row.state, PlanChangeState.EXPIRED
    store.note(tx, row, "expire", before=before, by=by, at=now)


async def _begin(tx: Session, row: PlanChangeRow, by: str, now: datetime) -> None:
    if row.state != PlanChangeState.COMMUNICATED or row.starts_at is None or row.starts_at > now:
        return
    try:
        await plan_change_effects.take_effect(tx, row, by=by, at=row.starts_at, now=now)
    except MedicineChanged as changed:
        before, row.state = row.state, PlanChangeState.CANCELLED
        store.note(tx, row, "cancel", before=before, by=by, at=now, words=changed.detail)


async def _ask_for_signature(tx: Session, row: PlanChangeRow, now: datetime) -> None:
    cosign = _never_cosigned(row) and row.cosign_due is not None and row.cosign_due <= now
    verbal = row.sign_due is not None and row.sign_due <= now and row.signed_at is None
    if row.task_asked_at is not None or not (cosign or verbal):
        return
    patient = await patients.get(tx, row.patient_id)
    what = "Co-signature of a nurse's step" if cosign else "Signature of a verbal order"
    await messages.ask(
        tx,
        messages.person_of(patient),
        kind=NeedKind.COSIGNATURE,
        reason=f"{what} is overdue: {row.drug}",
        source=Source(kind=SourceKind.PLAN_CHANGE, id=str(row.id)),
        priority=Priority.URGENT,
        actor=clock(organization(tx)),
        now=now,
    )
    row.task_asked_at = now


async def _suspend(tx: Session, row: PlanChangeRow, by: str, now: datetime) -> None:
    waits = _never_cosigned(row) and row.suspend_at is not None and row.suspend_at <= now
    if not waits or row.suspended_at is not None or row.patient_order_id is None:
        return
    under = await standing_orders.patient_order(tx, row.patient_order_id)
    entry = {"person": row.proposed_by, "plan_change_id": str(row.id), "since": now.isoformat()}
    under.suspended = [*under.suspended, entry]
    under.version, under.updated_at = under.version + 1, now
    row.suspended_at = now
    store.note(tx, row, "suspend", before=row.state, by=by, at=now)


def _never_cosigned(row: PlanChangeRow) -> bool:
    return row.cosigned_at is None and row.state not in NEVER
