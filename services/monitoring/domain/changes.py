"""Rules of change: against an earlier reading, or against the patient's baseline (clinical §1.3)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound, Grade, meets
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.history import History, Line, value_in
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.spans import TWO_DAYS, Jump, Span
from services.monitoring.domain.watch import Watch
from shared.kit.units import convert, plain
from shared.vocabulary import Metric

_LONGEST_DAY = timedelta(hours=25)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared(Rule):
    """What the rules of change share.

    ``daily``: only the first reading of the patient's day is judged, and jumps are neither judged nor compared with.
    ``relative``: the bounds are in percent of what is compared with, on the side each grade names.
    """

    rising: bool = True
    relative: bool = False
    daily: bool = False
    jump: Jump | None = None

    @property
    def upward(self) -> bool:
        return self.rising

    @property
    def lookback(self) -> timedelta:
        return _LONGEST_DAY + TWO_DAYS

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        # A value that is nothing by itself is what a later one is compared with.
        return True

    def compared_in(self, units: tuple[str, ...]) -> tuple[str, ...]:
        return ("%",) if self.relative else units

    def usable(self, line: Line, i: int) -> bool:
        """Whether a value may be compared: a number, and no unverified jump."""
        return line[i].comparator is None and (self.jump is None or not self.jump.at(line, i))

    def first_of_day(self, line: Line, i: int, watch: Watch) -> bool:
        """Whether no usable reading came earlier on the same day of the patient."""
        reading = line[i]
        day = None
        for j in range(i - 1, -1, -1):
            if reading.observed_at - line[j].observed_at > _LONGEST_DAY:
                break
            day = day or watch.day(reading.observed_at)
            if watch.day(line[j].observed_at) != day:
                break
            if self.usable(line, j):
                return False
        return True

    def judged(self, line: Line, i: int, watch: Watch) -> bool:
        """Whether the rule is evaluable at this reading at all."""
        if not self.usable(line, i) or not self.applies(line[i], watch):
            return False
        return not self.daily or self.first_of_day(line, i, watch)

    def amount(self, reading: Reading, base: Decimal) -> Decimal:
        """The rise, or for a falling rule the fall, in the unit of ``reading``."""
        return reading.value - base if self.rising else base - reading.value

    def reached(self, reading: Reading, base: Decimal, watch: Watch) -> tuple[Grade, Decimal] | None:
        """The most serious grade the change reaches, with the bound it was compared with."""
        amount = self.amount(reading, base)
        unit = "%" if self.relative else reading.unit
        for grade in reversed(self.grades):
            limit = watch.limit(grade.bound, unit, reading.observed_at)
            if limit is None:
                continue
            if self.relative:
                if base > 0 and meets(grade.side, amount * _HUNDRED, None, base * limit):
                    return grade, limit
                continue
            relative = grade.percent is not None and base > 0 and amount * _HUNDRED >= base * grade.percent
            if meets(grade.side, amount, None, limit) or relative:
                return grade, limit
        return None

    def arithmetic(self, reading: Reading, base: Decimal, grade: Grade, limit: Decimal) -> str:
        """``83.4 kg − 82.5 kg = 0.9 kg ≥ 0.9 kg``, or the percentage where only that was reached."""
        amount, unit = self.amount(reading, base), reading.unit
        first, second = (reading.value, base) if self.rising else (base, reading.value)
        text = f"{first:f} {unit} − {_short(second)} {unit} = {_short(amount)} {unit}"
        if self.relative:
            return f"{text} = {_short(amount * _HUNDRED / base)} % {grade.side} {plain(limit)} %"
        if grade.percent is None or amount >= limit:
            return f"{text} {grade.side} {plain(limit)} {unit}"
        return f"{text} = {_short(amount * _HUNDRED / base)} % ≥ {plain(grade.percent)} %"


def _short(value: Decimal) -> str:
    """At most three decimals for reading; the comparison itself uses every digit."""
    return f"{value:f}" if value.as_tuple().exponent in (0, -1, -2, -3) else plain(round(value, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(_Compared):
    """A rise or fall of at least a bound against an earlier reading of the same metric.

    Over when the change against ``exit_span`` is below ``exit`` (by default: when nothing is found).
    """

    span: Span
    exit: Bound | None = None
    exit_span: Span | None = None

    @property
    def lookback(self) -> timedelta:
        farthest = max(self.span.farthest, self.exit_span.farthest if self.exit_span else timedelta(0))
        return farthest + _LONGEST_DAY + TWO_DAYS

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
        if self.exit is None:
            return text
        return f"{text}; over below {self.exit} against {(self.exit_span or self.span).words(self.rising)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromBaseline(_Compared):
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
class Jumped(_Compared):
    """A jump that waits for verification: no other rule of change uses it until then."""

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        if self.jump is None or not self.jump.at(line, i) or not self.applies(reading, watch):
            return None
        before = line[i - 1]
        base = value_in(before, reading.unit)
        text = f"{reading.value:f} {reading.unit} after {_short(base)} {reading.unit}: verify scale and person"
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
