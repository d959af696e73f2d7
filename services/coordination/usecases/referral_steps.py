"""One step of a referral, already allowed: its effects, its state, its history, its clock. The need is the caller's."""

from datetime import datetime

from services.coordination.domain.referral_rules import Facts, Move
from services.coordination.store.referrals import ReferralActRow
from services.coordination.usecases import slots
from services.coordination.usecases.referral_effects import EFFECTS, Doing
from services.coordination.usecases.referral_record import enter_stage, make, waits_for
from shared.kit.ids import new_id


async def step(doing: Doing, facts: Facts, move: Move, *, since: datetime | None = None) -> None:
    """Make a move on a locked referral. The clock of what it then waits for starts when the act was done, or ``since``.

    Raises:
        NothingToBook, SlotTaken and the like: what the act wants is not there.
    """
    tx, row = doing.tx, doing.row
    state, before = row.state, waits_for(row)
    if (effect := EFFECTS.get(move.act)) is not None:
        await effect(doing)
    make(row, facts, move, done_at=doing.done_at, now=doing.now)
    if not row.live and row.closed_at is None:
        await slots.release(tx, row.id, now=doing.now)
    tx.add(_entry(doing, move, state))
    stayed = row.state == state
    at = since or doing.done_at
    await enter_stage(
        tx, row, before=before, stayed=stayed, act=move.act, done_at=at, reminds=doing.reminds, now=doing.now
    )


def _entry(doing: Doing, move: Move, state: str) -> ReferralActRow:
    row = doing.row
    return ReferralActRow(
        id=new_id(),
        organization_id=row.organization_id,
        referral_id=row.id,
        sequence=row.version,
        act=move.act,
        from_state=state,
        to_state=move.to,
        actor=doing.actor.person,
        done_at=doing.done_at,
        recorded_at=doing.now,
        note=doing.body.note,
        details=doing.body.model_dump(mode="json", exclude={"done_at", "note"}, exclude_none=True),
    )
