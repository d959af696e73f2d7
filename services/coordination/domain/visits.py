"""Visits: times that a visit can have."""

from datetime import date, datetime

from services.coordination.domain.needs import SKEW, check_ahead
from shared.kit.problems import Problem
from shared.kit.zones import before_birth
from shared.vocabulary import StayState


class VisitEndsBeforeStart(Problem):
    code = "visit.ends-before-start"
    title = "The visit ends before it starts"


class VisitInTheFuture(Problem):
    """A visit that is said to have begun or ended, at a time that has not come."""

    code = "visit.in-the-future"
    title = "The time given has not come yet"


class VisitBeforeBirth(Problem):
    code = "visit.before-birth"
    title = "The visit is before the patient's birth"


def check(state: StayState, started_at: datetime, ended_at: datetime | None, *, born: date, now: datetime) -> None:
    """Raises:
    VisitEndsBeforeStart, VisitInTheFuture, TooFarAhead, VisitBeforeBirth.
    """
    if ended_at is not None and ended_at < started_at:
        raise VisitEndsBeforeStart("The visit ends before it starts. Correct the period.")
    if state is not StayState.PLANNED and max(started_at, ended_at or started_at) > now + SKEW:
        raise VisitInTheFuture("The visit has not happened yet. Send it as planned, or correct the period.")
    check_ahead(started_at, now, "The visit")
    # A birth date is a local day, so a visit on it may be a day earlier in UTC.
    if before_birth(started_at, born):
        raise VisitBeforeBirth("The visit is before the patient's birth date. Check both.")
