"""Needs: identify, list, and every act a person does on one."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.clocks import Clock, ClockRule, start
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import OPEN
from services.coordination.domain.reasons import Reason
from services.coordination.store import calendars, needs, stays
from services.coordination.store.needs import NeedRow, Wanted
from services.coordination.usecases import deaths, monitored, need_acts, need_work, patients
from services.coordination.usecases.need_views import breaches_view, history_view, view, viewer
from services.coordination.usecases.need_work import opened
from shared.contracts.base import Page
from shared.contracts.coordination.need_acts import AssignNeed
from shared.contracts.coordination.needs import Evidence, IdentifyNeed, Means, NeedRead, NeedWithHistory
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.calendar import Calendar
from shared.kit.paging import after_id
from shared.kit.problems import NotFound, check_lives
from shared.vocabulary import NeedAct, NeedState, Role

NOBODY = "careweave"
"""Who did what no person did."""


async def identify(
    tx: Session, body: IdentifyNeed, *, actor: Actor, now: datetime, asked_at: datetime | None = None
) -> NeedRead:
    """Say that a patient needs something: joins the open need of the same kind and scope, or opens one.

    What the other service had on its way when the patient died, or was ordered (``asked_at``) before the death, is
    kept on record and withdrawn at once.

    Raises:
        NotFound: no such patient or stay.
        Deceased: the patient has died.
        IdentifiersDisagree: the identifiers belong to several patients.
        ClockRuleUnknown: a clock's rule is none.
    """
    patient = await patients.named(tx, body)
    await monitored.heard_of(tx, patient, actor=actor, now=now)
    died_at = patient.deceased_at
    if Role.SERVICE not in actor.roles and (asked_at is None or (died_at is not None and asked_at > died_at)):
        check_lives(died_at)
    if body.stay_id is not None and (await stays.get(tx, body.stay_id)).patient_id != patient.id:
        raise NotFound("stay")
    calendar = await calendars.calendar(tx, patient.time_zone, of=patient.id)
    asked = need_work.Asked(
        kind=body.need,
        stay_id=None if body.stay_id is None else str(body.stay_id),
        reason=_reason(body, calendar, actor, now),
        owner=body.owner,
        team=body.team,
    )
    note = need_work.Note(by=actor.person, now=now, text=body.reason)
    rows = await need_work.open_or_join(tx, patient, [asked], calendar, note)
    if patient.deceased_at is not None:
        await deaths.died(tx, patient, actor=actor, now=now)
    return await view(tx, rows[0], actor=actor, now=now)


async def read(tx: Session, need_id: UUID, *, actor: Actor, now: datetime) -> NeedWithHistory:
    """One need with everything that was done to it.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await needs.get(tx, need_id)
    past = history_view(await needs.history(tx, need_id))
    late = breaches_view(await needs.breaches_of(tx, need_id))
    return NeedWithHistory(**dict(await view(tx, row, actor=actor, now=now)), breaches=late, history=past)


async def page(
    tx: Session, wanted: Wanted, *, limit: int, cursor: str | None, actor: Actor, now: datetime
) -> Page[NeedRead]:
    """A page of needs in the order they were recorded."""
    rows = await needs.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, await viewer(tx, rows, actor=actor, now=now))


async def assign(
    tx: Session, need_id: UUID, body: AssignNeed, *, version: int, actor: Actor, now: datetime
) -> NeedRead:
    """Name the owner or the team; what is left out stays.

    Raises:
        NotFound, Stale.
        ActNotAllowed: the need is closed.
    """
    row = await opened(tx, need_id, version)
    row.owner, row.team = body.owner or row.owner, body.team or row.team
    said = ", ".join(name for name in (body.owner, body.team) if name)
    await need_work.noted(tx, row, "assign", row.state, need_work.Note(by=actor.person, now=now, text=said or None))
    return await view(tx, row, actor=actor, now=now)


async def moved(
    tx: Session,
    need_id: UUID,
    act: NeedAct,
    *,
    means: Means | None = None,
    evidence: Evidence | None = None,
    done_at: datetime | None = None,
    scheduled_for: datetime | None = None,
    code: str | None = None,
    note: str | None = None,
    actor: Actor | None = None,
    now: datetime,
) -> NeedRow | None:
    """Other work moves a need: a referral was sent, booked, declined or closed, an enrollment was answered.

    A need that has ended in the meantime is left as it is, and None is answered: the other work's own record says
    what happened.
    """
    row = await needs.get_for_update(tx, need_id)
    if not need_work.fits(NeedState(row.state), act):
        return None
    by = NOBODY if actor is None else actor.person
    noted = need_work.Note(by=by, now=now, done_at=done_at, code=code, text=note)
    if act is NeedAct.ARRANGE and means is not None:
        await need_acts.arranged(tx, row, means, scheduled_for, noted)
    elif act is NeedAct.MEET and evidence is not None:
        if means is not None:
            row.met_through = means.model_dump(mode="json")
        await need_acts.met(tx, row, evidence, done_at or now, noted)
    else:
        if act is NeedAct.RELEASE:
            await need_acts.released(tx, row, now)
        elif means is not None:
            row.means = means.model_dump(mode="json")
        await need_work.act(tx, row, act, noted)
    return row


async def visit_off(tx: Session, need_id: UUID, means: Means, *, actor: Actor, now: datetime) -> None:
    """The visit that other work had booked is off, and is to be booked again: the need is not scheduled any more."""
    row = await needs.get_for_update(tx, need_id)
    if NeedState(row.state) in OPEN and row.scheduled_for is not None and row.means == means.model_dump(mode="json"):
        await need_acts.visit_gone(tx, row, now)
        await need_work.noted(tx, row, "visit-off", row.state, need_work.Note(by=actor.person, now=now))


def clocks_for(rules: tuple[ClockRule, ...], at: datetime, calendar: Calendar) -> tuple[Clock, ...]:
    """Clocks started by rules at an instant."""
    return tuple(start(rule, at, calendar) for rule in rules)


def _reason(body: IdentifyNeed, calendar: Calendar, actor: Actor, now: datetime) -> Reason:
    if body.clocks:
        clocks = tuple(
            start(ClockRule(c.key, c.kind, c.rule, c.opens, grace=c.grace), c.starts_at or now, calendar)
            for c in body.clocks
        )
    else:
        clocks = clocks_for(KINDS[body.need].clocks, now, calendar)
    return Reason(
        source_kind=body.source.kind,
        source_id=body.source.id,
        text=body.reason,
        priority=body.priority,
        clocks=clocks,
        recorded_at=now,
        recorded_by=actor.person,
    )
