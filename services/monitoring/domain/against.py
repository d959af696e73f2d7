"""Bounds that depend on the patient: a share of, or a distance below, a baseline (clinical §1.2, §1.4, §1.5).

The limit is computed from the baseline exactly, and the value is compared with it as it came: 80 % of 420 is 336, so
336 is green and 335 is yellow, without a percentage ever being rounded.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.monitoring.domain.bounds import Bound, Side
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.watch import Watch
from shared.kit.units import convert, convertible
from shared.vocabulary import Metric

_HUNDRED = Decimal(100)


class Way(StrEnum):
    """How a bound stands to the baseline."""

    PERCENT = "percent-of"  # the bound is in %, of the baseline
    BELOW = "points-below"  # the bound is a distance below the baseline, in the unit of the value
    PER = "per"  # the bound is an amount for each unit of the baseline


_TURNED = {
    Side.AT_LEAST: Side.AT_MOST,
    Side.ABOVE: Side.BELOW,
    Side.AT_MOST: Side.AT_LEAST,
    Side.BELOW: Side.ABOVE,
}


@dataclass(frozen=True, slots=True)
class Against:
    """Compare with the patient's baseline of this metric; without one there is nothing to compare with.

    ``unit`` is the unit of the bounds where it is not the unit of the value, ``of`` the unit of the baseline where the
    two are different things.
    """

    baseline: Metric
    way: Way
    unit: str | None = None
    of: str | None = None

    @property
    def words(self) -> str:
        """``of the personal best``, ``below the usual``."""
        name = _NAMES.get(self.baseline, self.baseline.replace("_", " "))
        return f"{_WORDS[self.way]} the patient's {name}"

    def base(self, reading: Reading, watch: Watch) -> Decimal | None:
        """The baseline in force, in the unit it is compared in."""
        found = watch.baseline(self.baseline, reading.observed_at)
        to = self.of or reading.unit
        if found is None or not convertible(found.metric, found.unit, to):
            return None
        return convert(found.metric, found.value, found.unit, to)

    def limit(
        self, bound: Bound, side: Side, reading: Reading, base: Decimal, watch: Watch
    ) -> tuple[Side, Decimal] | None:
        """The side and the number a value is compared with for this patient."""
        own = watch.limit(bound, self.unit or reading.unit, reading.observed_at)
        if own is None:
            return None
        if self.way is Way.PERCENT:
            return side, base * own / _HUNDRED
        if self.way is Way.PER:
            return side, base * own
        return _TURNED[side], base - own


_WORDS = {Way.PERCENT: "of", Way.BELOW: "below", Way.PER: "times"}
_NAMES = {
    Metric.PEF_BEST: "personal best",
    Metric.SPO2: "usual saturation",
    Metric.RELIEVER_USE: "usual puffs a day",
    Metric.BODY_WEIGHT: "weight",
}
