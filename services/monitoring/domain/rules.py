"""Rules as values with their source: what every kind of rule answers.

The set of kinds is closed: Threshold, Reported in ``thresholds``; Change, FromBaseline, Jumped in ``changes``; Repeat,
EpisodeCount in ``repeats``; Together in ``together``. A rule is decided at a reading by readings up to it only, so that
a change in the record affects outcomes from its own instant on and none before.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound, Grade, Side, meets, raised
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Comparator, Metric, NeedKind, Severity

_Check = tuple[Side, Decimal, Grade]
Band = tuple[Decimal, Decimal]
EVERYTHING: Band = (Decimal("-Infinity"), Decimal("Infinity"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """What every rule says of itself.

    ``key`` is stable and names the alert; ``metrics`` are the readings at which it is decided; ``grades`` go from mild
    to serious; ``opens_need`` is what coordination is asked for once an alert is ``need_from`` or worse; ``raised_by``
    are facts of the patient that make each finding one step more serious; ``unless`` are facts or reading contexts for
    which the rule does not hold, ``only`` those for which alone it holds; ``asks`` is what the nurse asks next.
    """

    key: str
    title: str
    metrics: tuple[Metric, ...]
    source: str
    grades: tuple[Grade, ...] = ()
    opens_need: NeedKind | None = None
    need_from: Severity = Severity.HIGH
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


def shown(reading: Reading) -> str:
    """The value as received: ``> 600 mg/dL``, ``83.4 kg``."""
    sign = "" if reading.comparator is None else f"{Comparator(reading.comparator).value} "
    return f"{sign}{reading.value:f} {reading.unit}"
