"""How often each risk tier is spoken with and reviewed (clinical §1.10, project default), for every protocol."""

from collections.abc import Mapping
from datetime import timedelta

from services.monitoring.domain.protocol import Cadence
from shared.vocabulary import RiskTier


def _days(*numbers: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(days=number) for number in numbers)


BY_TIER: Mapping[RiskTier, Cadence] = {
    # Day 2, day 7, twice a week for two weeks, then weekly.
    RiskTier.HIGH: Cadence(_days(2, 7, 10, 14, 17, 21), timedelta(days=7), timedelta(days=7)),
    RiskTier.RISING: Cadence(_days(7, 14, 21, 28), timedelta(days=14), timedelta(days=14)),
    RiskTier.STABLE: Cadence((), timedelta(days=30), timedelta(days=91)),
    RiskTier.MAINTENANCE: Cadence((), timedelta(days=91), timedelta(days=182)),
}
