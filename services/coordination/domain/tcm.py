"""Transitional care management: the evidence of one discharge, counted (clinical §2.5; MLN908628 from memory).

It counts and shows what is missing; it is no billing advice, and payers differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.coordination.domain.contacts import REACHED_FOR, Attempt, second_attempt
from services.coordination.domain.stays import FACILITY, HOSPITAL
from shared.kit.calendar import Calendar
from shared.vocabulary import Complexity, DischargeDisposition, StayClass, TcmCode, TcmState

D, S = DischargeDisposition, TcmState
SOON, LATER, LAST_DAY, BUSINESS_DAYS = 7, 14, 29, 2
HOME = frozenset({D.HOME, D.HOME_HEALTH, D.ASSISTED_LIVING, D.AGAINST_ADVICE})
_CLASSES = HOSPITAL | FACILITY


@dataclass(frozen=True, slots=True)
class Made:
    """A contact as it was made; ``interactive`` when it was a conversation with the patient or caregiver."""

    attempt: Attempt
    interactive: bool


@dataclass(frozen=True, slots=True)
class Episode:
    """What is on record of one discharge. Instants are UTC; days are those of ``calendar``, without closures.

    ``visits`` are face-to-face or telehealth visits, ``reconciled`` reconciliations of medicines. ``other_periods`` are
    the discharges, apart from this one, whose 30 days overlap with this one's.
    """

    stay_class: StayClass
    disposition: DischargeDisposition
    complexity: Complexity
    discharged_at: datetime
    contacts: tuple[Made, ...] = ()
    visits: tuple[datetime, ...] = ()
    reconciled: tuple[datetime, ...] = ()
    readmitted_at: datetime | None = None
    deceased_at: datetime | None = None
    other_periods: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is counted: met, still open until ``due_on``, or no longer possible; and why."""

    key: str
    state: TcmState
    because: str
    due_on: date | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The evidence. ``code`` is what it reaches now, ``possible`` the most that it can still reach."""

    first_day: date
    last_day: date
    checks: tuple[Check, ...]
    state: TcmState
    code: TcmCode | None
    possible: TcmCode | None
    notes: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not there, each with its reason."""
        return tuple(f"{check.key}: {check.because}" for check in self.checks if check.state is not S.MET)


def evidence(episode: Episode, calendar: Calendar, now: datetime) -> Record:
    """Count the evidence of a discharge as it stands at ``now``."""
    days = calendar.without_closures()
    day, today = days.day_of(episode.discharged_at), days.day_of(now)
    visit = _first_visit(episode, days)
    checks = (
        _discharge(episode),
        _destination(episode),
        _contact(episode, days, today),
        _visit(visit, day, today, days),
        _reconciliation(episode, visit, days, day, today),
        _alive(episode, days, day, today),
    )
    state = _state(checks)
    seen_on = None if visit is None else days.day_of(visit)
    reach = _code(episode.complexity, day, seen_on or max(today, day + timedelta(days=1)))
    return Record(
        first_day=day,
        last_day=day + timedelta(days=LAST_DAY),
        checks=checks,
        state=state,
        code=reach if state is S.MET else None,
        possible=None if state is S.FAILED else reach,
        notes=_notes(episode, days, day),
    )


def _state(checks: Sequence[Check]) -> TcmState:
    states = {check.state for check in checks}
    if S.FAILED in states:
        return S.FAILED
    # The last day decides whether the patient lived through the period; the visit's day is the day of service.
    open_ones = [check for check in checks if check.state is S.OPEN and check.key != "alive"]
    return S.OPEN if open_ones else S.MET


def _code(complexity: Complexity, discharged: date, seen: date) -> TcmCode | None:
    days = (seen - discharged).days
    if days <= SOON and complexity is Complexity.HIGH:
        return TcmCode.HIGH
    return TcmCode.MODERATE if days <= LATER else None


