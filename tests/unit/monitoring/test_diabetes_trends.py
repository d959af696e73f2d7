"""Diabetes (clinical §1.2): events of the sensor, its report, overnight falls, basal dose, and what is reported."""

from datetime import timedelta

import pytest

from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.trends import trends
from shared.vocabulary import Metric, NeedKind
from tests.support.bedside import a_patient, after, report, told
from tests.support.ward import Ward, a_reading, local

START = local("2026-09-10 03:00")
DAY = "2026-09-10 07:00"


def sensor(ward: Ward, *values: tuple[int, str]) -> Ward:
    """Values of the sensor by the minute."""
    for minute, value in values:
        ward.record(a_reading(Metric.GLUCOSE_CGM, value, "mg/dL", START + timedelta(minutes=minute)))
    return ward


def every_5(value: str, first: int, last: int) -> list[tuple[int, str]]:
    return [(minute, value) for minute in range(first, last + 1, 5)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (every_5("69", 0, 10), {}),
        (every_5("69", 0, 15), {"HYPO-CGM": "moderate"}),
        (every_5("70", 0, 30), {}),
        (every_5("54", 0, 15), {"HYPO-CGM": "moderate"}),
        (every_5("53", 0, 15), {"HYPO-CGM": "high"}),
        ([(0, "69"), (5, "69"), (10, "70"), (15, "69")], {}),
        ([(0, "69"), (15, "69")], {"HYPO-CGM": "moderate"}),
        ([(0, "69"), (16, "69")], {}),  # nobody knows what was between
        (every_5("69", 0, 120), {"HYPO-CGM": "moderate"}),
        (every_5("69", 0, 125), {"HYPO-CGM": "high"}),  # prolonged
        (every_5("53", 0, 125), {"HYPO-CGM": "critical"}),
    ],
)
def test_an_event_of_the_sensor(values: list[tuple[int, str]], expected: dict[str, str]) -> None:
    assert sensor(a_patient("diabetes"), *values).raised() == expected


def test_an_event_ends_after_15_minutes_at_or_above_70() -> None:
    ward = sensor(a_patient("diabetes"), *every_5("65", 0, 15), *every_5("70", 20, 30))
    assert ward.live("HYPO-CGM").cleared_at is None
    sensor(ward, (35, "70"))
    assert ward.live("HYPO-CGM").cleared_at == START + timedelta(minutes=35)


def test_a_short_recovery_does_not_end_a_prolonged_event() -> None:
    low = every_5("65", 0, 55)
    assert sensor(a_patient("diabetes"), *low, *every_5("72", 60, 70), *every_5("65", 75, 125)).raised() == {
        "HYPO-CGM": "high"
    }
    assert sensor(a_patient("diabetes"), *low, *every_5("72", 60, 75), *every_5("65", 80, 125)).raised() == {
        "HYPO-CGM": "moderate"
    }


REPORTS = [
    ((), {Metric.CGM_TIR: "70"}, {"TIR": "low"}),
    ((), {Metric.CGM_TIR: "70.1"}, {}),
    (("frail",), {Metric.CGM_TIR: "50.1"}, {}),
    (("frail",), {Metric.CGM_TIR: "50"}, {"TIR-OLDER": "low"}),
    ((), {Metric.CGM_TBR_1: "3.5", Metric.CGM_TBR_2: "0.5"}, {"TBR": "moderate"}),
    ((), {Metric.CGM_TBR_1: "3.5", Metric.CGM_TBR_2: "0.4999"}, {}),
    ((), {Metric.CGM_TBR_1: "3.0013", Metric.CGM_TBR_2: "0.9999"}, {"TBR": "moderate"}),
    ((), {Metric.CGM_TBR_1: "5"}, {}),  # a sum needs both
    (("hospice",), {Metric.CGM_TBR_1: "1", Metric.CGM_TBR_2: "0"}, {"TBR-OLDER": "moderate"}),
    (("hospice",), {Metric.CGM_TBR_1: "0.9", Metric.CGM_TBR_2: "0"}, {}),
    ((), {Metric.CGM_TBR_2: "1"}, {"TBR-54": "moderate"}),
    ((), {Metric.CGM_TBR_2: "0.9"}, {}),
    ((), {Metric.CGM_TAR_1: "21", Metric.CGM_TAR_2: "4"}, {"TAR": "low"}),
    ((), {Metric.CGM_TAR_1: "20.9", Metric.CGM_TAR_2: "4"}, {}),
    ((), {Metric.CGM_TAR_2: "5"}, {"TAR-250": "low"}),
    ((), {Metric.CGM_TAR_2: "4.9"}, {}),
    (("dementia",), {Metric.CGM_TAR_2: "9.9"}, {}),
    (("dementia",), {Metric.CGM_TAR_2: "10"}, {"TAR-250-OLDER": "low"}),
    ((), {Metric.CGM_CV: "36"}, {}),
    ((), {Metric.CGM_CV: "36.1"}, {"CV": "low"}),
]


