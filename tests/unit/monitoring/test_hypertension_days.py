"""Hypertension (clinical §1.6): repeat before alert, home averages, low pressures, standing, pregnancy."""

import pytest

from services.monitoring.domain.evaluation import notes
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.readings import Reading
from shared.vocabulary import Metric
from tests.support.bedside import a_patient, after, report, told
from tests.support.ward import Ward, local

HYPERTENSION = LATEST["hypertension"]
DAY = "2026-09-10 08:00"


def pair(systolic: int, diastolic: int, at: str, *context: str) -> tuple[Reading, Reading]:
    return (
        told(Metric.BP_SYSTOLIC, str(systolic), "mm[Hg]", at, *context),
        told(Metric.BP_DIASTOLIC, str(diastolic), "mm[Hg]", at, *context),
    )


def after_pairs(ward: Ward, *pairs: tuple[Reading, Reading]) -> dict[str, str]:
    return after(ward, *(each for both in pairs for each in both))


@pytest.mark.parametrize(
    ("systolic", "diastolic", "severe"), [(180, 119, False), (180, 120, False), (181, 80, True), (150, 121, True)]
)
def test_a_first_severe_value_asks_for_a_repeat_and_is_no_alert(systolic: int, diastolic: int, severe: bool) -> None:
    ward = a_patient("hypertension")
    both = pair(systolic, diastolic, DAY)
    assert after_pairs(ward, both) == {}
    noted = {each.rule for reading in both for each in notes(HYPERTENSION, ward.watch, reading)}
    assert noted == ({"BP-S-REPEAT"} if severe else set())
    assert bool(ward.expected) is severe


@pytest.mark.parametrize(
    ("second", "at", "fires"),
    [
        ((182, 96), "2026-09-10 08:01", True),
        ((182, 96), "2026-09-10 08:00:59", False),
        ((180, 120), "2026-09-10 08:05", False),
        ((150, 121), "2026-09-10 08:05", True),
        ((182, 96), "2026-09-11 08:00", True),
        ((182, 96), "2026-09-11 08:01", False),
    ],
)
def test_the_repeat_after_a_minute_decides(second: tuple[int, int], at: str, fires: bool) -> None:
    found = after_pairs(a_patient("hypertension"), pair(185, 100, DAY), pair(*second, at))
    assert found.get("BP-S") == ("high" if fires else None)


def test_a_repeat_that_does_not_come_is_asked_for() -> None:
    ward = a_patient("hypertension")
    after_pairs(ward, pair(185, 100, DAY))
    ward.sweep(local("2026-09-10 08:59"))
    assert ward.raised() == {}
    ward.sweep(local("2026-09-10 09:00"))
    assert ward.raised() == {"BP-S": "moderate"}
    assert ward.live("BP-S").findings[0].text == "185 mm[Hg], and not measured again within 1 h"
    # Measured in time after all, the device was only late to send it.
    for each in pair(150, 90, "2026-09-10 08:20"):
        ward.record(each, local("2026-09-10 10:00"))
    assert ward.raised() == {}


def test_a_calm_repeat_settles_it() -> None:
    ward = a_patient("hypertension")
    after_pairs(ward, pair(185, 100, DAY), pair(150, 90, "2026-09-10 08:06"))
    ward.sweep(local("2026-09-10 12:00"))
    assert ward.raised() == {}


@pytest.mark.parametrize(
    ("systolic", "at", "fires"),
    [(181, "2026-09-10 10:00", True), (181, "2026-09-10 10:01", False), (180, "2026-09-10 09:00", False)],
)
def test_with_signs_of_harm_nothing_waits(systolic: int, at: str, fires: bool) -> None:
    ward = a_patient("hypertension")
    ward.record(report(DAY, "vision-change"))
    assert after_pairs(ward, pair(systolic, 95, at)).get("BP-E") == ("critical" if fires else None)


WEEK = ("04", "05", "06", "07", "08", "09", "10")


