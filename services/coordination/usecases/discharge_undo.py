"""The way back from a discharge: only untouched work is withdrawn (L3)."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.stays import after
from services.coordination.store import needs, obligations
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import announcements, deaths, need_withdrawals, readmissions, stay_acts
from services.coordination.usecases.discharges import ACCEPT
from services.coordination.usecases.need_work import Note
from services.coordination.usecases.stays import changing, fields, touch
from shared.contracts.coordination.stays import DischargeCancelled, EndStay, NeedKept
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import SourceKind, StayState, WithdrawReason


async def cancel_discharge(
    tx: Session, stay_id: UUID, body: EndStay, *, version: int, actor: Actor, now: datetime
) -> DischargeCancelled:
    """The patient is still in: the stay goes on, untouched work of the discharge is withdrawn.

    Raises:
        NotFound, Stale, StayActNotAllowed.
    """
    row, patient = await changing(tx, stay_id, version)
    before = stay_acts.standing(row)
    row.state = after(StayState(row.state), "cancel-discharge")
    await deaths.not_in_hospital(tx, patient, row, actor=actor, now=now)
    await readmissions.not_left(tx, patient, row, by=actor.person, now=now)
    row.ended_at = row.disposition = row.complexity = row.plan = None
    stay_acts.keep(tx, row, "cancel-discharge", before, actor=actor, now=now, why=body.reason)
    return await _undone(tx, row, patient, body, WithdrawReason.DISCHARGE_CANCELLED, actor, now)


async def enter_in_error(
    tx: Session, stay_id: UUID, body: EndStay, *, version: int, actor: Actor, now: datetime
) -> DischargeCancelled:
    """The stay never was: it stays on record as an error, its untouched work is withdrawn.

    Raises:
        NotFound, Stale, StayActNotAllowed.
    """
    row, patient = await changing(tx, stay_id, version)
    before = stay_acts.standing(row)
    row.state = after(StayState(row.state), "enter-in-error")
    stay_acts.keep(tx, row, "enter-in-error", before, actor=actor, now=now, why=body.reason)
    await deaths.not_in_hospital(tx, patient, row, actor=actor, now=now)
    await readmissions.never_was(tx, patient, row, by=actor.person, now=now)
    return await _undone(tx, row, patient, body, WithdrawReason.ENTERED_IN_ERROR, actor, now)


async def _undone(
    tx: Session,
    row: StayRow,
    patient: PatientRow,
    body: EndStay,
    code: WithdrawReason,
    actor: Actor,
    now: datetime,
) -> DischargeCancelled:
    row.ended_because = body.reason
    touch(row, now)
    await obligations.close(tx, source="stay", source_id=row.id, stage=ACCEPT, now=now)
    note = Note(by=actor.person, now=now, code=code.value, text=body.reason)
    withdrawn, kept = await _withdraw(tx, row, note)
    await announcements.stay_changed(tx, patient, row, actor=actor, now=now)
    answer = {**fields(tx, row, actor), "withdrawn": withdrawn, "kept": kept}
    return DischargeCancelled.model_validate(answer)


async def _withdraw(tx: Session, stay: StayRow, note: Note) -> tuple[list[UUID], list[NeedKept]]:
    withdrawn, kept = [], []
    for need in await needs.from_stay(tx, stay.patient_id, stay.id, lock=True):
        because = await need_withdrawals.lose(tx, need, SourceKind.STAY, str(stay.id), note)
        if because is None:
            withdrawn.append(need.id)
        else:
            kept.append(NeedKept(need_id=need.id, kind=need.kind, because=because))
    return withdrawn, kept
