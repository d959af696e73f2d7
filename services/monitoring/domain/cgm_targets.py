"""What the international consensus asks of a sensor report, per population (clinical §1.2, S4, S9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.monitoring.domain.bounds import Side
from shared.kit.units import plain
from shared.vocabulary import CgmPopulation

_VERIFIED = "International CGM consensus (clinical §1.2, S4, S9)"
_MEMORY = "International CGM consensus (clinical §1.2, from memory)"


@dataclass(frozen=True, slots=True)
class Aim:
    """A share to stay on one side of; strict where the consensus is: 4.0013 % fails "< 4 %"."""

    side: Side
    percent: Decimal
    source: str = _VERIFIED

    def __str__(self) -> str:
        return f"{self.side} {plain(self.percent)} %"

    def met(self, percent: Decimal) -> bool:
        """Whether a share, unrounded, does what is asked."""
        if self.side is Side.ABOVE:
            return percent > self.percent
        return percent < self.percent if self.side is Side.BELOW else percent <= self.percent


def _over(percent: int) -> Aim:
    return Aim(Side.ABOVE, Decimal(percent))


def _under(percent: int, source: str = _VERIFIED) -> Aim:
    return Aim(Side.BELOW, Decimal(percent), source)


_STEADY = Aim(Side.AT_MOST, Decimal(36))
TARGETS: Mapping[CgmPopulation, Mapping[str, Aim]] = {
    CgmPopulation.ADULT: {
        "in_range": _over(70),
        "below": _under(4),
        "very_low": _under(1),
        "above": _under(25),
        "very_high": _under(5),
        "variation": _STEADY,
    },
    CgmPopulation.OLDER: {
        "in_range": _over(50),
        "below": _under(1),
        "very_low": Aim(Side.AT_MOST, Decimal(0)),
        "above": _under(50, _MEMORY),
        "very_high": _under(10, _MEMORY),
        "variation": _STEADY,
    },
    CgmPopulation.PREGNANCY: {
        "in_range": _over(70),
        "below": _under(4),
        "very_low": _under(1),
        "above": _under(25),
        "variation": _STEADY,
    },
}
