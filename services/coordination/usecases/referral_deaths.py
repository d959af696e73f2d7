"""A death ends every referral whose visit has not been; a death recorded in error makes them drafts again."""

from datetime import datetime

from services.coordination.domain import referrals as table
from services.coordination.domain.referral_rules import Party
from services.coordination.store import obligations
from services.coordination.store import referrals as store
from services.coordination.store.patients import PatientRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.usecases.referral_effects import Doing
from services.coordination.usecases.referral_record import facts_of
from services.coordination.usecases.referral_steps import step
from shared.contracts.coordination.referral_ends import Cancel, Reopen
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import CancelReason, ReferralAct, ReferralState

_ENDING = [state for state, act in table.MOVES if act is ReferralAct.PATIENT_DIED]
_BODY = Cancel(reason=CancelReason.PATIENT_DIED)
_IN_ERROR = Reopen(reason="the death was recorded in error")


async def end(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> list[ReferralRow]:
    """End what a death ends, give its slots back, and have the receivers told.

    A visit that had begun before stays booked, so that its outcome can be recorded; nobody is reminded of it.
    """
    died_at = patient.deceased_at or now
    ended = []
    for row in await store.of_patient_in(tx, patient.id, _ENDING):
        if row.state == ReferralState.SCHEDULED and row.visit_starts_at is not None and row.visit_starts_at <= died_at:
            await obligations.close_reminders(tx, patient.id, now)
            continue
        await _end(tx, row, died_at, actor=actor, now=now)
        ended.append(row)
    await tx.flush()
    return ended


async def after_act(tx: Session, row: ReferralRow, *, actor: Actor, now: datetime) -> None:
    """Who died has no visit booked again: what an act about an earlier visit leaves open ends at once."""
    if row.state in _ENDING and row.state != ReferralState.SCHEDULED:
        await _end(tx, row, now, actor=actor, now=now)
        await tx.flush()


async def _end(tx: Session, row: ReferralRow, died_at: datetime, *, actor: Actor, now: datetime) -> None:
    facts = await facts_of(tx, row, now)
    move = table.move(ReferralState(row.state), ReferralAct.PATIENT_DIED, facts, [Party.SYSTEM])
    doing = Doing(tx, row, _BODY, actor, max(died_at, row.ordered_at), now)
    # Whoever is to be told has from when we know, not from the death.
    await step(doing, facts, move, since=now)


async def redraft(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Make drafts of the referrals that a death ended, where no other one took their place."""
    rows = await store.of_patient_in(tx, patient.id, [ReferralState.CANCELLED])
    acts = await store.history(tx, [row.id for row in rows])
    # How it came to be cancelled; that the receiver knows is an act within the state.
    how = {entry.referral_id: entry for entry in acts if entry.from_state != entry.to_state}
    for row in rows:
        entered = how[row.id]
        if entered.act != ReferralAct.PATIENT_DIED or not table.STAGES[ReferralState(entered.from_state)].live:
            continue
        facts = await facts_of(tx, row, now)
        if table.refusal(ReferralState(row.state), ReferralAct.REOPEN, facts, [Party.SENDER]) is None:
            move = table.MOVES[ReferralState.CANCELLED, ReferralAct.REOPEN]
            await step(Doing(tx, row, _IN_ERROR, actor, now, now), facts, move)
            await tx.flush()
