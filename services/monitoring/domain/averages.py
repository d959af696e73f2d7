"""The mean over days against a bound: home blood pressure over a week, fasting glucose over three days (§1.2, §1.6)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound, Grade, meets
from services.monitoring.domain.findings import Finding, finding
from services.monitoring.domain.graded import Graded
from services.monitoring.domain.history import History, Line, value_in
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Averaged(Graded):
    """The mean of every value of the ``window`` before, when there are values on ``days`` days, whatever they are.

    It is decided at values that reach the mildest grade themselves: the next of these finds what older calm values
    leaving the window have raised. ``few``: with
    fewer values than this the finding says provisional. ``none_below``: one such value and nothing is found.
    ``first_day_out``: the first local day of the window is left out when ``days`` others remain.
    """

    window: timedelta
    days: int
    few: int = 0
    none_below: Bound | None = None
    first_day_out: bool = False

    @property
    def by_days(self) -> bool:
        return True

    @property
    def lookback(self) -> timedelta:
        return self.window

    def _used(self, line: Line, i: int, watch: Watch) -> list[Reading] | None:
        """The values of the window, newest first; None where one of them forbids the mean."""
        used: list[Reading] = []
        since = line[i].observed_at - self.window
        for j in range(i, -1, -1):
            each = line[j]
            if each.observed_at < since:
                break
            if self._forbids(each):
                return None
            same = each.metric is line[i].metric or not any(grade.metric for grade in self.grades)
            if same and each.comparator is None and self.applies(each, watch):
                used.append(each)
        return self._settled(used, watch) if self.first_day_out else used

    def _settled(self, used: list[Reading], watch: Watch) -> list[Reading]:
        """Without the first day, on which people are tense, unless too few days would remain."""
        days = [watch.day(each.observed_at) for each in used]
        first = min(days, default=None)
        if len(set(days)) <= self.days:
            return used
        return [each for each, day in zip(used, days, strict=True) if day != first]

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        # A calm value that comes after later ones makes a day of data more, and may make another day the first.
        late = watch.late(reading.observed_at, reading.received_at)
        return (late and self.applies(reading, watch)) or super(Averaged, self).may_matter(reading, watch)

    def _forbids(self, reading: Reading) -> bool:
        if self.none_below is None:
            return False
        limit = self.none_below.at.get(reading.unit)
        return limit is not None and reading.value < limit

    def find(self, line: Line, i: int, past: History, watch: Watch) -> Finding | None:
        reading = line[i]
        if reading.comparator is not None or self.grade(reading, watch) is None:
            return None
        used = self._used(line, i, watch)
        if used is None or len({watch.day(each.observed_at) for each in used}) < self.days:
            return None
        total = sum((value_in(each, reading.unit) for each in used), Decimal(0))
        found = self._mean_grade(reading, total, len(used), watch)
        if found is None:
            return None
        grade, limit = found
        mean = plain(round(total / len(used), 1))
        text = f"mean of {len(used)} values {mean} {reading.unit} {grade.side} {plain(limit)} {reading.unit}"
        provisional = len(used) < self.few
        if provisional:
            text += f"; provisional, fewer than {self.few}"
        name = f"{grade.name}, provisional" if provisional else grade.name
        severity = self.serious(grade.severity, watch)
        return finding(self.key, name, severity, reading, text=text, source=self.source, partners=tuple(used[1:]))

    def _mean_grade(self, reading: Reading, total: Decimal, count: int, watch: Watch) -> tuple[Grade, Decimal] | None:
        """The most serious grade the mean reaches; the sum is compared with a multiple, so nothing is rounded."""
        for grade in reversed(self.grades):
            limit = watch.limit(grade.bound, reading.unit, reading.observed_at)
            if limit is None or grade.metric not in (None, reading.metric):
                continue
            if meets(grade.side, total, None, limit * count):
                return grade, limit
        return None

    def clears(self, line: Line, i: int, past: History, watch: Watch) -> bool:
        reading = line[i]
        if reading.comparator is not None or not self.applies(reading, watch):
            return False
        used = self._used(line, i, watch)
        if not used:
            return used is None
        total = sum((value_in(each, reading.unit) for each in used), Decimal(0))
        return self._mean_grade(reading, total, len(used), watch) is None

    def criterion(self) -> str:
        text = f"mean of the trailing {self.window.days} days {self.steps()}, with values on {self.days} days or more"
        if self.first_day_out:
            text += f"; the first day is left out when {self.days} others remain"
        if self.few:
            text += f"; provisional with fewer than {self.few} values"
        if self.none_below is not None:
            text += f"; not with any value < {self.none_below}"
        return text
