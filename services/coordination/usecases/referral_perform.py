"""One act on a referral: checked against the table, written down, its clock started, its need moved."""

from datetime import datetime

from services.coordination.domain import needs as need_rules
from services.coordination.domain import referral_order as order
from services.coordination.domain import referrals as table
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.outreach import THEIRS
from services.coordination.domain.referral_rules import Move, Party
from services.coordination.store import calendars
from services.coordination.store import needs as need_store
from services.coordination.store.referrals import ReferralRow
from services.coordination.usecases import needs, referral_deaths, sharing
from services.coordination.usecases.referral_effects import Doing
from services.coordination.usecases.referral_record import facts_of
from services.coordination.usecases.referral_steps import step
from shared.contracts.coordination.needs import Evidence, Means, Source
from shared.contracts.coordination.referral_act import Act as ActBody
from shared.contracts.coordination.referral_acts import Inform
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import MeansKind, NeedAct, NeedKind, SharingPurpose, SourceKind
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State


async def perform(
    tx: Session, row: ReferralRow, what: Act, body: ActBody, *, actor: Actor, sides: frozenset[Party], now: datetime
) -> None:
    """Take one act on a locked referral for whoever stands on ``sides``.

    Raises:
        ActNotPossible, NotYourPart, or a guard's refusal: see the table in the domain.
        InTheFuture, BeforeOrder, BeforeVisit, OutOfOrder: ``done_at`` cannot be.
        ConsentMissing, ConsentWithheld: it would go out against the patient's word.
    """
    facts = await facts_of(tx, row, now)
    state = State(row.state)
    move = table.move(state, what, facts, sides)
    if move.to is State.SENT and state is not State.SENT:
        await sharing.check(tx, row.patient_id, SharingPurpose.REFERRAL, str(row.specialist_id), now)
    done_at = await _done_at(tx, row, what, body, now)
    await _check_outreach(tx, row, what, body, done_at)
    reminds = move.to is not State.SCHEDULED or await sharing.allowed(
        tx, row.patient_id, SharingPurpose.OUTREACH, None, now
    )
    await step(Doing(tx, row, body, actor, done_at, now, reminds), facts, move)
    await _move_need(tx, row, move, actor=actor, done_at=done_at, now=now)
    await tx.flush()
    if facts.deceased:
        await referral_deaths.after_act(tx, row, actor=actor, now=now)


async def _check_outreach(tx: Session, row: ReferralRow, what: Act, body: ActBody, done_at: datetime) -> None:
    """Nobody is reminded or told against their word; what was done before that word may still be recorded."""
    channel = body.channel if isinstance(body, Inform) else None
    if what is Act.REMIND or (channel is not None and channel not in THEIRS):
        await sharing.check(tx, row.patient_id, SharingPurpose.OUTREACH, channel, done_at)


async def _done_at(tx: Session, row: ReferralRow, what: Act, body: ActBody, now: datetime) -> datetime:
    done_at = body.done_at or now
    need_rules.check_past(done_at, now, "done_at")
    known = {column: getattr(row, column) for columns in order.BUILDS_ON.values() for column in columns}
    order.check_order(what, done_at, known, row.ordered_at)
    if row.state == State.SCHEDULED:
        calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
        order.check_visit_day(what, done_at, row.visit_starts_at, calendar)
    return done_at


async def _move_need(
    tx: Session, row: ReferralRow, move: Move, *, actor: Actor, done_at: datetime, now: datetime
) -> None:
    """Move the need as far as this move carries it; a need that was met or waived meanwhile stays as it is."""
    if move.unbooks:
        await needs.visit_off(tx, row.need_id, Means(kind=MeansKind.REFERRAL, id=str(row.id)), actor=actor, now=now)
    if move.need is None:
        return
    need = await need_store.get(tx, row.need_id)
    act, evidence = move.need, None
    if act is NeedAct.MEET:
        shown = table.evidence(move.act, KINDS[NeedKind(need.kind)].accepts)
        if shown is None:
            act = NeedAct.PROGRESS
        else:
            evidence = Evidence(kind=shown, source=Source(kind=SourceKind.REFERRAL, id=str(row.id)))
    await needs.moved(
        tx,
        need.id,
        act,
        means=None if act is NeedAct.RELEASE else Means(kind=MeansKind.REFERRAL, id=str(row.id)),
        evidence=evidence,
        done_at=done_at,
        scheduled_for=row.visit_starts_at if act is NeedAct.ARRANGE else None,
        actor=actor,
        now=now,
    )