@pytest.mark.parametrize(
    ("systolic", "diastolic", "severity"),
    [
        (129, 79, None),
        (130, 70, "low"),
        (120, 80, "low"),
        (149, 89, "low"),
        (150, 80, "moderate"),
        (140, 90, "moderate"),
    ],
)
def test_the_average_of_a_week(systolic: int, diastolic: int, severity: str | None) -> None:
    ward = a_patient("hypertension")
    days = [pair(systolic, diastolic, f"2026-09-{day} {hour}") for day in WEEK for hour in ("07:00", "19:00")]
    assert after_pairs(ward, *days) == ({"BP-AVG": severity} if severity else {})
    assert not ward.alerts or "provisional" not in ward.live("BP-AVG").findings[-1].text


def test_fewer_than_twelve_are_provisional_and_two_days_are_no_week() -> None:
    ward = a_patient("hypertension")
    for day in ("08", "09"):
        after_pairs(ward, pair(140, 70, f"2026-09-{day} 07:00"), pair(140, 70, f"2026-09-{day} 19:00"))
    assert ward.raised() == {}
    assert after_pairs(ward, pair(136, 70, "2026-09-10 07:00")) == {"BP-AVG": "low"}
    text = ward.live("BP-AVG").findings[0].text
    assert text == "mean of 5 values 139.2 mm[Hg] ≥ 130 mm[Hg]; provisional, fewer than 12"


def test_the_mean_decides_and_not_the_highest() -> None:
    ward = a_patient("hypertension")
    for day, value in zip(WEEK, (120, 150, 110, 150, 110, 150, 100), strict=True):
        after_pairs(ward, pair(value, 70, f"2026-09-{day} 07:00"))
    assert ward.raised().get("BP-AVG") is not None, "after the third high day the mean was 134"
    assert ward.live("BP-AVG").cleared_at == local("2026-09-10 07:00")


@pytest.mark.parametrize("context", ["office", "cuffless"])
def test_only_home_cuffs_make_the_home_average(context: str) -> None:
    days = [pair(145, 95, f"2026-09-{day} 07:00", context) for day in WEEK]
    assert after_pairs(a_patient("hypertension"), *days) == {}


@pytest.mark.parametrize(
    ("metric", "value", "severity"),
    [
        (Metric.BP_AVERAGE_SYSTOLIC, "129", None),
        (Metric.BP_AVERAGE_SYSTOLIC, "130", "low"),
        (Metric.BP_AVERAGE_SYSTOLIC, "150", "moderate"),
        (Metric.BP_AVERAGE_DIASTOLIC, "79", None),
        (Metric.BP_AVERAGE_DIASTOLIC, "80", "low"),
        (Metric.BP_AVERAGE_DIASTOLIC, "90", "moderate"),
    ],
)
def test_an_average_that_was_sent(metric: Metric, value: str, severity: str | None) -> None:
    found = after(a_patient("hypertension"), told(metric, value, "mm[Hg]", DAY))
    assert found.get("BP-AVG-SENT") == severity


@pytest.mark.parametrize(
    ("systolic", "named", "expected"),
    [
        ("90", (), {}),
        ("89", (), {"BP-LOW": "high"}),
        ("100", ("dizziness",), {}),
        ("99", ("dizziness",), {"BP-LOW-DIZZY": "high"}),
        ("99", (), {}),
    ],
)
def test_low_pressures(systolic: str, named: tuple[str, ...], expected: dict[str, str]) -> None:
    assert after(a_patient("hypertension"), told(Metric.BP_SYSTOLIC, systolic, "mm[Hg]", DAY, named=named)) == expected


@pytest.mark.parametrize(
    ("standing", "at", "fires"),
    [
        ((121, 71), "2026-09-10 08:03", False),
        ((120, 71), "2026-09-10 08:03", True),
        ((121, 70), "2026-09-10 08:03", True),
        ((120, 70), "2026-09-10 08:15", True),
        ((120, 70), "2026-09-10 08:16", False),
    ],
)
def test_a_fall_on_standing(standing: tuple[int, int], at: str, fires: bool) -> None:
    found = after_pairs(a_patient("hypertension"), pair(140, 80, DAY, "sitting"), pair(*standing, at, "standing"))
    assert found.get("BP-ORTHO") == ("moderate" if fires else None)


