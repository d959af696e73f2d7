"""Pauses: made, resumed by hand or by the clock, and the intervals in which silence means nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.absences import Interval, PauseRefused, merged
from services.monitoring.store import enrollments as store
from services.monitoring.store import patients, pauses
from services.monitoring.store.pauses import Absence, PauseRow
from services.monitoring.usecases.clock import clock
from services.monitoring.usecases.enrollment_changes import changed, for_change, move
from shared.contracts.monitoring.enrollment_acts import PauseEnrollment
from shared.contracts.monitoring.enrollments import EnrollmentRead
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import EnrollmentAct, EnrollmentState


async def pause(
    tx: Session, enrollment_id: UUID, body: PauseEnrollment, *, version: int, actor: Actor, now: datetime
) -> EnrollmentRead:
    """Expect nothing for a while; readings that come are still evaluated.

    Raises:
        NotFound, Stale, WrongState.
        PauseRefused: it would be over already.
    """
    row, patient = await for_change(tx, enrollment_id, version)
    if body.until is not None and body.until <= now:
        raise PauseRefused("until must lie in the future. Leave it out for a pause without a planned end.")
    await move(tx, row, EnrollmentAct.PAUSE, body.reason, actor=actor, now=now)
    row.paused_until = body.until
    kept = PauseRow(
        id=new_id(),
        organization_id=organization(tx),
        enrollment_id=row.id,
        kind=body.kind,
        reason=body.reason,
        by=actor.person,
        starts_at=now,
        planned_until=body.until,
    )
    tx.add(kept)
    return await changed(tx, row, patient, actor=actor, now=now, news=True)


async def resume_due(tx: Session, enrollment_id: UUID, now: datetime) -> bool:
    """Resume an enrollment whose planned pause is over at ``now``; returns whether it was still paused."""
    patient = await patients.get_for_update(tx, (await store.get(tx, enrollment_id)).patient_id)
    row = await store.get_for_update(tx, enrollment_id)
    if row.state != EnrollmentState.PAUSED or row.paused_until is None or row.paused_until > now:
        return False
    actor = clock(organization(tx))
    await move(tx, row, EnrollmentAct.RESUME, "The planned end of the pause has come", actor=actor, now=now)
    await changed(tx, row, patient, actor=actor, now=now, news=True)
    return True


async def listed(tx: Session, enrollment_id: UUID, since: datetime) -> list[Absence]:
    """Pauses and stays of one enrollment that were not over at ``since``, oldest first, as they were recorded."""
    return sorted(await pauses.absences(tx, [enrollment_id], since), key=lambda absence: absence.start)


async def intervals(
    tx: Session, enrollment_ids: Iterable[UUID], *, since: datetime
) -> Mapping[UUID, tuple[Interval, ...]]:
    """By enrollment the intervals without overlap in which nothing is expected: paused, or in hospital.

    Only those that were not over at ``since``; enrollments without any are left out. One statement however many.
    What looks for missing readings asks here.
    """
    found: dict[UUID, list[Interval]] = {}
    for each in await pauses.absences(tx, enrollment_ids, since):
        found.setdefault(each.enrollment_id, []).append(Interval(each.start, each.end))
    return {enrollment_id: merged(each) for enrollment_id, each in found.items()}
