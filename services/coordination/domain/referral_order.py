"""In which order acts on a referral were done: none before the one it builds on, and no visit before its day."""

from collections.abc import Mapping
from datetime import date, datetime

from services.coordination.domain.needs import check_ahead
from services.coordination.domain.referral_problems import (
    BeforeOrder,
    BeforeVisit,
    BeyondValidity,
    OutOfOrder,
    ValidityOver,
    VisitBeforeOrder,
)
from shared.kit.calendar import Calendar
from shared.vocabulary import ReferralAct as Act

# By act the instants that must lie before it, as far as they are known; each the name of a referral's column.
BUILDS_ON: Mapping[Act, tuple[str, ...]] = {
    Act.RECEIVE: ("sent_at",),
    Act.ACCEPT: ("sent_at",),
    Act.DECLINE: ("sent_at",),
    Act.ATTEND: ("sent_at",),
    Act.INTERIM_NOTE: ("seen_at",),
    Act.CLOSED_ELSEWHERE: ("seen_at",),
    Act.REPORT: ("seen_at",),
    Act.REVIEW: ("reported_at",),
    Act.INFORM: ("reported_at",),
    Act.CLOSE: ("reported_at", "reviewed_at", "informed_at"),
}
OF_A_VISIT = (Act.ATTEND, Act.NO_SHOW)


def check_order(act: Act, done_at: datetime, known: Mapping[str, datetime | None], ordered_at: datetime) -> None:
    """That an act was not done before what it builds on.

    Raises:
        BeforeOrder, OutOfOrder.
    """
    if done_at < ordered_at:
        raise BeforeOrder(f"The referral was ordered at {ordered_at:%Y-%m-%dT%H:%MZ}. Check done_at.")
    for name in BUILDS_ON.get(act, ()):
        first = known.get(name)
        if first is not None and done_at < first:
            what = name.removesuffix("_at")
            raise OutOfOrder(f"It was {what} at {first:%Y-%m-%dT%H:%MZ}, and {act} comes after that. Check done_at.")


def check_visit_day(act: Act, done_at: datetime, visit_at: datetime | None, calendar: Calendar) -> None:
    """That what became of a booked visit did not happen before the visit's local day.

    Raises:
        BeforeVisit.
    """
    if act in OF_A_VISIT and visit_at is not None and calendar.day_of(done_at) < calendar.day_of(visit_at):
        day = calendar.day_of(visit_at)
        raise BeforeVisit(f"The visit is booked for {day}. Move it first if it took place earlier, or check done_at.")


def check_visit_time(visit_at: datetime, ordered_at: datetime, calendar: Calendar, now: datetime) -> None:
    """That a visit is not booked for a local day before the referral's, nor for one that nobody plans for yet.

    Raises:
        VisitBeforeOrder, TooFarAhead.
    """
    check_ahead(visit_at, now, "The visit")
    day, ordered = calendar.day_of(visit_at), calendar.day_of(ordered_at)
    if day < ordered:
        raise VisitBeforeOrder(f"The visit is on {day}, the referral was ordered on {ordered}. Check the year and day.")


def check_still_valid(valid_until: date | None, calendar: Calendar, now: datetime) -> None:
    """That a referral's last day, which is told, has not passed.

    Raises:
        ValidityOver.
    """
    if valid_until is not None and valid_until < calendar.day_of(now):
        raise ValidityOver(f"valid_until is {valid_until}, which is over. Check its year, or leave it out.")


def check_validity(visit_at: datetime, valid_until: date | None, calendar: Calendar) -> None:
    """That a visit lies within the referral's validity; its last day counts.

    Raises:
        BeyondValidity.
    """
    day = calendar.day_of(visit_at)
    if valid_until is not None and day > valid_until:
        raise BeyondValidity(
            f"The visit is on {day}, the referral is valid until {valid_until}. Choose an earlier one, or end the"
            " referral and refer anew."
        )