@pytest.mark.parametrize(
    ("first", "second", "at", "expected"),
    [
        ((139, 89), None, "", {}),
        ((140, 80), None, "", {"BP-P-HIGH": "high"}),
        ((120, 90), None, "", {"BP-P-HIGH": "high"}),
        ((160, 100), (160, 100), "2026-09-10 08:15", {"BP-P-HIGH": "high", "BP-P": "critical"}),
        ((160, 100), (160, 100), "2026-09-10 08:16", {"BP-P-HIGH": "high"}),
        ((150, 110), (150, 110), "2026-09-10 08:10", {"BP-P-HIGH": "high", "BP-P": "critical"}),
        ((159, 109), (159, 109), "2026-09-10 08:10", {"BP-P-HIGH": "high"}),
    ],
)
def test_pregnancy_and_post_partum(
    first: tuple[int, int], second: tuple[int, int] | None, at: str, expected: dict[str, str]
) -> None:
    for fact in ("pregnancy", "post-partum"):
        ward = a_patient("hypertension", fact)
        pairs = [pair(*first, DAY), *([pair(*second, at)] if second else [])]
        assert after_pairs(ward, *pairs) == expected


def test_a_severe_value_in_pregnancy_that_nobody_repeats() -> None:
    ward = a_patient("hypertension", "pregnancy")
    after_pairs(ward, pair(165, 100, DAY))
    ward.sweep(local("2026-09-10 08:14"))
    assert "BP-P" not in ward.raised()
    ward.sweep(local("2026-09-10 08:15"))
    assert ward.raised()["BP-P"] == "high"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("angio-oedema", {"ANGIO-OEDEMA": "critical"}),
        ("dry-cough", {"SIDE-EFFECT": "low"}),
        ("dizzy-standing", {"DIZZY-STANDING": "low"}),
        ("vision-change", {}),
    ],
)
def test_what_is_reported(named: str, expected: dict[str, str]) -> None:
    assert after(a_patient("hypertension"), report(DAY, named)) == expected


FIBRILLATION = "atrial-fibrillation"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (((200, 100), (190, 100)), {}),
        (((180, 100), (180, 100), (180, 100)), {}),
        (((180, 100), (180, 100), (181, 100)), {"BP-S-AF": "high"}),
        (((200, 100), (190, 100), (150, 100)), {}),
        (((200, 100), (190, 100), (151, 100)), {"BP-S-AF": "high"}),
        (((150, 120), (150, 120), (150, 120)), {}),
        (((150, 120), (150, 121), (150, 120)), {"BP-S-AF": "high"}),
        (((90, 60), (90, 60), (90, 60)), {}),
        (((90, 60), (89, 60), (90, 60)), {"BP-LOW-AF": "high"}),
        (((80, 60), (80, 60), (110, 60)), {}),
        (((80, 60), (80, 60), (109, 60)), {"BP-LOW-AF": "high"}),
    ],
)
def test_in_atrial_fibrillation_the_mean_of_three_decides(
    values: tuple[tuple[int, int], ...], expected: dict[str, str]
) -> None:
    ward = a_patient("hypertension", FIBRILLATION)
    pairs = [pair(*each, f"2026-09-10 08:{minute:02}") for minute, each in enumerate(values)]
    assert after_pairs(ward, *pairs) == expected
    # The calm third value that came first of all changes nothing.
    turned = a_patient("hypertension", FIBRILLATION)
    for both in reversed(pairs):
        for each in both:
            turned.record(each)
    assert turned.raised() == expected


def test_three_readings_belong_to_half_an_hour_and_are_asked_for() -> None:
    ward = a_patient("hypertension", FIBRILLATION)
    after_pairs(ward, pair(200, 100, DAY), pair(200, 100, "2026-09-10 08:10"), pair(200, 100, "2026-09-10 08:31"))
    assert ward.raised() == {}
    alone = a_patient("hypertension", FIBRILLATION)
    after_pairs(alone, pair(200, 100, DAY))
    alone.sweep(local("2026-09-10 08:59"))
    assert alone.raised() == {}
    alone.sweep(local("2026-09-10 09:00"))
    assert alone.raised() == {"BP-S-AF": "moderate"}
    assert alone.live("BP-S-AF").findings[0].text == "200 mm[Hg], and fewer than 3 values within 1 h"


