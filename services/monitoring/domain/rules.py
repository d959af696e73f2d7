"""Rules as values with their source: what every kind of rule answers.

The set of kinds is closed: Threshold, Reported in ``thresholds``; Change, FromBaseline, Jumped in ``changes``; Repeat,
EpisodeCount in ``repeats``; Sustained in ``sustained``; Averaged in ``averages``; DayCount, Variation in ``days``;
MeanOf in ``sittings``; WorseClass, TimeInRange in ``scores``; Paired in ``paired``; Cluster in ``clusters``; Together
in ``together``. Rules of bounds may compare with the patient's baseline (``against``). A rule is decided at a reading
by readings up to it only, so that a change in the record affects outcomes from its own instant on and none before.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound, Grade, raised
from services.monitoring.domain.exclusions import UNDER_18
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Metric, NeedKind, Severity

Band = tuple[Decimal, Decimal]
EVERYTHING: Band = (Decimal("-Infinity"), Decimal("Infinity"))
FASTING = frozenset({"fasting"})
# What a metric says by itself, as if the reading had come with it.
_IMPLIED = {Metric.GLUCOSE_FASTING: FASTING}
# Known of the patient, and never true of one reading only.
_OF_PATIENTS = frozenset({UNDER_18})


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

    @property
    def forward(self) -> timedelta:
        """How long after a reading the finding about its missing recheck lies."""
        return timedelta(0)

    @property
    def telling(self) -> frozenset[str]:
        """Contexts without which a reading of :meth:`quiet` values may not matter."""
        return self.only

    @property
    def wakes(self) -> frozenset[str]:
        """Facts of a patient for whom values of :meth:`quiet` may matter all the same."""
        return frozenset()

    @property
    def by_days(self) -> bool:
        """Whether a value that comes late may matter whatever it is, for the days it makes."""
        return False

    def compared_in(self, units: tuple[str, ...]) -> tuple[str, ...]:
        """The units its bounds must have a number in, for values that may come in ``units``."""
        return units

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
        if not self.unless and not self.only:
            return True
        true = circumstances_of(reading)
        if not true and not watch.facts:
            return not self.only
        if self.unless & watch.facts or self.unless & true:
            return False
        return not self.only or bool(self.only & watch.facts or self.only & true)

    def barred(self, watch: Watch) -> bool:
        """Whether it holds at no reading of this patient, whatever the circumstances."""
        if self.unless & watch.facts:
            return True
        return bool(self.only) and self.only <= _OF_PATIENTS and not self.only & watch.facts

    def serious(self, severity: Severity, watch: Watch) -> Severity:
        """The severity of a finding for this patient."""
        return raised(severity) if self.raised_by and self.raised_by & watch.facts else severity

    def recheck(self, line: Line, i: int, watch: Watch, now: datetime) -> "Finding | datetime | None":
        """What a missing recheck after ``line[i]`` means, the instant from which it is missing, or nothing."""
        return None


def circumstances_of(reading: Reading) -> frozenset[str]:
    """What was true of a reading: its context, and what its metric says by itself."""
    true = reading.context - _OF_PATIENTS if reading.context else reading.context
    implied = _IMPLIED.get(reading.metric)
    return true if implied is None else true | implied
