"""Rules of bounds: grades on the value itself, or on its relation to the patient's baseline."""

from dataclasses import dataclass, field
from decimal import Decimal

from services.monitoring.domain.against import Against, Way
from services.monitoring.domain.bounds import Bound, Grade, Side, meets
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import EVERYTHING, Band, Rule
from services.monitoring.domain.watch import Watch
from shared.kit.units import plain
from shared.vocabulary import Comparator, Metric

_Check = tuple[Side, Decimal, Grade]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded(Rule):
    """A rule whose grades are bounds on the value itself, or on its relation to the patient's baseline."""

    exit: Bound | None = None
    against: Against | None = None
    _checks: dict[tuple[Metric, str], tuple[_Check, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checks: dict[tuple[Metric, str], tuple[_Check, ...]] = {}
        for metric in self.metrics:
            for grade in self.grades:
                if grade.metric in (None, metric):
                    for unit, limit in grade.bound.at.items():
                        # Most serious first: the first that is met is the grade.
                        checks[metric, unit] = ((grade.side, limit, grade), *checks.get((metric, unit), ()))
        object.__setattr__(self, "_checks", checks)

    def grade(self, reading: Reading, watch: Watch) -> Grade | None:
        """The most serious grade the value reaches, in its own unit and for this patient's own targets."""
        if self.against is not None:
            return self._grade_against(self.against, reading, watch)
        for _, limit, grade in self._checks.get((reading.metric, reading.unit), ()):
            if watch.targets:
                limit = watch.limit(grade.bound, reading.unit, reading.observed_at) or limit
            if grade.met(reading.value, reading.comparator, limit) and self.applies(reading, watch):
                return grade
        return None

    def reaches(self, reading: Reading, grade: Grade, watch: Watch) -> bool:
        """Whether the value reaches this grade or a more serious one."""
        found = self.grade(reading, watch)
        return found is not None and self.grades.index(found) >= self.grades.index(grade)

    def is_over(self, reading: Reading, watch: Watch) -> bool:
        """Whether the value lies at or beyond the exit bound, by default the other side of the mildest grade."""
        if self.against is not None:
            return self._over_against(self.against, reading, watch)
        checks = self._checks.get((reading.metric, reading.unit))
        if not checks:
            return False
        side, limit, mildest = checks[-1]
        own = watch.target(mildest.bound.key, reading.observed_at) if watch.targets else None
        if own is not None:
            limit = own.limit.at.get(reading.unit, limit)
        elif self.exit is not None:
            limit = self.exit.at.get(reading.unit, limit)
            side = Side.AT_MOST if side.upward else Side.AT_LEAST
            return meets(side, reading.value, reading.comparator, limit)
        return meets(side.complement, reading.value, reading.comparator, limit)

    def _grade_against(self, against: Against, reading: Reading, watch: Watch) -> Grade | None:
        base = against.base(reading, watch) if self.applies(reading, watch) else None
        if base is None:
            return None
        for grade in reversed(self.grades):
            found = against.limit(grade.bound, grade.side, reading, base, watch)
            if found is None or grade.metric not in (None, reading.metric):
                continue
            side, limit = found
            # Half as much again as nothing is something.
            rises = not side.upward or against.way is not Way.PERCENT or reading.value > base
            if rises and meets(side, reading.value, reading.comparator, limit):
                return grade
        return None

    def _over_against(self, against: Against, reading: Reading, watch: Watch) -> bool:
        base = against.base(reading, watch)
        if base is None or reading.metric not in self.metrics:
            return False
        mildest = self.grades[0]
        found = against.limit(self.exit or mildest.bound, mildest.side, reading, base, watch)
        if found is None:
            return False
        side, limit = found
        if side.upward and limit <= base:
            return reading.value <= base
        return meets(side.complement, reading.value, reading.comparator, limit)

    def compared(self, reading: Reading, grade: Grade, watch: Watch) -> str:
        """``66 mg/dL < 70 mg/dL``; ``335 L/min < 336 L/min, 80 % of the patient's personal best``."""
        if self.against is None:
            limit = watch.limit(grade.bound, reading.unit, reading.observed_at)
            return f"{shown(reading)} {grade.side} {plain(limit or Decimal(0))} {reading.unit}"
        base = self.against.base(reading, watch) or Decimal(0)
        side, number = self.against.limit(grade.bound, grade.side, reading, base, watch) or (grade.side, Decimal(0))
        own = watch.limit(grade.bound, self.against.unit or reading.unit, reading.observed_at) or Decimal(0)
        share = f"{plain(own)} {self.against.unit or reading.unit} {self.against.words}"
        return f"{shown(reading)} {side} {plain(number)} {reading.unit}, {share} ({plain(base)})"

    @property
    def upward(self) -> bool:
        falls = self.against is not None and self.against.way is Way.BELOW
        return self.grades[0].side.upward is not falls

    def compared_in(self, units: tuple[str, ...]) -> tuple[str, ...]:
        return units if self.against is None or self.against.unit is None else (self.against.unit,)

    def may_matter(self, reading: Reading, watch: Watch) -> bool:
        return self.grade(reading, watch) is not None

    def quiet(self, metric: Metric, unit: str) -> Band | None:
        if self.against is not None:
            return None
        low, high = EVERYTHING
        for side, limit, _ in self._checks.get((metric, unit), ()):
            low, high = (low, min(high, limit)) if side.upward else (max(low, limit), high)
        return low, high

    def steps(self) -> str:
        """The grades and the exit in words."""
        text = ", ".join(str(grade) for grade in self.grades)
        if self.against is not None:
            text = f"{text}, {self.against.words}"
        return f"{text}; over at {self.exit}" if self.exit is not None else text


def shown(reading: Reading) -> str:
    """The value as received: ``> 600 mg/dL``, ``83.4 kg``."""
    sign = "" if reading.comparator is None else f"{Comparator(reading.comparator).value} "
    return f"{sign}{reading.value:f} {reading.unit}"