def _discharge(episode: Episode) -> Check:
    fits = episode.stay_class in _CLASSES
    because = f"{episode.stay_class} stay" if fits else "an emergency visit alone does not qualify"
    return Check("qualifying-discharge", S.MET if fits else S.FAILED, because, done_at=episode.discharged_at)


def _destination(episode: Episode) -> Check:
    where = episode.disposition
    if where is D.OTHER:
        return Check("destination", S.OPEN, "where the patient went is not told: correct the discharge")
    return Check("destination", S.MET if where in HOME else S.FAILED, f"discharged to {where}")


def _contact(episode: Episode, days: Calendar, today: date) -> Check:
    due = days.add_business_days(days.day_of(episode.discharged_at), BUSINESS_DAYS)
    made = [
        each
        for each in episode.contacts
        if each.attempt.at >= episode.discharged_at and each.attempt.contacted in REACHED_FOR
    ]
    talks = sorted(each.attempt.at for each in made if each.interactive)
    if talks and days.day_of(talks[0]) <= due:
        return Check("contact", S.MET, "interactive contact within 2 business days", due, talks[0])
    second = second_attempt((each.attempt for each in made), episode.discharged_at)
    if second is not None and days.day_of(second) <= due:
        because = "two separate attempts within 2 business days; keep trying"
        return Check("contact", S.MET, because, due, second)
    tried = sum(1 for each in made if days.day_of(each.attempt.at) <= due)
    so_far = "no attempt" if not tried else f"{tried} attempt{'' if tried == 1 else 's'} and no conversation"
    if today <= due:
        return Check("contact", S.OPEN, f"{so_far} so far", due)
    late = f", reached only on {days.day_of(talks[0])}" if talks else ""
    return Check("contact", S.FAILED, f"{so_far} within 2 business days{late}", due)


def _first_visit(episode: Episode, days: Calendar) -> datetime | None:
    """The visit on the day of the discharge does not count."""
    day = days.day_of(episode.discharged_at)
    return min((at for at in episode.visits if days.day_of(at) > day), default=None)


def _visit(visit: datetime | None, day: date, today: date, days: Calendar) -> Check:
    due = day + timedelta(days=LATER)
    if visit is None:
        state = S.OPEN if today <= due else S.FAILED
        return Check("visit", state, f"no visit {'yet' if state is S.OPEN else 'within 14 days'}", due)
    after = (days.day_of(visit) - day).days
    return Check("visit", S.MET if after <= LATER else S.FAILED, f"visit on day {after}", due, visit)


def _reconciliation(episode: Episode, visit: datetime | None, days: Calendar, day: date, today: date) -> Check:
    due = days.day_of(visit) if visit is not None else day + timedelta(days=LATER)
    done = min((at for at in episode.reconciled if days.day_of(at) >= day), default=None)
    if done is None:
        state = S.OPEN if today <= due else S.FAILED
        return Check("reconciliation", state, "medicines are not reconciled", due)
    in_time = days.day_of(done) <= due
    because = "no later than the day of the visit" if in_time else f"after the visit of {due}"
    return Check("reconciliation", S.MET if in_time else S.FAILED, because, due, done)


def _alive(episode: Episode, days: Calendar, day: date, today: date) -> Check:
    last = day + timedelta(days=LAST_DAY)
    died = None if episode.deceased_at is None else days.day_of(episode.deceased_at)
    if died is not None and died <= last:
        return Check("alive", S.FAILED, f"the patient died on {died}, before the period ended", last)
    if today <= last:
        return Check("alive", S.OPEN, "the period has not ended", last)
    return Check("alive", S.MET, "the period has ended", last)


def _notes(episode: Episode, days: Calendar, day: date) -> tuple[str, ...]:
    found = []
    last = day + timedelta(days=LAST_DAY)
    if episode.readmitted_at is not None and days.day_of(episode.readmitted_at) <= last:
        again = days.day_of(episode.readmitted_at)
        found.append(f"readmitted on {again}, within the period: it still counts once")
    found += [
        f"the period of the discharge of {other} overlaps: one of them counts"
        for other in sorted(episode.other_periods)
    ]
    return tuple(found)
