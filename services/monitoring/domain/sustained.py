"""Rules of duration: a bound reached without interruption for minutes, such as an event on a glucose sensor (§1.2)."""

from dataclasses import dataclass
from datetime import timedelta

from services.monitoring.domain.bounds import Grade, raised
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.graded import Graded
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.repeats import duration
from services.monitoring.domain.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Sustained(Graded):
    """A bound reached by every value for at least ``lasting``, no two neighbours farther apart than ``gap``.

    The event ends when every value has been beyond the exit bound for ``recovered``; a shorter interruption does not
    end it. An event longer than ``prolonged`` is one step more serious.
    """

    lasting: timedelta
    gap: timedelta
    recovered: timedelta = timedelta(0)
    prolonged: timedelta | None = None

    @property
    def lookback(self) -> timedelta:
        longest = max(self.lasting, self.prolonged or self.lasting)
        return longest + self.gap + self.recovered

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        top = self.grade(reading, watch)
        if top is None:
            return None
        for grade in reversed(self.grades[: self.grades.index(top) + 1]):
            first = self._without_interruption(line, i, grade, watch)
            if first is None:
                continue
            severity, name = grade.severity, grade.name
            text = f"{self.compared(reading, grade, watch)} since {duration(reading.observed_at - first.observed_at)}"
            began = self._prolonged(line, i, grade, watch)
            if began is not None:
                first, severity, name = began, raised(severity), f"{name}, prolonged"
                text += f"; the event is longer than {duration(self.prolonged or timedelta(0))}"
            severity = self.serious(severity, watch)
            return finding(self.key, name, severity, reading, text=text, source=self.source, partners=(first,))
        return None

    def _without_interruption(self, line: Line, i: int, grade: Grade, watch: Watch) -> Reading | None:
        """The reading ``lasting`` or longer ago since when every value reaches the grade."""
        after = line[i]
        for j in range(i - 1, -1, -1):
            before = line[j]
            if after.observed_at - before.observed_at > self.gap or not self.reaches(before, grade, watch):
                return None
            if line[i].observed_at - before.observed_at >= self.lasting:
                return before
            after = before
        return None

    def _prolonged(self, line: Line, i: int, grade: Grade, watch: Watch) -> Reading | None:
        """A reading of the same event more than ``prolonged`` ago; None when the event is not that long."""
        if self.prolonged is None:
            return None
        last = line[i].observed_at
        after = over_since = None
        for j in range(i - 1, -1, -1):
            before = line[j]
            if (after or line[i]).observed_at - before.observed_at > self.gap:
                return None
            if self.reaches(before, grade, watch):
                over_since = None
                if last - before.observed_at > self.prolonged:
                    return before
            else:
                over_since = over_since or before
                if over_since.observed_at - before.observed_at >= self.recovered:
                    return None
            after = before
        return None

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        if not self.is_over(line[i], watch):
            return False
        for j in range(i, -1, -1):
            if not self.is_over(line[j], watch):
                return False
            if line[i].observed_at - line[j].observed_at >= self.recovered:
                return True
        return False

    def criterion(self) -> str:
        text = f"{self.steps()}, every value for ≥ {duration(self.lasting)} (no gap above {duration(self.gap)})"
        if self.recovered:
            text += f"; ends after {duration(self.recovered)} on the other side"
        if self.prolonged is not None:
            text += f"; longer than {duration(self.prolonged)}: one step more serious"
        return text