@pytest.mark.parametrize(("facts", "shares", "expected"), REPORTS)
def test_the_sensor_s_report(facts: tuple[str, ...], shares: dict[Metric, str], expected: dict[str, str]) -> None:
    for active, found in (("70", expected), ("69.9", {})):
        ward = a_patient("diabetes", *facts)
        for metric, value in {**shares, Metric.CGM_ACTIVE: active}.items():
            ward.record(told(metric, value, "%", DAY))
        assert ward.raised() == found, "below 70 % active nothing opens"


@pytest.mark.parametrize(
    ("bedtime", "fasting", "unit", "fires"),
    [
        ("180", "131", "mg/dL", False),
        ("180", "130", "mg/dL", True),
        ("10.0", "7.3", "mmol/L", False),
        ("10.0", "7.2", "mmol/L", True),
    ],
)
def test_a_fall_overnight(bedtime: str, fasting: str, unit: str, fires: bool) -> None:
    night = told(Metric.GLUCOSE_SMBG, bedtime, unit, "2026-09-09 22:00", "bedtime")
    for morning in (
        told(Metric.GLUCOSE_FASTING, fasting, unit, DAY),
        told(Metric.GLUCOSE_SMBG, fasting, unit, DAY, "fasting"),
    ):
        assert after(a_patient("diabetes"), night, morning) == ({"OVERNIGHT-FALL": "low"} if fires else {})
    assert after(a_patient("diabetes"), night, told(Metric.GLUCOSE_SMBG, fasting, unit, DAY)) == {}


@pytest.mark.parametrize(
    ("weight", "units", "fires"),
    [
        ("90.0 kg", "45", False),
        ("90.0 kg", "45.1", True),
        ("200 [lb_av]", "45.3", False),
        ("200 [lb_av]", "45.4", True),
    ],
)
def test_the_basal_dose_by_weight(weight: str, units: str, fires: bool) -> None:
    found = after(a_patient("diabetes", body_weight=weight), told(Metric.BASAL_INSULIN, units, "[iU]/d", DAY))
    assert found == ({"BASAL-DOSE": "low"} if fires else {})


@pytest.mark.parametrize(
    ("facts", "named", "expected"),
    [
        ((), "vomiting-over-4-h", {"VOMITING": "high"}),
        ((), "cannot-keep-fluids", {"VOMITING": "high"}),
        ((), "nausea", {}),
        (("sglt2i",), "nausea", {"DKA-SGLT2": "high"}),
        ((), "foot-ulcer", {"FOOT": "high"}),
        ((), "foot-cut", {"FOOT-CUT": "low"}),
        ((), "steroid-course", {"STEROIDS": "low"}),
        ((), "eating-less", {"SICK-DAY": "low"}),
        ((), "night-hypoglycaemia", {"UNAWARE": "moderate"}),
        ((), "insulin-under-7-days", {"SUPPLIES": "low"}),
    ],
)
def test_what_is_reported(facts: tuple[str, ...], named: str, expected: dict[str, str]) -> None:
    assert after(a_patient("diabetes", *facts), report(DAY, named)) == expected


def test_supplies_running_out_ask_for_the_need_though_the_alert_is_low() -> None:
    ward = a_patient("diabetes")
    after(ward, report(DAY, "insulin-under-7-days"))
    (opened,) = ward.log
    assert opened.opens_need is NeedKind.SUPPLIES  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("values", "unit", "found"),
    [
        (("131", "131", "131"), "mg/dL", True),
        (("131", "131", "130"), "mg/dL", False),  # the third day does not reach it
        (("7.3", "7.3", "7.3"), "mmol/L", True),
        (("7.3", "7.3", "7.2"), "mmol/L", False),
        (("162", "158", "165"), "mg/dL", True),
        (("160", "128", "165"), "mg/dL", True),  # a day below the target counts by its value
        (("120", "125", "140"), "mg/dL", False),
    ],
)
@pytest.mark.parametrize(("low", "forbids"), [(None, False), ("80", False), ("79", True)])
def test_three_fasting_days_above_target_are_a_trend_and_no_alert(
    values: tuple[str, ...], unit: str, found: bool, low: str | None, forbids: bool
) -> None:
    mornings = [told(Metric.GLUCOSE_FASTING, each, unit, f"2026-09-{8 + i:02} 07:00") for i, each in enumerate(values)]
    if low is not None:
        mornings.append(told(Metric.GLUCOSE_SMBG, low, "mg/dL", "2026-09-09 15:00"))
    ward = a_patient("diabetes")
    assert after(ward, *mornings) == {}
    noted = trends(LATEST["diabetes"], ward.watch, mornings, since=local("2026-09-10 00:00"))
    assert ("FASTING-MEAN" in {each.rule for each in noted}) is (found and not forbids)
