"""Rules as values with their source: what every kind answers, and the kinds that look at one reading.

The set of kinds is closed: Threshold, Reported here; Change, FromBaseline, Jumped in ``changes``; Repeat,
EpisodeCount in ``repeats``; Together in ``together``. A rule is decided at a reading by readings up to it only, so that
a change in the record affects outcomes from its own instant on and none before.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound, Grade, Side, meets, raised
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain
from shared.vocabulary import Comparator, Metric, NeedKind, Severity

_Check = tuple[Side, Decimal, Grade]
Band = tuple[Decimal, Decimal]
EVERYTHING: Band = (Decimal("-Infinity"), Decimal("Infinity"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """What every rule says of itself.

    ``key`` is stable and names the alert; ``metrics`` are the readings at which it is decided; ``grades`` go from mild
    to serious; ``opens_need`` is what coordination is asked for once an alert is high or worse; ``raised_by`` are
    facts of the patient that make each finding one step more serious; ``unless`` are facts or reading contexts for
    which the rule does not hold, ``only`` those for which alone it holds; ``asks`` is what the nurse asks next.
    """

    key: str
    title: str
    metrics: tuple[Metric, ...]
    source: str
    grades: tuple[Grade, ...] = ()
    opens_need: NeedKind | None = None
    raised_by: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    asks: str = ""

    @property
    def severity(self) -> Severity:
        """The most serious a finding of this rule starts at."""
        return self.grades[-1].severity

    @property
    def upward(self) -> bool:
        """Whether it watches for larger values: the direction of a snooze."""
        return self.grades[0].side.upward

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """Every bound an individual target may replace."""
        return tuple({grade.bound.key: grade.bound for grade in self.grades}.values())

    @property
    def lookback(self) -> timedelta:
        """How far before a reading others may decide what is found at it."""
        return timedelta(0)

    @abstractmethod
    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        """What the rule finds at ``line[i]``, a reading of its metrics."""

    @abstractmethod
    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        """Whether an alert of this rule is over at ``line[i]``; asked where nothing was found."""

    @abstractmethod
    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        """Whether ``reading`` by itself could make this rule find something, there or later; never a false no."""

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        """Values strictly inside may not matter, when sent plainly and without symptoms or targets; None: all may."""
        return None

    @abstractmethod
    def criterion(self) -> str:
        """When it fires, in words made from its bounds."""

    def describe(self) -> str:
        """A sentence with thresholds and source."""
        return f"{self.title}: {self.criterion()} [{self.source}]"

    def applies(self, reading: Reading, watch: Watch) -> bool:
        """Whether the rule holds for this patient and in the circumstances of the reading."""
        if self.unless and (self.unless & watch.facts or self.unless & reading.context):
            return False
        return not self.only or bool(self.only & watch.facts or self.only & reading.context)

    def serious(self, severity: Severity, watch: Watch) -> Severity:
        """The severity of a finding for this patient."""
        return raised(severity) if self.raised_by and self.raised_by & watch.facts else severity

    def recheck(self, line: Line, i: int, watch: Watch, now: datetime) -> "Finding | datetime | None":
        """What a missing recheck after ``line[i]`` means, the instant from which it is missing, or nothing."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded(Rule):
    """A rule whose grades are bounds on the value itself."""

    exit: Bound | None = None
    _checks: dict[tuple[Metric, str], tuple[_Check, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checks: dict[tuple[Metric, str], tuple[_Check, ...]] = {}
        for metric in self.metrics:
            for grade in self.grades:
                if grade.metric in (None, metric):
                    for unit, limit in grade.bound.at.items():
                        # Most serious first: the first that is met is the grade.
                        checks[metric, unit] = ((grade.side, limit, grade), *checks.get((metric, unit), ()))
        object.__setattr__(self, "_checks", checks)

    def grade(self, reading: Reading, watch: Watch) -> Grade | None:
        """The most serious grade the value reaches, in its own unit and for this patient's own targets."""
        for _, limit, grade in self._checks.get((reading.metric, reading.unit), ()):
            if watch.targets:
                limit = watch.limit(grade.bound, reading.unit, reading.observed_at) or limit
            if grade.met(reading.value, reading.comparator, limit) and self.applies(reading, watch):
                return grade
        return None

    def reaches(self, reading: Reading, grade: Grade, watch: Watch) -> bool:
        """Whether the value reaches this grade or a more serious one."""
        found = self.grade(reading, watch)
        return found is not None and self.grades.index(found) >= self.grades.index(grade)

    def is_over(self, reading: Reading, watch: Watch) -> bool:
        """Whether the value lies at or beyond the exit bound, by default the other side of the mildest grade."""
        checks = self._checks.get((reading.metric, reading.unit))
        if not checks:
            return False
        side, limit, mildest = checks[-1]
        own = watch.target(mildest.bound.key, reading.observed_at) if watch.targets else None
        if own is not None:
            limit = own.limit.at.get(reading.unit, limit)
        elif self.exit is not None:
            limit = self.exit.at.get(reading.unit, limit)
            side = Side.AT_MOST if side.upward else Side.AT_LEAST
            return meets(side, reading.value, reading.comparator, limit)
        return meets(side.complement, reading.value, reading.comparator, limit)

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return self.grade(reading, watch) is not None

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        low, high = EVERYTHING
        for side, limit, _ in self._checks.get((metric, unit), ()):
            low, high = (low, min(high, limit)) if side.upward else (max(low, limit), high)
        return low, high

    def steps(self) -> str:
        """The grades and the exit in words."""
        text = ", ".join(str(grade) for grade in self.grades)
        return f"{text}; over at {self.exit}" if self.exit is not None else text


@dataclass(frozen=True, slots=True)
class NotRecovered:
    """A value on the right side of ``bound`` is expected ``within`` so long of each finding, or it is one step worse.

    Silence counts from receipt: devices upload late, so the missing value is not held against a reading until
    ``grace`` after that reading was received.
    """

    bound: Bound
    within: timedelta
    source: str
    grace: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Graded):
    """One value on one side of a bound."""

    not_recovered: NotRecovered | None = None

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        grade = self.grade(reading, watch)
        if grade is None:
            return None
        limit = watch.limit(grade.bound, reading.unit, reading.observed_at)
        text = f"{shown(reading)} {grade.side} {plain(limit or Decimal(0))} {reading.unit}"
        severity = self.serious(grade.severity, watch)
        return finding(self.key, grade.name, severity, reading, text=text, source=self.source)

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return self.is_over(line[i], watch)

    def criterion(self) -> str:
        if self.not_recovered is None:
            return self.steps()
        minutes = int(self.not_recovered.within.total_seconds() // 60)
        wait = f"no value ≥ {self.not_recovered.bound} within {minutes} min"
        return f"{self.steps()}; {wait}: one step more serious"

    def recheck(self, line: Line, i: int, watch: Watch, now: datetime) -> Finding | datetime | None:
        expected = self.not_recovered
        reading = line[i]
        grade = self.grade(reading, watch) if expected is not None else None
        if expected is None or grade is None:
            return None
        at = reading.observed_at + expected.within
        for later in line[i + 1 :]:
            if later.observed_at > at:
                break
            limit = expected.bound.at.get(later.unit)
            if limit is not None and meets(Side.AT_LEAST, later.value, later.comparator, limit):
                return None
        due = max(at, reading.received_at + expected.grace)
        if now < due:
            return due
        minutes = int(expected.within.total_seconds() // 60)
        return finding(
            self.key,
            f"{grade.name}, not recovered",
            raised(self.serious(grade.severity, watch)),
            reading,
            at=at,
            text=f"{shown(reading)}, and no value ≥ {expected.bound} within {minutes} min",
            source=expected.source,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(Rule):
    """Symptoms the patient reports, in a report of their own or with any reading of ``metrics``."""

    symptoms: frozenset[str]
    level: Severity

    @property
    def severity(self) -> Severity:
        return self.level

    @property
    def upward(self) -> bool:
        return True

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        named = self.symptoms & reading.symptoms
        if not named or not self.applies(reading, watch):
            return None
        text = "reported: " + ", ".join(sorted(named))
        return finding(self.key, "reported", self.serious(self.level, watch), reading, text=text, source=self.source)

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        # Only a report of symptoms can say that these are gone; a weight without symptoms says nothing.
        return line[i].metric is Metric.SYMPTOMS and not self.symptoms & line[i].symptoms

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return bool(self.symptoms & reading.symptoms)

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        return None if metric is Metric.SYMPTOMS else EVERYTHING

    def criterion(self) -> str:
        return f"any of {', '.join(sorted(self.symptoms))} ({self.level})"


def shown(reading: Reading) -> str:
    """The value as received: ``> 600 mg/dL``, ``83.4 kg``."""
    sign = "" if reading.comparator is None else f"{Comparator(reading.comparator).value} "
    return f"{sign}{reading.value:f} {reading.unit}"
