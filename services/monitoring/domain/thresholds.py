"""Rules that look at one reading: a bound on its value, with a recheck expected after it, or symptoms reported."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.monitoring.domain.bounds import Bound, Side, meets, raised
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.graded import Graded, shown
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import EVERYTHING, Band, Rule
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Metric, Severity


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
        text = self.compared(reading, grade, watch)
        severity = self.serious(grade.severity, watch)
        return finding(self.key, grade.name, severity, reading, text=text, source=self.source)

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return self.is_over(line[i], watch)

    @property
    def forward(self) -> timedelta:
        return self.not_recovered.within if self.not_recovered is not None else timedelta(0)

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