def test_with_signs_of_harm_one_reading_is_enough_also_in_atrial_fibrillation() -> None:
    ward = a_patient("hypertension", FIBRILLATION)
    ward.record(report(DAY, "vision-change"))
    assert after_pairs(ward, pair(181, 95, DAY)).get("BP-E") == "critical"
    dizzy = a_patient("heart-failure", FIBRILLATION)
    low = told(Metric.BP_SYSTOLIC, "99", "mm[Hg]", DAY, named=["dizziness"])
    assert after(dizzy, low) == {"SBP-LOW-DIZZY": "high"}


def test_the_first_day_of_a_home_week_is_left_out_when_the_reading_says_so() -> None:
    days = [
        pair(145, 95, "2026-09-08 07:00", "first-day"),
        *(pair(145, 95, f"2026-09-{d} 07:00") for d in ("09", "10")),
    ]
    assert after_pairs(a_patient("hypertension"), *days) == {}
    assert after_pairs(a_patient("hypertension"), *days, pair(145, 95, "2026-09-11 07:00")) == {"BP-AVG": "moderate"}


@pytest.mark.parametrize(
    ("first", "others", "count", "severity"),
    [
        (180, 129, 3, None),
        (180, 130, 3, "low"),
        (100, 130, 3, "low"),
        (100, 129, 6, None),
        (100, 130, 6, "low"),
        (100, 130, 2, None),
        (180, 130, 2, "low"),
    ],
)
def test_the_first_day_counts_only_where_fewer_than_three_others_remain(
    first: int, others: int, count: int, severity: str | None
) -> None:
    week = [first, *[others] * count]
    days = [pair(value, 70, f"2026-09-{day} 07:00") for day, value in zip(WEEK, week, strict=False)]
    assert after_pairs(a_patient("hypertension"), *days) == ({"BP-AVG": severity} if severity else {})


def test_a_calm_value_that_comes_late_may_make_another_day_the_first() -> None:
    days = ["2026-09-05", "2026-09-06", "2026-09-07", "2026-09-08", "2026-09-09"]
    pairs = [pair(value, 70, f"{day} 07:00") for day, value in zip(days, (170, 100, 110, 129, 145), strict=True)]
    ward = a_patient("hypertension")
    assert after_pairs(ward, *pairs) == {}, "without the first day the mean is 121"
    late = [each._replace(received_at=local("2026-09-09 08:00")) for each in pair(100, 70, "2026-09-04 07:00")]
    assert after(ward, *late) == {"BP-AVG": "low"}, "then it is the 4th that is left out, and the mean is 131"
    assert after_pairs(a_patient("hypertension"), (late[0], late[1]), *pairs) == {"BP-AVG": "low"}, "in any order"


def test_a_week_of_which_two_days_are_high_is_above_goal_by_its_mean() -> None:
    ward = a_patient("hypertension")
    values = (126, 126, 126, 126, 126, 155, 155)
    pairs = [
        pair(value, 70, f"2026-09-{day} {hour}")
        for day, value in zip(WEEK, values, strict=True)
        for hour in ("07:00", "07:01", "19:00", "19:01")
    ]
    assert after_pairs(ward, *pairs) == {"BP-AVG": "low"}, "without the first day the mean is 135.7"
    calm = a_patient("hypertension")
    assert after_pairs(calm, *pairs[4:20], pair(155, 70, "2026-09-09 07:00")) == {}, (
        "one more at 155 is a mean of 127.7"
    )


def test_a_calm_day_that_comes_late_makes_the_third_with_data() -> None:
    ward = a_patient("hypertension")
    assert after_pairs(ward, pair(150, 70, "2026-09-09 07:00"), pair(150, 70, "2026-09-10 07:00")) == {}
    late = [each._replace(received_at=local("2026-09-10 08:00")) for each in pair(128, 70, "2026-09-08 07:00")]
    assert after(ward, *late) == {"BP-AVG": "low"}, "the mean of three days is 142.7"
