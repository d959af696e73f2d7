"""The mean of several checks of one sitting: cuff readings in atrial fibrillation (clinical §1.8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import meets
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.graded import Graded, shown
from services.monitoring.domain.history import History, Line, value_in
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.repeats import Unrepeated, duration
from services.monitoring.domain.rules import EVERYTHING, Band
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain
from shared.vocabulary import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanOf(Graded):
    """The mean of the last ``times`` values of one metric, taken ``within`` so long, against the bounds.

    Fewer values say nothing by themselves; ``unrepeated`` is what it means when after a value that reaches the mildest
    grade the others did not come.
    """

    times: int
    within: timedelta
    unrepeated: Unrepeated | None = None

    @property
    def lookback(self) -> timedelta:
        return self.within

    @property
    def forward(self) -> timedelta:
        return self.unrepeated.within if self.unrepeated is not None else timedelta(0)

    @property
    def wakes(self) -> frozenset[str]:
        # A calm value counts as well: it may be the one that completes a mean.
        return self.only

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return self.applies(reading, watch)

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        return EVERYTHING if self.only else None

    def _usable(self, reading: Reading, like: Reading, watch: Watch) -> bool:
        return reading.metric is like.metric and reading.comparator is None and self.applies(reading, watch)

    def _sitting(self, line: Line, i: int, watch: Watch) -> list[Reading]:
        """The last values up to ``line[i]``, newest first; fewer than ``times`` where there are not so many."""
        since = line[i].observed_at - self.within
        found: list[Reading] = []
        for j in range(i, -1, -1):
            if line[j].observed_at < since or len(found) == self.times:
                break
            if self._usable(line[j], line[i], watch):
                found.append(line[j])
        return found

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        used = self._sitting(line, i, watch) if self._usable(reading, reading, watch) else []
        if len(used) < self.times:
            return None
        total = sum((value_in(each, reading.unit) for each in used), Decimal(0))
        for grade in reversed(self.grades):
            limit = watch.limit(grade.bound, reading.unit, reading.observed_at)
            if limit is None or grade.metric not in (None, reading.metric):
                continue
            # The sum against a multiple of the bound: nothing is rounded.
            if meets(grade.side, total, None, limit * self.times):
                mean = plain(round(total / self.times, 1))
                text = f"mean of {self.times} values {mean} {reading.unit} {grade.side} {plain(limit)} {reading.unit}"
                severity = self.serious(grade.severity, watch)
                return finding(
                    self.key, grade.name, severity, reading, text=text, source=self.source, partners=tuple(used[1:])
                )
        return None

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        complete = len(self._sitting(line, i, watch)) == self.times and self._usable(line[i], line[i], watch)
        return complete and self.find(line, i, past, watch) is None

    def recheck(self, line: Line, i: int, watch: Watch, now: datetime) -> Finding | datetime | None:
        expected, reading = self.unrepeated, line[i]
        if expected is None or self.grade(reading, watch) is None or self._said(line, i, watch):
            return None
        at = reading.observed_at + expected.within
        came = [each for each in line[i:] if each.observed_at <= at and self._usable(each, reading, watch)]
        if len(came) + len(self._sitting(line, i, watch)) - 1 >= self.times:
            return None
        due = max(at, reading.received_at + expected.grace)
        if now < due:
            return due
        text = f"{shown(reading)}, and fewer than {self.times} values within {duration(expected.within)}"
        level = self.serious(expected.level, watch)
        return finding(self.key, "not repeated", level, reading, at=at, text=text, source=expected.source)

    def _said(self, line: Line, i: int, watch: Watch) -> bool:
        """Whether an earlier value of the sitting asks for the others already."""
        return any(self.grade(each, watch) is not None for each in self._sitting(line, i, watch)[1:])

    def criterion(self) -> str:
        text = f"mean of {self.times} values within {duration(self.within)} {self.steps()}"
        if self.unrepeated is not None:
            wait = duration(self.unrepeated.within)
            text += f"; a first such value without the others within {wait} ({self.unrepeated.level})"
        return text
