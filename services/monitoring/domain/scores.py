"""Rules of scores: a class worse than last time, shares of time that count only with enough data (§1.2, §1.4, §1.5)."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Grade, meets
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.graded import shown
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain
from shared.vocabulary import Metric, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class WorseClass(Rule):
    """The class of a score is worse than that of the score before it, at most ``within`` ago.

    ``cuts`` are the lowest scores of each class but the first, ``classes`` their names from the lowest scores up.
    """

    cuts: tuple[Decimal, ...]
    classes: tuple[str, ...]
    higher_is_worse: bool
    level: Severity
    within: timedelta = timedelta(days=400)

    @property
    def severity(self) -> Severity:
        return self.level

    @property
    def upward(self) -> bool:
        return self.higher_is_worse

    @property
    def lookback(self) -> timedelta:
        return self.within

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        # Also the best score is what a later one is compared with.
        return True

    def _class(self, reading: Reading) -> int:
        return bisect_right(self.cuts, reading.value)

    def _worse(self, line: Line, i: int) -> Reading | None:
        if i == 0 or line[i].observed_at - line[i - 1].observed_at > self.within:
            return None
        steps = self._class(line[i]) - self._class(line[i - 1])
        return line[i - 1] if (steps > 0 if self.higher_is_worse else steps < 0) else None

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        before = self._worse(line, i)
        if before is None or not self.applies(line[i], watch):
            return None
        words = [f"{shown(each)} ({self.classes[self._class(each)]})" for each in (line[i], before)]
        text = f"{words[0]} after {words[1]}"
        level = self.serious(self.level, watch)
        return finding(self.key, "worse", level, line[i], text=text, source=self.source, partners=(before,))

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return self._worse(line, i) is None

    def criterion(self) -> str:
        numbers = [plain(cut) for cut in self.cuts]
        spans = [f"below {numbers[0]}", *(f"from {number}" for number in numbers)]
        classes = ", ".join(f"{name} {span}" for name, span in zip(self.classes, spans, strict=True))
        return f"a worse class than last time ({classes}) ({self.level})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInRange(Rule):
    """A share of time, or the sum of ``shares`` reported for one instant, against a bound in %.

    Only where the same report says that the sensor was active long enough; too little data opens nothing.
    """

    shares: tuple[Metric, ...]
    enough: Decimal = Decimal(70)

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return True

    def _report(self, line: Line, i: int) -> dict[Metric, Reading]:
        """What was reported for the instant of ``line[i]``, up to it."""
        found: dict[Metric, Reading] = {}
        for j in range(i, -1, -1):
            if line[j].observed_at != line[i].observed_at:
                break
            found.setdefault(line[j].metric, line[j])
        return found

    def _sum(self, line: Line, i: int) -> tuple[Decimal, list[Reading]] | None:
        """The sum, at the reading that completes the report."""
        report = self._report(line, i)
        active = report.get(Metric.CGM_ACTIVE)
        parts = [report[share] for share in self.shares if share in report]
        if active is None or active.value < self.enough or len(parts) < len(self.shares):
            return None
        return sum((each.value for each in parts), Decimal(0)), [*parts, active]

    def _reached(self, value: Decimal, reading: Reading, watch: Watch) -> tuple[Grade, Decimal] | None:
        for grade in reversed(self.grades):
            limit = watch.limit(grade.bound, "%", reading.observed_at)
            if limit is not None and meets(grade.side, value, None, limit):
                return grade, limit
        return None

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        summed = self._sum(line, i) if self.applies(reading, watch) else None
        reached = self._reached(summed[0], reading, watch) if summed is not None else None
        if summed is None or reached is None:
            return None
        (grade, limit), used = reached, summed[1]
        text = " + ".join(shown(each) for each in used[:-1])
        if len(used) > 2:
            text += f" = {plain(summed[0])} %"
        text += f" {grade.side} {plain(limit)} %, sensor active {shown(used[-1])}"
        partners = tuple(each for each in used if each is not reading)
        severity = self.serious(grade.severity, watch)
        return finding(self.key, grade.name, severity, reading, text=text, source=self.source, partners=partners)

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        summed = self._sum(line, i)
        return summed is not None and self._reached(summed[0], line[i], watch) is None

    def criterion(self) -> str:
        what = " + ".join(share.replace("_", " ") for share in self.shares)
        grades = ", ".join(str(grade) for grade in self.grades)
        return f"{what} {grades}, with the sensor active ≥ {plain(self.enough)} %"
