"""What a value is compared with: an earlier reading, and when a change is too large to be believed (clinical §1.3)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain.bounds import Bound
from services.monitoring.domain.history import Line, value_in

DAY_TO_DAY = timedelta(hours=36)
TWO_DAYS = timedelta(hours=60)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Jump:
    """A day-to-day change too large to be believed before somebody verified scale and person (§1.1 soft limit).

    A value is a jump when there is one within 36 h before it and it is farther than the bound (or ``percent``) from
    every value of the 60 h before it: so a stranger on the scale does not make the next true weight a jump as well.
    """

    bound: Bound
    percent: Decimal

    def at(self, line: Line, i: int) -> bool:
        """Whether ``line[i]`` is a jump; the context ``verified`` says it is not."""
        reading = line[i]
        if "verified" in reading.context:
            return False
        limit = self.bound.at[reading.unit]
        recent = False
        for j in range(i - 1, -1, -1):
            before = line[j]
            age = reading.observed_at - before.observed_at
            if age > TWO_DAYS:
                break
            recent = recent or age <= DAY_TO_DAY
            base = value_in(before, reading.unit)
            gap = abs(reading.value - base)
            if gap <= limit and gap * _HUNDRED <= base * self.percent:
                return False
        return recent


@dataclass(frozen=True, slots=True)
class Span:
    """Which earlier reading to compare with: between ``nearest`` and ``farthest`` before, both included.

    ``extreme``: the lowest of them for a rise (the highest for a fall), otherwise the most recent.
    ``first_of_day``: only the first reading of each of the patient's days.
    """

    farthest: timedelta
    nearest: timedelta = timedelta(0)
    extreme: bool = False
    first_of_day: bool = False

    def words(self, rising: bool) -> str:
        """What is compared with, for a message."""
        if self.first_of_day:
            hours = f"{self.nearest // timedelta(hours=1)}–{self.farthest // timedelta(hours=1)} h"
            return f"the previous day's first reading ({hours} earlier)"
        lowest = "lowest" if rising else "highest"
        which = lowest if self.extreme else "most recent"
        if self.nearest:
            return f"the {which} of {self.nearest.days}–{self.farthest.days} days before"
        return f"the {which} of the trailing {self.farthest.days} days"
