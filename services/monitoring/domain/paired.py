"""A difference between two circumstances: standing after sitting, fasting after bedtime (clinical §1.2, §1.6)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Grade, meets
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.history import History, Line, value_in
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.repeats import duration
from services.monitoring.domain.rules import EVERYTHING, FASTING, Band, Rule, circumstances_of
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain
from shared.vocabulary import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired(Rule):
    """A value taken under ``now`` lies a bound below the latest one under ``before``, at most ``within`` earlier.

    ``same_metric``: only values of the same metric are compared, as systolic with systolic.
    """

    before: frozenset[str]
    now: frozenset[str]
    within: timedelta
    same_metric: bool = True

    @property
    def upward(self) -> bool:
        return False

    @property
    def lookback(self) -> timedelta:
        return self.within

    @property
    def telling(self) -> frozenset[str]:
        return self.before | self.now

    def _is(self, reading: Reading, circumstances: frozenset[str]) -> bool:
        return reading.comparator is None and bool(circumstances & circumstances_of(reading))

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return self._is(reading, self.now) or self._is(reading, self.before)

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        return None if metric is Metric.GLUCOSE_FASTING and self.telling & FASTING else EVERYTHING

    def _before(self, line: Line, i: int) -> Reading | None:
        for j in range(i - 1, -1, -1):
            each = line[j]
            if line[i].observed_at - each.observed_at > self.within:
                break
            same = not self.same_metric or each.metric is line[i].metric
            if same and self._is(each, self.before) and not self._is(each, self.now):
                return each
        return None

    def _fall(self, line: Line, i: int, watch: Watch) -> tuple[Reading, Decimal, Grade | None] | None:
        """What is compared with, the fall, and the most serious grade it reaches."""
        reading = line[i]
        if not self._is(reading, self.now) or not self.applies(reading, watch):
            return None
        before = self._before(line, i)
        if before is None:
            return None
        fall = value_in(before, reading.unit) - reading.value
        for grade in reversed(self.grades):
            limit = watch.limit(grade.bound, reading.unit, reading.observed_at)
            if limit is not None and grade.metric in (None, reading.metric) and meets(grade.side, fall, None, limit):
                return before, fall, grade
        return before, fall, None

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        found = self._fall(line, i, watch)
        if found is None:
            return None
        before, fall, grade = found
        if grade is None:
            return None
        reading = line[i]
        limit = watch.limit(grade.bound, reading.unit, reading.observed_at) or Decimal(0)
        base = plain(round(value_in(before, reading.unit), 2))
        text = f"{base} {reading.unit} to {plain(reading.value)} {reading.unit}: fall of {plain(round(fall, 2))}"
        text += f" {grade.side} {plain(limit)} {reading.unit}"
        severity = self.serious(grade.severity, watch)
        return finding(self.key, grade.name, severity, reading, text=text, source=self.source, partners=(before,))

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        found = self._fall(line, i, watch)
        return found is not None and found[2] is None

    def criterion(self) -> str:
        grades = ", ".join(str(grade) for grade in self.grades)
        pair = f"from {' or '.join(sorted(self.before))} to {' or '.join(sorted(self.now))}"
        return f"fall {grades} {pair} within {duration(self.within)}"
