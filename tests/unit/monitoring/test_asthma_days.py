"""Asthma (clinical §1.4): the zones of the personal best, what persists, scores, and use of the reliever."""

import pytest

from shared.vocabulary import Metric
from tests.support.bedside import a_patient, after, report, told
from tests.support.ward import local

BEST = "420 L/min"
DAY = "2026-09-10 07:00"


@pytest.mark.parametrize(
    ("value", "severity"),
    [("420", None), ("336", None), ("335", "moderate"), ("210", "moderate"), ("209", "critical")],
)
def test_zones_are_exact_shares_of_the_personal_best(value: str, severity: str | None) -> None:
    assert after(a_patient("asthma", pef_best=BEST), told(Metric.PEF, value, "L/min", DAY)).get("ZONE") == severity


def test_a_share_is_never_rounded() -> None:
    """79.99 % of 333 would be written 80 %."""
    ward = a_patient("asthma", pef_best="333 L/min")
    assert after(ward, told(Metric.PEF, "266.4", "L/min", DAY)) == {}
    assert after(ward, told(Metric.PEF, "266.39", "L/min", "2026-09-11 07:00")) == {"ZONE": "moderate"}
    text = ward.live("ZONE").findings[0].text
    assert text == "266.39 L/min < 266.4 L/min, 80 % of the patient's personal best (333)"


def test_without_a_personal_best_only_symptoms_speak() -> None:
    ward = a_patient("asthma")
    assert after(ward, told(Metric.PEF, "120", "L/min", DAY)) == {}
    assert after(ward, report("2026-09-10 08:00", "wheeze")) == {"SYM-YELLOW": "moderate"}


def test_a_child_has_zones_by_its_own_best() -> None:
    assert after(a_patient("asthma", "under-18", pef_best="200 L/min"), told(Metric.PEF, "159", "L/min", DAY)) == {
        "ZONE": "moderate"
    }


@pytest.mark.parametrize(
    ("second", "between", "fires"),
    [
        (("2026-09-11 07:00", "330"), None, True),
        (("2026-09-11 06:59", "330"), None, False),
        (("2026-09-11 07:00", "330"), ("2026-09-10 19:00", "340"), False),  # healed in between
        (("2026-09-11 07:00", "330"), ("2026-09-10 19:00", "300"), True),
        (("2026-09-13 07:00", "330"), None, True),
        (("2026-09-13 07:01", "330"), None, False),  # nobody knows what was between
        (("2026-09-11 07:00", "205"), None, True),  # worse is not better
    ],
)
def test_still_yellow_after_a_day(second: tuple[str, str], between: tuple[str, str] | None, fires: bool) -> None:
    ward = a_patient("asthma", pef_best=BEST)
    ward.record(told(Metric.PEF, "330", "L/min", DAY))
    for each in (between, second):
        if each is not None:
            ward.record(told(Metric.PEF, each[1], "L/min", each[0]))
    assert ward.raised().get("Z-Y24") == ("high" if fires else None)


def test_a_green_value_that_arrives_late_takes_the_persistence_back() -> None:
    ward = a_patient("asthma", pef_best=BEST)
    assert "Z-Y24" in after(
        ward, told(Metric.PEF, "330", "L/min", DAY), told(Metric.PEF, "330", "L/min", "2026-09-11 07:00")
    )
    ward.record(told(Metric.PEF, "350", "L/min", "2026-09-10 20:00"), local("2026-09-11 08:00"))
    assert "Z-Y24" not in ward.raised()


@pytest.mark.parametrize(
    ("facts", "evening", "fires"),
    [
        ((), "380", None),  # 100 × (420 − 380) ÷ 400 = 10 %: not above
        ((), "379", "Z-VAR"),
        (("under-18",), "379", None),
        (("under-18",), "368", "Z-VAR-CHILD"),  # 13.2 %
        (("under-18",), "370", None),  # 12.7 %
    ],
)
def test_variation_within_the_day(facts: tuple[str, ...], evening: str, fires: str | None) -> None:
    ward = a_patient("asthma", *facts, pef_best=BEST)
    for day in range(1, 8):
        before = ward.raised()
        assert not {"Z-VAR", "Z-VAR-CHILD"} & set(before), "seven days are needed"
        ward.record(told(Metric.PEF, "420", "L/min", f"2026-09-0{day} 07:00"))
        ward.record(told(Metric.PEF, evening, "L/min", f"2026-09-0{day} 19:00"))
    assert [rule for rule in ward.raised() if rule.startswith("Z-VAR")] == ([fires] if fires else [])


