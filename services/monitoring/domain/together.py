"""Rules of combination: several things hold within one window (clinical §1.2 H-SYM, §1.3, §1.6)."""

from dataclasses import dataclass
from datetime import timedelta

from services.monitoring.domain.bounds import Bound
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.history import History, Line, place
from services.monitoring.domain.parts import found_at, quiet_of
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Band, Rule
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Metric, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Rule):
    """Every part is found at this reading or at one up to ``within`` before it, and at least one at this reading.

    The parts are rules of their own; only the first is asked whether an alert is over.
    """

    parts: tuple[Rule, ...]
    within: timedelta
    level: Severity

    @property
    def severity(self) -> Severity:
        return self.level

    @property
    def upward(self) -> bool:
        return self.parts[0].upward

    @property
    def bounds(self) -> tuple[Bound, ...]:
        return tuple({each.key: each for part in self.parts for each in part.bounds}.values())

    @property
    def lookback(self) -> timedelta:
        return self.within + max(part.lookback for part in self.parts)

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        if not self.applies(reading, watch):
            return None
        now = [found_at(part, reading, past, watch) for part in self.parts]
        if not any(now):
            return None
        found: list[Finding] = []
        partners: list[Reading] = []
        for part, here in zip(self.parts, now, strict=True):
            if here is not None:
                found.append(here)
                continue
            before = self._before(part, line, i, past, watch)
            if before is None:
                return None
            found.append(before[1])
            partners.append(before[0])
        text = "; ".join(each.text for each in found)
        level = self.serious(self.level, watch)
        return finding(self.key, "together", level, reading, text=text, source=self.source, partners=tuple(partners))

    def _before(self, part: Rule, line: Line, i: int, past: History, watch: Watch) -> tuple[Reading, Finding] | None:
        """The most recent earlier reading of the window at which ``part`` was found."""
        since = line[i].observed_at - self.within
        for j in range(i - 1, -1, -1):
            if line[j].observed_at < since:
                break
            found = found_at(part, line[j], past, watch)
            if found is not None:
                return line[j], found
        return None

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        first, reading = self.parts[0], line[i]
        if reading.metric not in first.metrics:
            return False
        own = past.line(first.metrics)
        return first.clears(own, place(own, reading), past, watch)

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return any(reading.metric in part.metrics and part.may_matter(reading, watch) for part in self.parts)

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        return quiet_of(self.parts, metric, unit)

    def criterion(self) -> str:
        hours = self.within // timedelta(hours=1)
        return f"within {hours} h together: {'; and '.join(part.criterion() for part in self.parts)} ({self.level})"


def parts_of(rule: Rule) -> tuple[Rule, ...]:
    """The rules by which a rule is decided: its parts, or itself."""
    return rule.parts if isinstance(rule, Together) else (rule,)
