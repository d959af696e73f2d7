"""Filtration computed from creatinine: CKD-EPI 2021, for adults (clinical §1.7, from memory; vectors in its test)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shared.kit.units import convert
from shared.vocabulary import Metric

SOURCE = "computed:ckd-epi-2021"
"""How a computed filtration names its source; what a laboratory sent for the same day stands instead of it."""
UNIT = "mL/min/{1.73_m2}"
UNFIT = frozenset({"dialysis", "pregnancy", "post-partum"})
"""Circumstances in which a filtration estimated from creatinine says nothing (clinical §1.8)."""
_ADULT = 18
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Sex:
    kappa: Decimal
    alpha: Decimal
    factor: Decimal


_BY_SEX = {
    "female": _Sex(Decimal("0.7"), Decimal("-0.241"), Decimal("1.012")),
    "male": _Sex(Decimal("0.9"), Decimal("-0.302"), _ONE),
}


def computed(creatinine: Decimal, unit: str, *, age: int, sex: str) -> Decimal | None:
    """Filtration in mL/min/1.73 m², a whole number as laboratories report it; None for children or unknown sex."""
    own = _BY_SEX.get(sex)
    if own is None or age < _ADULT:
        return None
    ratio = convert(Metric.CREATININE, creatinine, unit, "mg/dL") / own.kappa
    low, high = min(ratio, _ONE) ** own.alpha, max(ratio, _ONE) ** Decimal("-1.200")
    found = 142 * low * high * Decimal("0.9938") ** age * own.factor
    return found.quantize(_ONE, ROUND_HALF_UP)
