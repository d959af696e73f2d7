"""Flags that ask for verification because of what is known of the patient (clinical §1.1, soft limits, defaults).

A flag refuses nothing and changes no rule: the value counts, and waits for somebody to say that it is right.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from services.monitoring.domain.watch import Baseline
from shared.kit.units import convert

ABOVE_BEST = "verify-above-best"
DROPPED = "verify-drop"
JUMPED = "verify-jump"
AFTER_DEATH = "verify-after-death"
BEST_FACTOR = Decimal("1.25")
DROP = Decimal(20)  # % of the filtration before; more than so much
LOOKBACK = timedelta(days=400)
"""How old the filtration before may be: it is due at least yearly."""
_HUNDRED = Decimal(100)


def above_best(value: Decimal, unit: str, best: Baseline | None) -> bool:
    """Whether a peak flow exceeds 1.25 times the patient's personal best; never against one that is not known."""
    return best is not None and value > BEST_FACTOR * convert(best.metric, best.value, best.unit, unit)


def dropped(value: Decimal, before: Decimal | None) -> bool:
    """Whether a filtration fell by more than 20 % from the one before, both in the unit of charts."""
    return before is not None and _HUNDRED * (before - value) > DROP * before


def after_death(observed_at: datetime, deceased_at: datetime | None) -> bool:
    """Whether a value is of after the recorded death: somebody else uses the device, or one of the two is wrong."""
    return deceased_at is not None and observed_at > deceased_at
