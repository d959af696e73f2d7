"""Between a referral's row and the facts its table looks at; and its stage on the worklist."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from services.coordination.domain import referral_clocks, referrals
from services.coordination.domain.referral_clocks import StageClock
from services.coordination.domain.referral_rules import Facts, Mark, Move, Party, parties
from services.coordination.store import calendars, obligations, patients, work_facets
from services.coordination.store import referrals as store
from services.coordination.store.referrals import ReferralActRow, ReferralRow
from services.coordination.store.specialists import SpecialistRow
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.vocabulary import Priority, ReferralAct, ReferralState

SOURCE: Literal["referral"] = "referral"
CONSENT_WITHDRAWN = "consent-withdrawn"
VALIDITY_OVER = "validity-over"
MARKS: Mapping[Mark, str] = {
    Mark.AUTHORIZED: "authorized_at",
    Mark.CANCEL_REQUESTED: "cancel_requested_at",
    Mark.RETURN_REQUESTED: "return_requested_at",
    Mark.CLOSED_ELSEWHERE: "closed_elsewhere_at",
    Mark.REPORTED: "reported_at",
    Mark.REVIEWED: "reviewed_at",
    Mark.INFORMED: "informed_at",
    Mark.WAIVED: "waived_at",
    Mark.UNTOLD: "untold_at",
}
_BOOKS = frozenset({ReferralAct.SCHEDULE, ReferralAct.RESCHEDULE})
# An amended report, a moved visit: the same wait begins anew.
_RESTARTS = frozenset({ReferralAct.RESCHEDULE, ReferralAct.REPORT})


async def facts_of(tx: Session, row: ReferralRow, now: datetime) -> Facts:
    """What the guards may look at, as of ``now``."""
    calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
    other = None if row.live else await store.live_of(tx, row.need_id)
    return Facts(
        marks=marks_of(row),
        authorization_required=row.authorization_required,
        no_shows=row.no_shows,
        visit_begun=row.visit_starts_at is not None and row.visit_starts_at <= now,
        past_validity=row.valid_until is not None and row.valid_until < calendar.day_of(now),
        other_live=other is not None,
        deceased=(await patients.get(tx, row.patient_id)).deceased_at is not None,
    )


def marks_of(row: ReferralRow) -> frozenset[Mark]:
    """The marks whose instants are set."""
    return frozenset(mark for mark, column in MARKS.items() if getattr(row, column) is not None)


def waits_for(row: ReferralRow) -> StageClock | None:
    """The clock of what the referral waits for now."""
    return referrals.clock_of(ReferralState(row.state), marks_of(row), row.no_shows)


def parties_of(actor: Actor, specialist: SpecialistRow) -> frozenset[Party]:
    """The sides the caller stands on."""
    account = specialist.user_subject
    own = account is not None and account == actor.person
    return parties(actor.roles, is_receiver=own, receiver_has_account=account is not None)


def make(row: ReferralRow, facts: Facts, move: Move, *, done_at: datetime, now: datetime) -> None:
    """Put a move's outcome on the row: state, marks, count of missed visits."""
    for mark, column in MARKS.items():
        if mark in move.clears:
            setattr(row, column, None)
        if mark in move.sets:
            setattr(row, column, done_at)
    row.no_shows = referrals.after(facts, move).no_shows
    row.state = move.to
    row.live = referrals.STAGES[move.to].live
    row.version += 1
    row.updated_at = now


