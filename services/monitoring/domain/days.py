"""Rules of days: on how many of them something happened, how much a value varies within one (clinical §1.4, §1.5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from services.monitoring.domain.bounds import Bound, Grade, Side
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.graded import Graded, shown
from services.monitoring.domain.history import History, Line
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain

_LONGEST_DAY = timedelta(hours=25)


def _day_by_day(line: Line, i: int, days: int, watch: Watch) -> dict[date, list[Reading]]:
    """The readings up to ``line[i]`` of the patient's day and the days before it, ``days`` in all."""
    today = watch.day(line[i].observed_at)
    found: dict[date, list[Reading]] = {}
    for j in range(i, -1, -1):
        day = watch.day(line[j].observed_at)
        if (today - day).days >= days:
            break
        found.setdefault(day, []).append(line[j])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount(Graded):
    """A bound reached on at least ``times`` of the patient's last ``days`` days, today among them."""

    times: int
    days: int

    @property
    def lookback(self) -> timedelta:
        return self.days * _LONGEST_DAY

    def _hits(self, line: Line, i: int, watch: Watch) -> list[Reading]:
        days = _day_by_day(line, i, self.days, watch)
        hits = (next((each for each in own if self.grade(each, watch) is not None), None) for own in days.values())
        return [each for each in hits if each is not None]

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        grade = self.grade(reading, watch)
        if grade is None:
            return None
        hits = self._hits(line, i, watch)
        if len(hits) < self.times:
            return None
        text = f"{self.compared(reading, grade, watch)}, on {len(hits)} of {self.days} days"
        partners = tuple(each for each in hits if each is not reading)
        severity = self.serious(grade.severity, watch)
        return finding(self.key, grade.name, severity, reading, text=text, source=self.source, partners=partners)

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        return len(self._hits(line, i, watch)) < self.times

    def criterion(self) -> str:
        return f"{self.steps()}, on {self.times} or more of {self.days} days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation(Rule):
    """How far the day's highest and lowest lie apart, in percent of their mean, averaged over ``days`` days.

    Days with one value say nothing; at least ``least`` days must say something. It is decided at a day's second value
    and those after it. Exact fractions, nothing is rounded.
    """

    days: int
    least: int

    @property
    def lookback(self) -> timedelta:
        return self.days * _LONGEST_DAY

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        # A usual value is one end of the day's range.
        return reading.comparator is None and not self.barred(watch)

    def varies(self, reading: Reading, before: datetime | None, watch: Watch) -> bool:
        """Whether it is decided at a reading; ``before`` is when the last one before it, or beside it, was measured."""
        second = before is not None and watch.day(before) == watch.day(reading.observed_at)
        return second and self.may_matter(reading, watch)

    def compared_in(self, units: tuple[str, ...]) -> tuple[str, ...]:
        return ("%",)

    def _mean(self, line: Line, i: int, watch: Watch) -> tuple[Fraction, int] | None:
        days = [own for own in _day_by_day(line, i, self.days, watch).values() if len(own) > 1]
        if len(days) < self.least:
            return None
        shares = []
        for own in days:
            values = [Fraction(each.value) for each in own if each.comparator is None and each.unit == line[i].unit]
            if len(values) > 1:
                high, low = max(values), min(values)
                shares.append(200 * (high - low) / (high + low))
        return (sum(shares, Fraction(0)) / len(shares), len(shares)) if len(shares) >= self.least else None

    def _reached(self, mean: Fraction, at: Reading, watch: Watch) -> tuple[Grade, Decimal] | None:
        for grade in reversed(self.grades):
            limit = watch.limit(grade.bound, "%", at.observed_at)
            if limit is not None and (mean > limit if grade.side is Side.ABOVE else mean >= limit):
                return grade, limit
        return None

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        before = line[i - 1].observed_at if i else None
        if not self.varies(reading, before, watch) or not self.applies(reading, watch):
            return None
        mean = self._mean(line, i, watch)
        reached = self._reached(mean[0], reading, watch) if mean is not None else None
        if mean is None or reached is None:
            return None
        grade, limit = reached
        percent = plain(round(Decimal(mean[0].numerator) / Decimal(mean[0].denominator), 1))
        text = f"mean variation of {mean[1]} days {percent} % {grade.side} {plain(limit)} %; last {shown(reading)}"
        severity = self.serious(grade.severity, watch)
        return finding(self.key, grade.name, severity, reading, text=text, source=self.source)

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        mean = self._mean(line, i, watch)
        return mean is not None and self._reached(mean[0], line[i], watch) is None

    @property
    def bounds(self) -> tuple[Bound, ...]:
        return tuple(grade.bound for grade in self.grades)

    def criterion(self) -> str:
        grades = ", ".join(str(grade) for grade in self.grades)
        days = f"averaged over {self.days} days ({self.least} at least)"
        return f"the day's highest less its lowest in % of the mean of the two, {days} {grades}"
