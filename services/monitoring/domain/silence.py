"""What is expected of a patient, when its absence says something, and when it is over (clinical §1.11, §1.2 cadence).

Silence is judged on receipt, because devices upload late; an examination by the day on which it was done. Both answer
one question: at which instant does the absence become ``low``, and at which ``moderate``.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.kit.calendar import Calendar
from shared.kit.units import plain
from shared.kit.zones import local_day
from shared.vocabulary import Metric, NeedKind, RiskTier, Severity

URGENT = timedelta(hours=24)  # §1.11: missing after an unresolved high or critical one is high at 24 h
BLACKOUT_PATIENTS = 10  # [default] fewer patients of one device cloud say nothing about the cloud
BLACKOUT_SHARE = Decimal("0.8")  # [default] so many of them dark for half the wait: it is the cloud, not the patients
OF_PATIENT = {"of": "patient"}
"""Marks a field that says something of one patient: no part of a protocol's version."""
_EVERYBODY: frozenset[str] = frozenset()
_ALL_TIERS = frozenset(RiskTier)


@dataclass(frozen=True, slots=True)
class Waits:
    """How long nothing may come before it says something."""

    low: timedelta
    moderate: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected(ABC):
    """What every expectation says of itself; ``key`` names the alert about its absence."""

    key: str
    title: str
    metrics: tuple[Metric, ...]
    source: str
    asks: str = ""
    opens_need: NeedKind | None = None
    only: frozenset[str] = _EVERYBODY
    unless: frozenset[str] = _EVERYBODY
    tiers: frozenset[RiskTier] = _ALL_TIERS

    def concerns(self, facts: frozenset[str], tier: RiskTier) -> bool:
        """Whether it is expected of a patient with these circumstances at this tier."""
        return not self.unless & facts and (not self.only or bool(self.only & facts)) and tier in self.tiers

    @abstractmethod
    def rhythm(self) -> str:
        """What is expected how often, and when its absence says something, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Expected):
    """Readings that should keep coming. ``by``: judged at that local time of the last day instead of by the hour.

    ``once_started``: expected only from somebody who has sent at least one. ``during``: expected only while an alert of
    one of these rules is live or was cleared within ``lingers``.
    """

    waits: Waits
    by: time | None = None
    once_started: bool = False
    during: frozenset[str] = _EVERYBODY
    lingers: timedelta = timedelta(0)

    def rhythm(self) -> str:
        at = f" at {self.by:%H:%M}" if self.by is not None else ""
        text = f"low after {in_words(self.waits.low)}, moderate after {in_words(self.waits.moderate)} without any{at}"
        if self.once_started:
            text += "; once one has come"
        if self.during:
            text += f"; while {', '.join(sorted(self.during))} stands and {in_words(self.lingers)} after"
        return text

    def step_at(self, severity: Severity, since: datetime, zone: str, own: Waits | None = None) -> datetime:
        """When nothing since ``since`` (aware) becomes ``low`` or ``moderate``; ``own`` are the patient's own waits."""
        waits = own or self.waits
        wait = waits.low if severity is Severity.LOW else waits.moderate
        if self.by is None or own is not None:
            return since + wait
        return _at(zone, local_day(since, zone) + timedelta(days=wait.days), self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination(Expected):
    """A test or examination that is due again so many calendar months after it was done, all ``metrics`` of it.

    ``months_at_goal`` instead of ``months`` while the last value is strictly below ``goal`` in its unit. ``either``:
    one of the ``metrics`` stands for all, the one that was done last. ``goal_key``: the name under which a patient has
    a goal of their own, as an individual target. ``moderate_days``: how long after the due day it is moderate.
    """

    months: int
    either: bool = False
    moderate_days: int = 30
    months_at_goal: int | None = None
    goal: Mapping[str, Decimal] = field(default_factory=dict)
    goal_key: str | None = None

    def of_patient(self, goal: Mapping[str, Decimal] | None) -> "Examination":
        """The same by the patient's own goal, one number a unit; None where they have none."""
        return self if goal is None else replace(self, goal=goal)

    def last(self, done: "Mapping[Metric, Done]") -> "Done | None":
        """What it was last done by: the part that was done longest ago, None when one never was; or either of them."""
        parts = [done.get(metric) for metric in self.metrics]
        known = [part for part in parts if part is not None]
        if self.either:
            return max(known, key=lambda part: part.on, default=None)
        return min(known, key=lambda part: part.on) if len(known) == len(parts) else None

    def due_on(self, done: "Mapping[Metric, Done]", followed_on: date) -> date | None:
        """The day on which it is due; never done, a month after following began [default]. None: nothing is due."""
        last = self.last(done)
        if last is None:
            return followed_on + timedelta(days=30)
        return add_months(last.on, self.months_after(done))

    def months_after(self, done: "Mapping[Metric, Done]") -> int:
        """How many months after it was last done it is due again, by what was found then."""
        last = self.last(done)
        goal = self.goal.get(last.unit) if last is not None else None
        at_goal = last is not None and goal is not None and last.value < goal
        return self.months_at_goal if at_goal and self.months_at_goal is not None else self.months

    def why(self, done: "Mapping[Metric, Done]") -> str:
        """What about the last results decides how soon it is due again, in words; empty where nothing does."""
        return ""

    def rhythm(self) -> str:
        text = f"every {self.months} months"
        if self.either:
            text += f", by any of {', '.join(metric.value for metric in self.metrics)}"
        if self.months_at_goal is not None:
            goal = ", ".join(f"below {plain(limit)} {unit}" for unit, limit in self.goal.items())
            text += f", every {self.months_at_goal} months while the last is {goal}"
        return f"{text}; low a day after it was due, moderate after {self.moderate_days} days"

    def step_at(self, severity: Severity, due_on: date, zone: str) -> datetime:
        """``low`` a day after it was due, ``moderate`` mostly thirty days after, at the start of the local day."""
        days = 1 if severity is Severity.LOW else self.moderate_days
        return Calendar(zone).start_of(due_on + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Done:
    """An examination as it was last done: local day, and the value where one decides how soon it is due again."""

    on: date
    value: Decimal
    unit: str


def add_months(day: date, months: int) -> date:
    """The same day of the month so many calendar months on, clipped to the month's end (31 August + 6: 28 February)."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    length = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - first).days
    return first.replace(day=min(day.day, length))


def nudge_on(due: date, calendar: Calendar) -> date:
    """The last business day on or before the due day: a reminder reaches nobody on a holiday."""
    while not calendar.is_business_day(due):
        due -= timedelta(days=1)
    return due


def cloud_of(source: str | None) -> str | None:
    """The device cloud of a reading's source, written before the first ``/``; a source without one is its own."""
    return None if source is None else source.partition("/")[0]


def dark(heard: Sequence[bool]) -> bool:
    """Whether a device cloud is dark: ``heard`` says of each of its patients whether they sent lately."""
    return len(heard) >= BLACKOUT_PATIENTS and heard.count(False) >= BLACKOUT_SHARE * len(heard)


def in_words(wait: timedelta) -> str:
    """``48 h``, ``7 d 3 h``."""
    hours = wait // timedelta(hours=1)
    days, rest = divmod(hours, 24)
    return f"{hours} h" if hours <= 96 else f"{days} d {rest} h" if rest else f"{days} d"


@lru_cache(maxsize=4_096)
def _at(zone: str, day: date, by: time) -> datetime:
    return datetime.combine(day, by, ZoneInfo(zone)).astimezone(UTC)