async def enter_stage(
    tx: Session,
    row: ReferralRow,
    *,
    before: StageClock | None,
    stayed: bool,
    act: ReferralAct,
    done_at: datetime,
    reminds: bool,
    now: datetime,
) -> None:
    """Start the clock of what the referral now waits for, unless that is what it waited for already.

    ``stayed``: in the same state as before. What one side asks of the other holds the state's own clock; once that is
    refused or withdrawn the clock runs on from where it had started, surfaced if it was. Without ``reminds`` a visit is
    booked of which the patient is not reminded.
    """
    clock = waits_for(row)
    if not stayed:
        row.validity_over_at = None
    if clock is before and act not in _RESTARTS:
        if not stayed and clock in referrals.ASKING:
            row.held_started_at, row.held_breached_at = done_at, None
        return
    own = (row.held_started_at, row.held_breached_at)
    row.held_started_at = row.held_breached_at = None
    if stayed and clock in referrals.ASKING:
        row.held_started_at, row.held_breached_at = row.stage_started_at, row.stage_breached_at
    row.stage_started_at, row.stage_breached_at = done_at, None
    if stayed and before in referrals.ASKING and own[0] is not None:
        row.stage_started_at, row.stage_breached_at = own[0], own[1]
    row.stage_due_at = row.stage_why = None
    but = CONSENT_WITHDRAWN if row.live else None
    await obligations.close(tx, source=SOURCE, source_id=row.id, stage=None, but=but, now=now)
    if clock is not None:
        calendar = await calendars.calendar(tx, row.zone, of=row.patient_id)
        due = referral_clocks.due(clock, clock_start(row, clock), Priority(row.priority), calendar)
        row.stage_due_at, row.stage_why = due.at, due.explanation
        if row.stage_breached_at is None:
            await owe(tx, row, stage=clock.name, title=clock.title, due_at=due.at, now=now)
        else:
            await _follow_up(tx, row, clock, calendar, now)
    if clock is referral_clocks.OUTCOME and reminds:
        await owe_reminders(tx, row, now, booked=act in _BOOKS)


async def owe_reminders(tx: Session, row: ReferralRow, now: datetime, *, booked: bool = False) -> None:
    """Put the reminders of a booked visit that are still ahead, and were not given yet, on the worklist.

    ``booked``: it was booked just now, so that none was given.
    """
    if row.visit_starts_at is None or not referral_clocks.reminders_left(row.visit_starts_at, (), now):
        return
    given = () if booked else _reminded_at(await store.history(tx, [row.id]))
    for one in referral_clocks.reminders_left(row.visit_starts_at, given, now):
        await owe(tx, row, stage=one.stage, title=one.title, due_at=one.at, now=now)


def _reminded_at(acts: Iterable[ReferralActRow]) -> list[datetime]:
    """When the patient was reminded of the visit that was booked last."""
    given: list[datetime] = []
    for each in acts:
        if each.act in _BOOKS:
            given = []
        elif each.act == ReferralAct.REMIND:
            given.append(each.done_at)
    return given


def clock_start(row: ReferralRow, clock: StageClock) -> datetime:
    """The instant a stage's clock counts from: the end of the visit, or the entry into the stage."""
    visit = row.visit_ends_at
    return visit if clock.from_visit and visit is not None else row.stage_started_at


async def reminded(tx: Session, row: ReferralRow, *, done_at: datetime, now: datetime) -> None:
    """Take from the worklist the reminders that one given at ``done_at`` settles."""
    if row.visit_starts_at is not None:
        for one in referral_clocks.reminded(row.visit_starts_at, done_at):
            await obligations.close(tx, source=SOURCE, source_id=row.id, stage=one.stage, now=now)


async def surface(tx: Session, row: ReferralRow, calendar: Calendar, now: datetime) -> None:
    """Put one follow-up in the place of a stage that has lasted too long, and remember that it was done."""
    clock = waits_for(row)
    row.stage_breached_at = now
    row.updated_at = now
    if clock is None or row.stage_due_at is None:
        return
    await obligations.close(tx, source=SOURCE, source_id=row.id, stage=clock.name, now=now)
    await _follow_up(tx, row, clock, calendar, now)


async def _follow_up(tx: Session, row: ReferralRow, clock: StageClock, calendar: Calendar, now: datetime) -> None:
    assert row.stage_due_at is not None
    due = referral_clocks.chase_due(clock, clock_start(row, clock), row.stage_due_at, calendar)
    await owe(tx, row, stage=f"{clock.name}-overdue", title=clock.overdue, due_at=due, now=now)


async def owe(tx: Session, row: ReferralRow, *, stage: str, title: str, due_at: datetime, now: datetime) -> None:
    """Put a piece of work of a referral on the worklist, for whoever the referral belongs to."""
    await obligations.put(
        tx,
        source=SOURCE,
        source_id=row.id,
        stage=stage,
        patient_id=row.patient_id,
        due_at=due_at,
        priority=Priority(row.priority),
        owner=row.owner,
        team=row.team,
        title=title,
        facets=await work_facets.of_referral(tx, row.need_id),
        now=now,
    )
