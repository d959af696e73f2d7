"""Everybody whom the measures judge among the records of one patient, as they were known at an instant.

This is where it is said what a measure counts. What is kept of it (``outcome_steps``) is made by asking this.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.coordination.domain import follow_up, readmissions, work_outcomes
from services.coordination.domain.follow_up import Done, Followed
from services.coordination.domain.outcome_records import (
    REACH,
    KnownStay,
    NeedRecord,
    Records,
    ReferralRecord,
    StayRecord,
)
from services.coordination.domain.outcomes import Member
from services.coordination.domain.outcomes import OutcomeKey as K
from services.coordination.domain.readmissions import WINDOW, Excluded, Judged
from services.coordination.domain.work_outcomes import Choice, Need
from shared.kit.calendar import Calendar
from shared.kit.zones import local_day
from shared.vocabulary import NeedKind, NeedState

FOLLOWED: dict[str, str] = {
    NeedKind.VISIT: "visits",
    NeedKind.MED_RECONCILIATION: "reconciled",
    NeedKind.DISCHARGE_SUMMARY: "summaries",
    NeedKind.MENTAL_HEALTH_VISIT: "mental_health_visits",
}


class Judgement(NamedTuple):
    """One member of one measure; ``work`` is the stay, need or referral it belongs to."""

    key: K
    work: UUID
    member: Member


def members(records: Records, as_of: datetime) -> Iterator[Judgement]:
    """Everybody whom any measure judges."""
    yield from of_stays(records.stays, as_of)
    for stay in records.stays:
        yield from of_discharge(records, records.stays, stay, as_of, follow_up.KEYS)
    for need in records.needs:
        yield from of_need(need, as_of)
    for referral in records.referrals:
        yield from of_referral(referral, as_of)
    for choice in records.choices:
        yield from of_choice(choice, as_of)


def of_need(need: NeedRecord, as_of: datetime) -> Iterator[Judgement]:
    """A need under its two measures."""
    last = need.as_of(as_of)
    if last is None or need.created_at > as_of:
        return
    due_on = None if need.due_at is None else local_day(need.due_at, need.zone)
    known = Need(
        need.id, need.patient_id, last.state, last.done_at, need.cost, need.currency, need.due_at, due_on,
        local_day(last.done_at, need.zone),
    )  # fmt: skip
    for key, member in (
        (K.NEEDS_ON_TIME, work_outcomes.on_time(known, as_of)),
        (K.NEED_COST, work_outcomes.cost(known)),
    ):
        if member is not None:
            yield Judgement(key, need.id, member)


def of_referral(referral: ReferralRecord, as_of: datetime) -> Iterator[Judgement]:
    """A referral and each of its stages."""
    known = [act for act, recorded_at in referral.acts if recorded_at <= as_of]
    if not known:
        return
    closed = work_outcomes.loop(known)
    if closed is not None:
        yield Judgement(K.LOOP_CLOSED, referral.id, closed)
    for stage in work_outcomes.stages(known):
        yield Judgement(K.STAGE_DAYS, referral.id, stage)


def of_choice(choice: Choice, as_of: datetime) -> Iterator[Judgement]:
    """A choice of a specialist."""
    if choice.chosen_at <= as_of:
        yield Judgement(K.SAVED, choice.referral_id, work_outcomes.saved(choice))


def of_stays(stays: Sequence[StayRecord], as_of: datetime) -> Iterator[Judgement]:
    """Whether the discharges of some stays, which no other stays concern, were followed by another stay."""
    by_id = {stay.id: stay for stay in stays}
    known = [(by_id[each.id], each) for each in _known(stays, as_of)]
    seen = [stay.as_of(each, as_of, stay.zone) for stay, each in known]
    for key, rules in ((K.READMITTED_PCR, readmissions.pcr), (K.READMITTED_HWR, readmissions.hwr)):
        for judged in rules(seen):
            yield Judgement(key, judged.stay.id, _readmitted(judged, by_id[judged.stay.id].zone))


def of_discharge(
    records: Records, stays: Sequence[StayRecord], stay: StayRecord, as_of: datetime, keys: Iterable[K]
) -> Iterator[Judgement]:
    """What followed one of these stays, under some measures."""
    known = stay.known(as_of)
    if known is None or known.ended_at is None:
        return
    days = records.days(stay)
    followed = _followed(records, stay, known, days, as_of, stays)
    period = local_day(known.ended_at, stay.zone)
    for key in keys:
        member = follow_up.judge(key, followed, days, period)
        if member is not None:
            yield Judgement(key, stay.id, member)


def _known(stays: Iterable[StayRecord], as_of: datetime) -> list[KnownStay]:
    """Stays as they were known, in the order of their beginning."""
    return sorted((known for stay in stays if (known := stay.known(as_of)) is not None), key=lambda each: each[:2])


def _readmitted(each: Judged, zone: str) -> Member:
    stay = each.stay
    excluded = None if each.excluded is None else each.excluded.value
    value = None if each.after is None else f"next stay on day {each.after}"
    until = None
    if each.excluded is Excluded.OPEN and stay.discharged is not None:
        until = Calendar(zone).end_of(stay.discharged + timedelta(days=WINDOW))
    return Member(stay.id, stay.patient_id, each.met, excluded, value, day=stay.discharged, until=until)


def _followed(
    records: Records,
    record: StayRecord,
    known: KnownStay,
    days: Calendar,
    as_of: datetime,
    stays: Sequence[StayRecord],
) -> Followed:
    """A discharge with what was done after it, in the days by which it is judged."""
    ended = known.ended_at
    assert ended is not None
    done: dict[str, list[Done]] = defaultdict(list)
    for talk in records.talks:
        if ended <= talk.at < ended + REACH and talk.recorded_at <= as_of:
            done["talks"].append(Done(talk.at, days.day_of(talk.at)))
    for need in records.after(record.id):
        last = need.as_of(as_of)
        if need.kind in FOLLOWED and last is not None and last.state == NeedState.MET:
            done[FOLLOWED[need.kind]].append(Done(last.done_at, days.day_of(last.done_at)))
    later = (days.day_of(each.started_at) for each in _known(stays, as_of) if each.inpatient and each[:2] > known[:2])
    recorded = Done(record.created_at, days.day_of(record.created_at))
    back_on = follow_up.next_day(days.day_of(ended), later)
    return Followed(record.as_of(known, as_of, days.zone), recorded, back_on, **done)
