"""What is reported in heart failure (clinical §1.3, §1.12): zones, pillows with a weight gain, shocks."""

import pytest

from shared.vocabulary import Metric
from tests.support.bedside import a_patient, after, report, told
from tests.support.ward import a_weight

DAY = "2026-09-11 07:00"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("swelling", {"SYM-YELLOW": "moderate"}),
        ("extra-pillows", {"SYM-YELLOW": "moderate"}),
        ("night-dyspnoea", {"SYM-YELLOW": "moderate"}),
        ("cannot-lie-flat", {"SYM-RED": "critical"}),
        ("icd-shock", {"ICD-SHOCK": "high"}),
        ("icd-shocks-within-24-h", {"ICD-SHOCKS": "critical"}),
        ("itch", {}),
    ],
)
def test_zones(named: str, expected: dict[str, str]) -> None:
    assert after(a_patient("heart-failure"), report(DAY, named)) == expected


@pytest.mark.parametrize(
    ("kilograms", "reported", "fires"),
    [
        ("81.9", "2026-09-10 07:00", True),
        ("81.8", "2026-09-10 07:00", False),
        ("81.9", "2026-09-10 06:59", False),
        ("81.9", "2026-09-11 20:00", True),
    ],
)
def test_more_pillows_with_a_gain_are_high(kilograms: str, reported: str, fires: bool) -> None:
    found = after(
        a_patient("heart-failure"),
        a_weight("81.0", "2026-09-10 05:00"),
        report(reported, "extra-pillows"),
        a_weight(kilograms, DAY),
    )
    assert found.get("W24-PILLOWS") == ("high" if fires else None)


@pytest.mark.parametrize(("second", "fires"), [("2026-09-12 07:00", True), ("2026-09-12 07:01", False)])
def test_a_second_shock_within_a_day(second: str, fires: bool) -> None:
    found = after(a_patient("heart-failure"), report(DAY, "icd-shock"), report(second, "icd-shock"))
    assert found.get("ICD-SHOCK-AGAIN") == ("critical" if fires else None)


def test_a_first_severe_pressure_asks_for_a_repeat_here_too() -> None:
    ward = a_patient("heart-failure")
    severe = told(Metric.BP_SYSTOLIC, "185", "mm[Hg]", DAY)
    assert "BP-S" not in after(ward, severe)
    assert [each.rule for each in ward.expected] == ["BP-S"]
