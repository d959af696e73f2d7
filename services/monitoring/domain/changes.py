"""Rules of change: against an earlier reading, or against the patient's baseline (clinical §1.3)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound
from services.monitoring.domain.compared import LONGEST_DAY, Compared, short
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.history import History, Line, value_in
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.spans import TWO_DAYS, Span
from services.monitoring.domain.watch import Watch
from shared.kit.units import convert, plain
from shared.vocabulary import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Compared):
    """A rise or fall of at least a bound against an earlier reading of the same metric.

    Over when the change against ``exit_span`` is below ``exit`` (by default: when nothing is found). ``unless_found``:
    what this other rule of change finds at a reading is not said a second time.
    """

    span: Span
    exit: Bound | None = None
    exit_span: Span | None = None
    unless_found: "Change | None" = None

    @property
    def lookback(self) -> timedelta:
        farthest = max(self.span.farthest, self.exit_span.farthest if self.exit_span else timedelta(0))
        own = farthest + LONGEST_DAY + TWO_DAYS
        return own if self.unless_found is None else max(own, self.unless_found.lookback)

    def other(self, line: Line, i: int, span: Span, watch: Watch) -> Reading | None:
        """The earlier reading to compare with, None where there is none: 24 h are never stretched."""
        reading = line[i]
        found: Reading | None = None
        best = Decimal(0)
        for j in range(i - 1, -1, -1):
            before = line[j]
            age = reading.observed_at - before.observed_at
            if age > span.farthest:
                break
            if age < span.nearest:
                continue
            base = value_in(before, reading.unit)
            further = not span.extreme or found is None or (base < best if self.rising else base > best)
            if further and self._partner(line, j, span, watch):
                if not span.extreme:
                    return before
                found, best = before, base
        return found

    def _partner(self, line: Line, j: int, span: Span, watch: Watch) -> bool:
        return self.usable(line, j) and (not span.first_of_day or self.first_of_day(line, j, watch))

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        if not self.judged(line, i, watch):
            return None
        reading = line[i]
        other = self.other(line, i, self.span, watch)
        if other is None:
            return None
        base = value_in(other, reading.unit)
        reached = self.reached(reading, base, watch)
        if reached is None:
            return None
        if self.unless_found is not None and self.unless_found.find(line, i, past, watch) is not None:
            return None
        text = self.arithmetic(reading, base, *reached)
        severity = self.serious(reached[0].severity, watch)
        return finding(self.key, reached[0].name, severity, reading, text=text, source=self.source, partners=(other,))

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        if not self.judged(line, i, watch):
            return False
        reading = line[i]
        other = self.other(line, i, self.exit_span or self.span, watch)
        if other is None:
            return False
        base = value_in(other, reading.unit)
        if self.exit is None:
            return self.reached(reading, base, watch) is None
        limit = self.exit.at.get(reading.unit)
        return limit is not None and self.amount(reading, base) < limit

    def criterion(self) -> str:
        word = "gain" if self.rising else "loss"
        text = f"{word} {', '.join(str(grade) for grade in self.grades)} against {self.span.words(self.rising)}"
        if self.unless_found is not None:
            text += f", unless {self.unless_found.key} finds it"
        if self.exit is None:
            return text
        return f"{text}; over below {self.exit} against {(self.exit_span or self.span).words(self.rising)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromBaseline(Compared):
    """A distance of at least a bound above or below the patient's baseline, such as the dry weight."""

    baseline: Metric
    exit: Bound | None = None

    def _base(self, reading: Reading, watch: Watch) -> Decimal | None:
        base = watch.baseline(self.baseline, reading.observed_at)
        return None if base is None else convert(base.metric, base.value, base.unit, reading.unit)

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        base = self._base(reading, watch)
        if base is None:
            return None
        reached = self.reached(reading, base, watch)
        if reached is None or not self.judged(line, i, watch):
            return None
        grade, limit = reached
        text = f"{self.arithmetic(reading, base, grade, limit)} ({self.baseline.replace('_', ' ')})"
        return finding(
            self.key, grade.name, self.serious(grade.severity, watch), reading, text=text, source=self.source
        )

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        reading = line[i]
        base = self._base(reading, watch)
        if base is None or not self.judged(line, i, watch):
            return False
        if self.exit is None:
            return self.reached(reading, base, watch) is None
        limit = self.exit.at.get(reading.unit)
        return limit is not None and self.amount(reading, base) < limit

    def criterion(self) -> str:
        where = "above" if self.rising else "below"
        grades = ", ".join(str(grade) for grade in self.grades)
        over = f"; over below {self.exit}" if self.exit is not None else ""
        return f"{grades} {where} the {self.baseline.replace('_', ' ')}{over}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jumped(Compared):
    """A jump that waits for verification: no other rule of change uses it until then."""

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        if self.jump is None or not self.jump.at(line, i) or not self.applies(reading, watch):
            return None
        before = line[i - 1]
        base = value_in(before, reading.unit)
        text = f"{reading.value:f} {reading.unit} after {short(base)} {reading.unit}: verify scale and person"
        grade = self.grades[0]
        severity = self.serious(grade.severity, watch)
        return finding(self.key, grade.name, severity, reading, text=text, source=self.source, partners=(before,))

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return self.usable(line, i)

    def criterion(self) -> str:
        grade = self.grades[0]
        percent = f" or {plain(self.jump.percent)} %" if self.jump is not None else ""
        text = f"more than {grade.bound}{percent} from every value of the 60 h before"
        return f"{text}, until verified ({grade.severity})"
