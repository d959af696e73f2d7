"""Until when an alert must be acknowledged and acted on, and who is told when it is not (clinical §1.9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import NamedTuple

from shared.kit.calendar import Calendar
from shared.kit.hours import Hours
from shared.vocabulary import EscalationTier, Severity


@dataclass(frozen=True, slots=True)
class Wait:
    """How long: by the clock, in clinic hours, or in business days."""

    clock: timedelta = timedelta(0)
    hours: timedelta = timedelta(0)
    days: int = 0

    def after(self, start: datetime, hours: Hours) -> datetime:
        """When it is over (aware)."""
        if self.days:
            return hours.add_days(start, self.days)
        return hours.add(start, self.hours) if self.hours else start + self.clock

    def words(self) -> str:
        """``15 min by the clock``, ``4 h of clinic hours``, ``1 business day``."""
        if self.days:
            return f"{self.days} business day{'s' if self.days > 1 else ''}"
        minutes = (self.hours or self.clock) // timedelta(minutes=1)
        text = f"{minutes // 60} h" if minutes % 60 == 0 and minutes else f"{minutes} min"
        return f"{text} of clinic hours" if self.hours else f"{text} by the clock"


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told, and when."""

    tier: EscalationTier
    told: str
    wait: Wait


@dataclass(frozen=True, slots=True)
class Answering:
    """How an alert of one severity is answered: by when it is acknowledged, and who is told when nobody does."""

    source: str
    acknowledge: Wait
    steps: tuple[Step, ...] = ()


Ladder = Mapping[Severity, Answering]
"""How alerts are answered, by severity; one that is not named is only recorded."""
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_SOURCE = "Project default, no guideline fixes these times (clinical §1.9)"
LADDER: Ladder = MappingProxyType(
    {
        Severity.CRITICAL: Answering(
            _SOURCE,
            Wait(clock=15 * _MINUTE),
            (
                Step(EscalationTier.SUPERVISOR, "supervisor", Wait(clock=15 * _MINUTE)),
                Step(EscalationTier.ON_CALL_PHYSICIAN, "on-call physician", Wait(clock=30 * _MINUTE)),
            ),
        ),
        Severity.HIGH: Answering(
            _SOURCE,
            Wait(hours=_HOUR),
            (
                Step(EscalationTier.LEAD_NURSE, "lead nurse", Wait(hours=_HOUR)),
                Step(EscalationTier.COVERING_PHYSICIAN, "covering physician", Wait(hours=4 * _HOUR)),
            ),
        ),
        Severity.MODERATE: Answering(
            _SOURCE,
            Wait(hours=4 * _HOUR),
            (Step(EscalationTier.LEAD_NURSE_NEXT_DAY, "lead nurse", Wait(days=1)),),
        ),
        Severity.LOW: Answering(_SOURCE, Wait(days=2)),
    }
)
NOTICE = (
    "Not an emergency service: nobody reviews readings now. Readings are reviewed on business days "
    "{opens} to {closes}, {zone}. In an emergency call 911."
)


class TakenUp(NamedTuple):
    """What was done about an alert since its clock began; ``told``: somebody other than the patient was told of it.

    ``acted``: the patient was reached, a check-in was held, or a change of a medicine was proposed.
    """

    acknowledged: bool
    told: bool
    acted: bool


def still_told(
    steps: Sequence[tuple[datetime, Step]], severity: Severity, done: TakenUp
) -> Sequence[tuple[datetime, Step]]:
    """Those of the steps, in order, that are taken when they are due, although somebody has seen the alert.

    The first is for what nobody has seen: §1.9 tells them when the acknowledgement of a critical or high alert is due.
    Those after it are for what nobody answered, and once somebody was told only an answer stops the clock (§6.4). Of a
    critical alert that is its end: the on-call prescriber is to be told in any case (§1.9).
    """
    if not done.acknowledged or done.told:
        return steps
    if done.acted and severity is not Severity.CRITICAL:
        return ()
    return [each for each in steps if each[0] > steps[0][0]]


class Deadlines(NamedTuple):
    """What an alert waits for from the moment it was opened or became worse; aware instants, None for never."""

    acknowledge_by: datetime | None
    act_by: datetime | None
    escalate_at: datetime | None
    notice: str | None


@dataclass(frozen=True, slots=True)
class Rota:
    """An organization's hours and its own times in place of those of the ladder, in minutes by step."""

    zone: str
    holidays: str = "US-federal"
    opens: time = time(8)
    closes: time = time(17)
    always_covered: bool = False
    minutes: Mapping[str, int] = field(default_factory=dict)

    @property
    def hours(self) -> Hours:
        """The clinic's hours."""
        return Hours(Calendar(self.zone, self.holidays), self.opens, self.closes)

    def acknowledge_by(self, ladder: Ladder, severity: Severity, start: datetime) -> datetime | None:
        """Until when somebody must have acknowledged; None for what is only recorded."""
        if severity not in ladder:
            return None
        return self._wait(f"{severity}-acknowledge", ladder[severity].acknowledge).after(start, self.hours)

    def act_by(self, severity: Severity, start: datetime) -> datetime | None:
        """Until when somebody must act: critical now, high the same day, moderate by the next business day."""
        calendar = self.hours.calendar
        day = calendar.day_of(start)
        if severity is Severity.MODERATE:
            return calendar.end_of(calendar.add_business_days(day, 1))
        if severity is Severity.HIGH:
            return calendar.end_of(calendar.day_of(self.hours.next_open(start)))
        return start if severity is Severity.CRITICAL else None

    def steps(self, ladder: Ladder, severity: Severity, start: datetime) -> list[tuple[datetime, Step]]:
        """Who is told when, in order."""
        own = ladder[severity].steps if severity in ladder else ()
        return sorted(
            ((self._wait(step.tier.value, step.wait).after(start, self.hours), step) for step in own),
            key=lambda each: each[0],
        )

    def deadlines(self, ladder: Ladder, severity: Severity, start: datetime) -> Deadlines:
        """All of these of an alert that pages somebody."""
        steps = self.steps(ladder, severity, start)
        return Deadlines(
            self.acknowledge_by(ladder, severity, start),
            self.act_by(severity, start),
            steps[0][0] if steps else None,
            self.notice(severity, start),
        )

    def notice(self, severity: Severity, start: datetime) -> str | None:
        """What the patient is told when a critical one comes while nobody watches."""
        if severity is not Severity.CRITICAL or self.always_covered or self.hours.are_open(start):
            return None
        return NOTICE.format(opens=f"{self.opens:%H:%M}", closes=f"{self.closes:%H:%M}", zone=self.zone)

    def _wait(self, name: str, default: Wait) -> Wait:
        minutes = self.minutes.get(name)
        if minutes is None:
            return default
        own = minutes * _MINUTE
        return Wait(clock=own) if default.clock else Wait(hours=own)
