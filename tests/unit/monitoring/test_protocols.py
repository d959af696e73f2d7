"""The catalogue is complete and says its rules with the numbers it checks; targets and exclusions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.monitoring.domain.bounds import Bound
from services.monitoring.domain.exclusions import exclusions
from services.monitoring.domain.protocols import LATEST, PUBLISHED, published
from services.monitoring.domain.targets import critical, loosens, paired, refusal
from services.monitoring.domain.watch import Target, Watch
from shared.kit.units import plain
from shared.vocabulary import ProtocolKey, RiskTier
from tests.support.ward import Ward, a_glucose, a_watch, local

DIABETES, HEART_FAILURE = LATEST["diabetes"], LATEST["heart-failure"]
TODAY = date(2026, 9, 10)


def test_the_catalogue_is_complete() -> None:
    assert set(LATEST) == set(ProtocolKey)
    assert published("diabetes", "1.0.0") is DIABETES
    assert published("diabetes", "9.9.9") is None
    assert published("gout") is None
    for protocol in PUBLISHED:
        keys = [rule.key for rule in protocol.rules]
        assert len(keys) == len(set(keys))
        assert set(protocol.cadence) == set(RiskTier)


def test_every_rule_says_its_bounds_its_severity_and_its_source() -> None:
    for protocol in PUBLISHED:
        for rule in protocol.rules:
            sentence = rule.describe()
            assert rule.source in sentence
            assert str(rule.severity) in sentence
            for limit in rule.bounds:
                for unit, value in limit.at.items():
                    assert f"{plain(value)} {unit}" in sentence, (rule.key, limit.key)


def test_one_name_is_one_bound() -> None:
    for protocol in PUBLISHED:
        for rule in protocol.rules:
            for limit in rule.bounds:
                assert protocol.bounds[limit.key].at == limit.at


@pytest.mark.parametrize(
    ("key", "value", "unit", "looser"),
    [
        ("glucose.high", "300", "mg/dL", True),
        ("glucose.high", "200", "mg/dL", False),
        ("glucose.low", "65", "mg/dL", True),
        ("glucose.low", "4.4", "mmol/L", False),
        ("ketones.raised", "0.8", "mmol/L", True),
    ],
)
def test_what_is_looser(key: str, value: str, unit: str, looser: bool) -> None:
    assert loosens(DIABETES, paired(DIABETES, key, Decimal(value), unit)) is looser


def test_a_target_in_one_unit_takes_the_published_pair_of_the_other() -> None:
    assert paired(DIABETES, "glucose.high", Decimal(300), "mg/dL").at["mmol/L"] == Decimal("16.7")
    assert paired(DIABETES, "glucose.low", Decimal("4.4"), "mmol/L").at["mg/dL"] == Decimal(80)
    assert paired(DIABETES, "glucose.high", Decimal(275), "mg/dL").at["mmol/L"] == Decimal("15.3")
    week = paired(HEART_FAILURE, "weight.week", Decimal(4), "[lb_av]")
    assert week.at == {"kg": Decimal("1.8"), "[lb_av]": Decimal(4), "g": Decimal(1800)}
    with pytest.raises(KeyError):
        paired(DIABETES, "glucose.high", Decimal(3), "kg")


def refused(key: str, value: str, prescriber: str | None = None, review: int = 30) -> str | None:
    unit = next(iter(DIABETES.bounds[key].at))
    limit = paired(DIABETES, key, Decimal(value), unit)
    return refusal(DIABETES, limit, prescriber=prescriber, starts_on=TODAY, review_by=TODAY + timedelta(days=review))


def test_loosening_a_critical_bound_needs_a_prescriber() -> None:
    assert critical(DIABETES, "glucose.very-low")
    assert not critical(DIABETES, "a1c.high")
    assert refused("glucose.very-low", "50") is not None
    assert refused("glucose.very-low", "50", prescriber="Dr. Example") is None
    assert refused("glucose.very-low", "60") is None
    assert refused("a1c.high", "10") is None
    assert refused("a1c.high", "10", review=0) is not None


def test_grades_may_not_cross() -> None:
    sentence = refused("glucose.very-low", "75")
    assert sentence is not None
    assert "cross" in sentence


def test_a_target_replaces_the_default_while_it_holds() -> None:
    plain_watch = a_watch()
    limit = paired(DIABETES, "glucose.high", Decimal(300), "mg/dL")
    target = Target(
        "glucose.high", limit, local("2026-09-10 00:00"), local("2026-09-20 00:00"), "rn", "frail", date(2026, 12, 1)
    )
    ward = Ward(DIABETES, Watch(plain_watch.zone, plain_watch.since, targets=(target,)))
    ward.record(a_glucose("280", "2026-09-10 08:00"))
    ward.record(a_glucose("16.7", "2026-09-11 08:00", unit="mmol/L"))
    assert ward.raised() == {}
    ward.record(a_glucose("280", "2026-09-20 08:00"))
    assert ward.raised() == {"H-L2": "low"}
    assert ward.live("H-L2").findings[0].text == "280 mg/dL > 250 mg/dL"


def test_a_tighter_target_is_heard_inside_the_default_band() -> None:
    limit = paired(DIABETES, "glucose.low", Decimal(80), "mg/dL")
    target = Target("glucose.low", limit, local("2026-09-01 00:00"), None, "rn", "unaware", date(2026, 12, 1))
    ward = Ward(DIABETES, Watch("America/New_York", local("2026-09-01 00:00"), targets=(target,)))
    ward.record(a_glucose("79", "2026-09-10 08:00"))
    assert ward.raised() == {"HYPO": "moderate"}


def test_a_bound_reads_as_it_is_published() -> None:
    assert str(Bound("x", {"mg/dL": Decimal(180), "mmol/L": Decimal("10.0")})) == "180 mg/dL / 10 mmol/L"


def test_whom_the_defaults_do_not_fit() -> None:
    rows = HEART_FAILURE.exclusions
    assert exclusions(rows, ["atrial-fibrillation"]) == ()
    assert [row.fact for row in exclusions(rows, ["dialysis", "under-18"])] == ["under-18", "dialysis"]
    assert [row.fact for row in exclusions(rows, ["dialysis", "under-18"], prescriber="Dr. Example")] == ["under-18"]
    unaware = ["pregnancy", "hypoglycaemia-unaware"]
    assert [row.fact for row in exclusions(DIABETES.exclusions, unaware)] == ["pregnancy"]
