"""What people, and other work, do on a need: arrange, progress, meet, close, reopen, pause."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from services.coordination.domain import contacts as contact_rules
from services.coordination.domain.clocks import ClockRule, Pause, start
from services.coordination.domain.evidence import check_fits
from services.coordination.domain.need_kinds import HARD_STOP, REQUEST_CLOCK
from services.coordination.domain.needs import AlreadyOpen, check_ahead, check_code, check_met_directly, check_pause
from services.coordination.domain.reasons import Reason, with_clock, without_clock
from services.coordination.domain.unwinding import check_own_words, resumed
from services.coordination.store import calendars, contacts, need_codec, needs
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import need_begins, need_work
from services.coordination.usecases.need_views import view
from services.coordination.usecases.need_work import Note, opened
from services.coordination.usecases.patients import to_write
from shared.contracts.coordination.need_acts import ArrangeNeed, CloseNeed, MeetNeed, MoveNeed, PauseNeed
from shared.contracts.coordination.needs import Evidence, Means, Money, NeedRead
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import check_lives, check_version
from shared.vocabulary import ClockKind, NeedAct, NeedKind, NotMetReason


async def arrange(
    tx: Session, need_id: UUID, body: ArrangeNeed, *, version: int, actor: Actor, now: datetime
) -> NeedRead:
    """Say how the need will be met; a request clock stops. A booked visit sets the reconciliation's hard stop.

    Raises:
        NotFound, Stale, ActNotAllowed.
        TooFarAhead: a visit is not scheduled for such a day.
    """
    check_ahead(body.scheduled_for, now, "scheduled_for")
    row = await opened(tx, need_id, version)
    _cost(row, body.cost)
    await arranged(tx, row, body.means, body.scheduled_for, Note(by=actor.person, now=now, text=body.note))
    return await view(tx, row, actor=actor, now=now)


async def move(
    tx: Session, need_id: UUID, act: NeedAct, body: MoveNeed, *, version: int, actor: Actor, now: datetime
) -> NeedRead:
    """Progress, release or reopen a need.

    Raises:
        NotFound, Stale, ActNotAllowed.
        AlreadyOpen: reopening would double an open need.
        AlreadyMerged: the need is of a record that was merged into another.
        Deceased: nothing is reopened for a patient who has died.
    """
    if act is NeedAct.REOPEN:
        check_lives((await to_write(tx, (await needs.get(tx, need_id)).patient_id)).deceased_at)
    row = await needs.get_for_update(tx, need_id)
    check_version(row.version, version)
    if act is NeedAct.REOPEN:
        await _reopening(tx, row, now)
    if act is NeedAct.RELEASE:
        await released(tx, row, now)
    await need_work.act(tx, row, act, Note(by=actor.person, now=now, text=body.note))
    return await view(tx, row, actor=actor, now=now)


async def meet(tx: Session, need_id: UUID, body: MeetNeed, *, version: int, actor: Actor, now: datetime) -> NeedRead:
    """Record that the need is met; on time is judged by ``done_at``.

    Raises:
        NotFound, Stale, ActNotAllowed.
        InTheFuture, DoneBeforeBirth, DoneBeforeStart: ``done_at`` cannot be.
        EvidenceDoesNotFit: such evidence does not meet this kind.
    """
    row = await opened(tx, need_id, version)
    kind = NeedKind(row.kind)
    check_met_directly(kind)
    check_fits(kind, body.evidence.kind)
    await need_begins.check(tx, row, body.evidence.kind, body.done_at, now=now)
    _cost(row, body.cost)
    await met(tx, row, body.evidence, body.done_at, Note(by=actor.person, now=now, text=body.evidence.note))
    return await view(tx, row, actor=actor, now=now)


async def close(
    tx: Session, need_id: UUID, act: NeedAct, body: CloseNeed, *, version: int, actor: Actor, now: datetime
) -> NeedRead:
    """Waive, withdraw or give up a need with a coded reason.

    Raises:
        NotFound, Stale, ActNotAllowed, CodeUnknown.
        MoreAttemptsNeeded: unable to reach was said too early.
    """
    row = await opened(tx, need_id, version)
    check_code(act, body.code)
    if body.code == NotMetReason.UNABLE_TO_REACH:
        since = min((clock.start_at for clock in need_codec.clocks_of(row)), default=row.created_at)
        made = await contacts.of_patient(tx, row.patient_id, since)
        calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
        contact_rules.check_unreachable([contacts.attempt_of(contact) for contact in made], calendar)
    await need_work.act(tx, row, act, Note(by=actor.person, now=now, code=body.code, text=body.note))
    return await view(tx, row, actor=actor, now=now)


async def pause(tx: Session, need_id: UUID, body: PauseNeed, *, version: int, actor: Actor, now: datetime) -> NeedRead:
    """Stop the need's clocks for an interval, or until resumed.

    Raises:
        NotFound, Stale, ActNotAllowed.
        PauseImpossible: the interval is empty, the clocks are paused already, or the words are those of a stay's pause.
    """
    check_own_words(body.reason)
    row = await opened(tx, need_id, version)
    pauses = need_codec.pauses_of(row)
    new = Pause(body.since or now, body.until, body.reason)
    check_pause(pauses, new)
    await _pauses(tx, row, (*pauses, new), "pause", Note(by=actor.person, now=now, text=body.reason))
    return await view(tx, row, actor=actor, now=now)


async def resume(tx: Session, need_id: UUID, body: MoveNeed, *, version: int, actor: Actor, now: datetime) -> NeedRead:
    """End the pause by hand: the clocks run on from now, or from the end of the hospital stay that holds them still.

    Raises:
        NotFound, Stale, ActNotAllowed.
        StillInHospital: only a stay holds the clocks.
    """
    row = await opened(tx, need_id, version)
    ended = resumed(need_codec.pauses_of(row), now)
    await _pauses(tx, row, ended, "resume", Note(by=actor.person, now=now, text=body.note))
    return await view(tx, row, actor=actor, now=now)


async def arranged(tx: Session, row: NeedRow, means: Means, scheduled_for: datetime | None, note: Note) -> None:
    """Keep how and for when; the request is out, so its clock stops."""
    row.means = means.model_dump(mode="json")
    row.scheduled_for = scheduled_for or row.scheduled_for
    need_work.stop_clocks(row, [REQUEST_CLOCK], note.done_at or note.now, "the request is out")
    await need_work.act(tx, row, NeedAct.ARRANGE, note)
    if scheduled_for is not None:
        await visit_known(tx, row, scheduled_for, note.now)


async def met(tx: Session, row: NeedRow, evidence: Evidence, done_at: datetime, note: Note) -> None:
    """Stop every clock at ``done_at`` and end the need as met."""
    need_work.add_evidence(row, {**evidence.model_dump(mode="json"), "at": done_at.isoformat()})
    if row.met_through is None:
        row.met_through = row.means
    need_work.stop_clocks(row, None, done_at, str(evidence.kind))
    await need_work.act(tx, row, NeedAct.MEET, Note(note.by, note.now, done_at, note.code, note.text))
    await visit_known(tx, row, done_at, note.now)


async def visit_known(tx: Session, visit: NeedRow, at: datetime, now: datetime) -> None:
    """Medicines are reconciled no later than the day of the face-to-face visit: set that hard stop."""
    if visit.kind != NeedKind.VISIT:
        return
    calendar = await calendars.calendar(tx, visit.zone, of=visit.patient_id)
    clock = start(ClockRule(HARD_STOP, ClockKind.PROGRAMME, "D"), at, calendar)
    await _reconcile_by(tx, visit, lambda reasons: with_clock(reasons, clock), now)


async def visit_gone(tx: Session, need: NeedRow, now: datetime) -> None:
    """The need's visit is off: medicines are reconciled by the pathway's own hard stop again."""
    need.scheduled_for = None
    if need.kind == NeedKind.VISIT:
        await _reconcile_by(tx, need, lambda reasons: without_clock(reasons, HARD_STOP), now)


async def released(tx: Session, need: NeedRow, now: datetime) -> None:
    """What was arranged is off: by which means, and for when."""
    need.means = None
    await visit_gone(tx, need, now)


async def _reconcile_by(
    tx: Session, visit: NeedRow, change: Callable[[tuple[Reason, ...]], tuple[Reason, ...]], now: datetime
) -> None:
    calendar = await calendars.calendar(tx, visit.zone, of=visit.patient_id)
    for row in await needs.open_of(tx, visit.patient_id, [NeedKind.MED_RECONCILIATION]):
        if row.scope == visit.scope:
            row.reasons = need_codec.keep_reasons(change(need_codec.reasons_of(row)))
            need_work.settle(row, calendar, now)
            await need_work.follow(tx, row, now)


async def _reopening(tx: Session, row: NeedRow, now: datetime) -> None:
    same = await needs.open_of(tx, row.patient_id, [row.kind])
    if any(other.scope == row.scope for other in same):
        raise AlreadyOpen("The same need is already open for this patient. Work on that one.")
    clocks = need_codec.clocks_of(row)
    row.clocks = need_codec.keep_clocks(clock.running() for clock in clocks)
    row.met_through = None
    need_work.run_again(row, now)


async def _pauses(tx: Session, row: NeedRow, pauses: tuple[Pause, ...], what: str, note: Note) -> None:
    row.pauses = need_codec.keep_pauses(pauses)
    need_work.settle(row, await calendars.calendar(tx, row.zone, of=row.patient_id), note.now)
    await need_work.noted(tx, row, what, row.state, note)


def _cost(row: NeedRow, cost: Money | None) -> None:
    if cost is not None:
        row.cost_amount, row.cost_currency = cost.amount, cost.currency
