"""How long each stage of a referral may last, and what becomes of a stage that lasts longer (§5.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.kit.calendar import Calendar
from shared.vocabulary import Priority

REMIND_BEFORE = (timedelta(days=3), timedelta(days=1))  # §5.1 "remind 3 d/1 d" [default]

REMINDER = "remind-"  # how the stages of reminders begin


@dataclass(frozen=True, slots=True)
class Within:
    """A length of time: business days or calendar days, ending with the local day."""

    business_days: int = 0
    days: int = 0

    def end(self, start: date, calendar: Calendar) -> date:
        """The last day."""
        day = start + timedelta(days=self.days)
        return calendar.add_business_days(day, self.business_days) if self.business_days else day

    def __str__(self) -> str:
        count = self.business_days or self.days
        return f"{count} {'business ' if self.business_days else ''}day{'s' if count > 1 else ''}"


@dataclass(frozen=True, slots=True)
class StageClock:
    """``title`` is what somebody has to do; ``overdue`` is the follow-up once the time is over.

    ``from_visit`` counts from the appointment instead of from the entry into the stage; ``chase`` is when the
    follow-up is due, counted from the same start (at once when None).
    """

    name: str
    title: str
    overdue: str
    routine: Within
    urgent: Within
    from_visit: bool = False
    chase: Within | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a stage must be over (UTC instant, end of the local day), and how that was computed."""

    at: datetime
    explanation: str


def _clock(name: str, title: str, overdue: str, routine: Within, urgent: Within | None = None) -> StageClock:
    return StageClock(name, title, overdue, routine, urgent or routine)


# All lengths are [default] of clinical §5.1.
AUTHORIZATION = _clock(
    "authorization", "Obtain the payer's authorization", "Chase the payer's authorization",
    Within(business_days=5), Within(business_days=1),
)  # fmt: skip
ACKNOWLEDGE = _clock(
    "acknowledge", "Receiver acknowledges the referral", "Nobody acknowledged: ask the receiver",
    Within(business_days=2),
)  # fmt: skip
TRIAGE = _clock(
    "triage", "Receiver accepts or declines", "Neither accepted nor declined: ask the receiver",
    Within(business_days=2),
)  # fmt: skip
BOOK = _clock(
    "schedule", "Book the visit", "Accepted, no visit booked: chase the booking",
    Within(business_days=5), Within(business_days=1),
)  # fmt: skip
REROUTE = _clock(
    "re-route", "Find another specialist", "Nobody took the patient: find another specialist now",
    Within(business_days=1),
)  # fmt: skip
OUTCOME = StageClock(
    "visit", "Record whether the visit took place", "Visit over, no outcome: find out whether it took place",
    Within(business_days=1), Within(business_days=1), from_visit=True,
)  # fmt: skip
OUTREACH = _clock(
    "no-show", "Reach the patient who missed the visit", "Missed the visit, not reached: reach the patient now",
    Within(business_days=1),
)  # fmt: skip
DECISION = _clock(
    "no-show-decision", "Decide after missed visits: try again, cancel, or record a refusal",
    "Missed visits, nothing decided: decide now", Within(business_days=1),
)  # fmt: skip
REPORT = StageClock(
    "report", "Specialist reports back", "Attended, no report: chase the report",
    Within(days=7), Within(business_days=2), chase=Within(days=14),
)  # fmt: skip
ELSEWHERE = _clock(
    "closed-elsewhere", "Closed elsewhere without report: obtain the report",
    "Closed elsewhere, still no report: obtain it, or waive it with a reason", Within(business_days=1),
)  # fmt: skip
REVIEW = _clock(
    "review", "Review the report and inform the patient", "Report unread or patient not informed: close the loop now",
    Within(business_days=2),
)  # fmt: skip
CONFIRM_CANCEL = _clock(
    "confirm-cancel", "Receiver confirms the cancellation", "Cancellation unanswered: ask the receiver",
    Within(business_days=2),
)  # fmt: skip
CONFIRM_RETURN = _clock(
    "confirm-return", "Confirm that the receiver gives the referral back", "Receiver waits to give the referral back",
    Within(business_days=1),
)  # fmt: skip

TELL = _clock(
    "tell-receiver", "The patient died: tell the receiver that nobody comes",
    "The receiver still waits for a patient who died: tell them now", Within(business_days=1),
)  # fmt: skip


def due(clock: StageClock, start: datetime, priority: Priority, calendar: Calendar) -> Due:
    """When a stage must be over, on the calendar's local days; every priority above routine is urgent.

    ``start`` is the entry into the stage, or the appointment where the clock counts ``from_visit``.
    """
    length = clock.routine if priority is Priority.ROUTINE else clock.urgent
    first = calendar.day_of(start)
    last = length.end(first, calendar)
    pace = "" if clock.routine == clock.urgent else f" ({priority})"
    return Due(calendar.end_of(last), f"{clock.title}: {length} after {first}{pace}, by the end of {last}")


def chase_due(clock: StageClock, start: datetime, breached_at: datetime, calendar: Calendar) -> datetime:
    """When the follow-up of a breached stage is due: never before the breach itself."""
    if clock.chase is None:
        return breached_at
    return max(breached_at, calendar.end_of(clock.chase.end(calendar.day_of(start), calendar)))


@dataclass(frozen=True, slots=True)
class Reminder:
    """One time to remind the patient of a visit; ``stage`` is its place on the worklist."""

    stage: str
    title: str
    at: datetime


def reminders(visit_at: datetime) -> tuple[Reminder, ...]:
    """When to remind the patient of a visit, the earliest first."""
    return tuple(
        Reminder(f"{REMINDER}{lead.days}", f"Remind the patient of the visit ({lead.days} d before)", visit_at - lead)
        for lead in REMIND_BEFORE
    )


def reminded(visit_at: datetime, done_at: datetime) -> tuple[Reminder, ...]:
    """What a reminder given at ``done_at`` settles: every time that has come by then, else the first."""
    times = reminders(visit_at)
    return tuple(one for one in times if one.at <= done_at) or times[:1]


def reminders_left(visit_at: datetime, given: Iterable[datetime], now: datetime) -> tuple[Reminder, ...]:
    """The reminders of a visit that lie ahead and that none of those given since it was booked settles."""
    settled = {one for at in given for one in reminded(visit_at, at)}
    return tuple(one for one in reminders(visit_at) if one.at > now and one not in settled)