def test_variation_is_decided_at_the_second_value_of_a_day() -> None:
    ward = a_patient("asthma", pef_best=BEST)
    for day in range(1, 8):
        # Calm days, then days that vary: as the calm ones leave the two weeks, their mean rises by itself.
        ward.record(told(Metric.PEF, "420", "L/min", f"2026-09-0{day} 07:00"))
        ward.record(told(Metric.PEF, "419", "L/min", f"2026-09-0{day} 19:00"))
    for day in range(8, 15):
        ward.record(told(Metric.PEF, "420", "L/min", f"2026-09-{day:02} 07:00"))
        ward.record(told(Metric.PEF, "360", "L/min", f"2026-09-{day:02} 19:00"))
    for day in range(15, 19):
        ward.record(told(Metric.PEF, "420", "L/min", f"2026-09-{day} 07:00"))
    assert "Z-VAR" not in ward.raised(), "3 days of 0.2 and 7 of 15.4 % are 10.8 %, but each of the last has one value"
    ward.record(told(Metric.PEF, "360", "L/min", "2026-09-18 19:00"))
    assert "Z-VAR" in ward.raised()


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        (Metric.ACT, "20", {}),
        (Metric.ACT, "19", {"ACT": "low"}),
        (Metric.ACT, "16", {"ACT": "low"}),
        (Metric.ACT, "15", {"ACT": "moderate"}),
        (Metric.C_ACT, "20", {}),
        (Metric.C_ACT, "19", {"C-ACT": "moderate"}),
        (Metric.GINA4, "0", {}),
        (Metric.GINA4, "1", {"GINA-4": "low"}),
        (Metric.GINA4, "2", {"GINA-4": "low"}),
        (Metric.GINA4, "3", {"GINA-4": "moderate"}),
    ],
)
def test_scores(metric: Metric, value: str, expected: dict[str, str]) -> None:
    assert after(a_patient("asthma"), told(metric, value, "{score}", DAY)) == expected


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        ("25", "22", {"ACT-FALL"}),
        ("25", "23", set()),
        ("20", "19", {"ACT", "ACT-WORSE"}),
        ("19", "16", {"ACT", "ACT-FALL"}),
        ("16", "15", {"ACT", "ACT-WORSE"}),
        ("15", "16", {"ACT"}),
    ],
)
def test_control_worse_than_last_time(first: str, second: str, rules: set[str]) -> None:
    ward = a_patient("asthma")
    ward.record(told(Metric.ACT, first, "{score}", "2026-09-01 07:00"))
    assert set(after(ward, told(Metric.ACT, second, "{score}", "2026-10-01 07:00"))) == rules


def test_a_child_s_control_two_points_lower() -> None:
    ward = a_patient("asthma", "under-18")
    ward.record(told(Metric.C_ACT, "24", "{score}", "2026-09-01 07:00"))
    assert after(ward, told(Metric.C_ACT, "23", "{score}", "2026-09-08 07:00")) == {}
    assert after(ward, told(Metric.C_ACT, "21", "{score}", "2026-09-15 07:00")) == {"C-ACT-FALL": "low"}


@pytest.mark.parametrize(
    ("days", "fires"), [(("08", "09"), False), (("08", "09", "10"), True), (("03", "09", "10"), False)]
)
def test_the_reliever_on_more_than_two_days_of_a_week(days: tuple[str, ...], fires: bool) -> None:
    ward = a_patient("asthma")
    for day in days:
        ward.record(told(Metric.RELIEVER_USE, "2", "{puff}", f"2026-09-{day} 21:00"))
    ward.record(told(Metric.RELIEVER_USE, "0", "{puff}", "2026-09-10 22:00"))
    assert ward.raised() == ({"SABA": "low"} if fires else {})


@pytest.mark.parametrize(
    ("canisters", "severity"), [("2", None), ("3", "moderate"), ("11", "moderate"), ("12", "high")]
)
def test_canisters_in_a_year(canisters: str, severity: str | None) -> None:
    found = after(a_patient("asthma"), told(Metric.RELIEVER_CANISTERS, canisters, "{count}", DAY))
    assert found.get("SABA-CANISTERS") == severity


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("night-waking", {"SYM-YELLOW": "moderate"}),
        ("hard-to-talk", {"SYM-RED": "critical"}),
        ("blue-lips", {"SYM-RED": "critical"}),
        ("reliever-under-every-4-h", {"SYM-RED": "critical"}),
        ("steroid-course", {"EXAC": "high"}),
        ("ed-visit", {"EXAC": "high"}),
        ("itch", {}),
    ],
)
def test_what_is_reported(named: str, expected: dict[str, str]) -> None:
    assert after(a_patient("asthma"), report(DAY, named)) == expected
