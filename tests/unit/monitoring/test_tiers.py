"""Every entry of the tier table on both sides of its boundary (clinical §1.10), and who may loosen."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.monitoring.domain.tiers import Discharge, Facts, Raised, Score, Standing, causes, move
from shared.vocabulary import Metric, RiskTier, Severity

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def raised(severity: Severity, *began: datetime) -> tuple[Raised, ...]:
    return tuple(Raised(severity, at, at) for at in began)


def score(metric: Metric, value: str, unit: str = "{score}", at: datetime = days(10)) -> Facts:
    return Facts(scores=(Score(metric, Decimal(value), unit, at, at),))


def keys(facts: Facts) -> list[str]:
    return [each.key for each in causes(facts, NOW)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(discharge=Discharge(days(30) + MOMENT, days(29))), ["post-discharge"]),
        (Facts(discharge=Discharge(days(30), days(29))), []),
        (Facts(discharge=Discharge(days(2), days(2), lace=10)), ["post-discharge", "lace"]),
        (Facts(discharge=Discharge(days(2), days(2), lace=9)), ["post-discharge"]),
        (Facts(discharge=Discharge(days(31), days(31), lace=15)), []),
        (Facts(alerts=raised(Severity.CRITICAL, days(14) + MOMENT)), ["critical-alert"]),
        (Facts(alerts=raised(Severity.CRITICAL, days(14))), []),
        (Facts(alerts=raised(Severity.HIGH, days(1), days(14) + MOMENT)), ["high-alerts", "high-alert"]),
        (Facts(alerts=raised(Severity.HIGH, days(1), days(14))), ["high-alert"]),
        (Facts(alerts=raised(Severity.HIGH, days(30) + MOMENT)), ["high-alert"]),
        (Facts(alerts=raised(Severity.HIGH, days(30))), []),
        (Facts(alerts=raised(Severity.MODERATE, days(1), days(2), days(30) + MOMENT)), ["moderate-alerts"]),
        (Facts(alerts=raised(Severity.MODERATE, days(1), days(2), days(30))), []),
        (Facts(alerts=raised(Severity.MODERATE, days(1), days(2))), []),
        (score(Metric.HBA1C, "9.1", "%"), ["hba1c"]),
        (score(Metric.HBA1C, "9", "%"), []),
        (score(Metric.HBA1C, "76", "mmol/mol"), ["hba1c"]),
        (score(Metric.HBA1C, "75", "mmol/mol"), []),
        (score(Metric.HBA1C, "12", "%", at=days(365)), []),
        (score(Metric.NYHA, "3"), ["nyha"]),
        (score(Metric.NYHA, "2"), []),
        (score(Metric.ACT, "15"), ["act"]),
        (score(Metric.ACT, "16"), []),
        (Facts(circumstances=frozenset({"gold-e"})), ["gold-e"]),
        (score(Metric.EXACERBATIONS, "1", "{count}"), ["exacerbations"]),
        (score(Metric.EXACERBATIONS, "0", "{count}"), []),
        (score(Metric.EXACERBATION_ADMISSIONS, "1", "{count}"), ["exacerbation_admissions"]),
        (score(Metric.EXACERBATION_ADMISSIONS, "0", "{count}"), []),
        (Facts(circumstances=frozenset({"frail"})), []),
    ],
)
def test_what_holds_now(facts: Facts, expected: list[str]) -> None:
    assert keys(facts) == expected


def standing(tier: RiskTier, decided: datetime = days(20), since: datetime = days(20)) -> Standing:
    return Standing(tier, since, decided)


def test_closer_at_once_and_for_what_is_new_only() -> None:
    found = causes(Facts(alerts=raised(Severity.CRITICAL, days(3))), NOW)
    moved = move(standing(RiskTier.STABLE), found, NOW)
    assert moved is not None
    assert (moved.tier, moved.suggested, moved.reason) == (RiskTier.HIGH, False, "a critical alert in 14 days")
    assert move(standing(RiskTier.STABLE, decided=days(3)), found, NOW) is None, "somebody saw it and decided"
    known = move(standing(RiskTier.STABLE, decided=days(3) - MOMENT), found, NOW)
    assert known is not None


@pytest.mark.parametrize(("decided", "suggested"), [(days(14), True), (days(14) + MOMENT, False)])
def test_less_close_is_suggested_two_weeks_after_the_last_decision(decided: datetime, suggested: bool) -> None:
    moved = move(standing(RiskTier.HIGH, decided=decided), (), NOW)
    assert (moved is not None) is suggested
    if moved is not None:
        assert (moved.tier, moved.suggested) == (RiskTier.STABLE, True)


def test_from_high_to_rising_while_something_holds() -> None:
    found = causes(score(Metric.NYHA, "3"), NOW)
    moved = move(standing(RiskTier.HIGH, decided=days(15)), found, NOW)
    assert moved is not None
    assert (moved.tier, moved.suggested, moved.reason) == (RiskTier.RISING, True, "NYHA 3 ≥ 3")


@pytest.mark.parametrize(
    ("since", "tier"),
    [
        (datetime(2026, 3, 30, 12, tzinfo=UTC), RiskTier.MAINTENANCE),
        (datetime(2026, 3, 30, 12, tzinfo=UTC) + MOMENT, None),
    ],
)
def test_maintenance_after_six_months_of_stability(since: datetime, tier: RiskTier | None) -> None:
    moved = move(standing(RiskTier.STABLE, since=since), (), NOW)
    assert (moved.tier if moved else None) is tier
