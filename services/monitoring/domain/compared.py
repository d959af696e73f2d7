"""What rules of change share: which values may be compared, how far apart they are, and in which words."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Grade, meets
from services.monitoring.domain.history import Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.spans import TWO_DAYS, Jump
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain

LONGEST_DAY = timedelta(hours=25)
"""The day on which the clocks go back."""
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Rule):
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
        return LONGEST_DAY + TWO_DAYS

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
            if reading.observed_at - line[j].observed_at > LONGEST_DAY:
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
                if base > 0 and meets(grade.side, amount * HUNDRED, None, base * limit):
                    return grade, limit
                continue
            relative = grade.percent is not None and base > 0 and amount * HUNDRED >= base * grade.percent
            if meets(grade.side, amount, None, limit) or relative:
                return grade, limit
        return None

    def arithmetic(self, reading: Reading, base: Decimal, grade: Grade, limit: Decimal) -> str:
        """``83.4 kg − 82.5 kg = 0.9 kg ≥ 0.9 kg``, or the percentage where only that was reached."""
        amount, unit = self.amount(reading, base), reading.unit
        first, second = (reading.value, base) if self.rising else (base, reading.value)
        text = f"{first:f} {unit} − {short(second)} {unit} = {short(amount)} {unit}"
        if self.relative:
            return f"{text} = {short(amount * HUNDRED / base)} % {grade.side} {plain(limit)} %"
        if grade.percent is None or amount >= limit:
            return f"{text} {grade.side} {plain(limit)} {unit}"
        return f"{text} = {short(amount * HUNDRED / base)} % ≥ {plain(grade.percent)} %"


def short(value: Decimal) -> str:
    """At most three decimals for reading; the comparison itself uses every digit."""
    return f"{value:f}" if value.as_tuple().exponent in (0, -1, -2, -3) else plain(round(value, 3))
