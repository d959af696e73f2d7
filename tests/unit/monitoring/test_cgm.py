"""The sensor report: shares, GMI, variation and when there is too little to say (clinical §1.2)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.cgm import CgmReport, Point, gmi_mmol_mol, gmi_percent, report
from services.monitoring.domain.cgm_profile import profile
from services.monitoring.domain.cgm_targets import TARGETS
from shared.vocabulary import CgmPopulation, Comparator

START = datetime(2026, 9, 1, 4, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)
FULL = 4_032


def made_of(
    *values: tuple[str, int], unit: str = "mg/dL", population: CgmPopulation = CgmPopulation.ADULT
) -> CgmReport:
    """A report over two weeks of readings every five minutes: so many of each value, then none."""
    line = [Decimal(value) for value, count in values for _ in range(count)]
    points = [Point(START + timedelta(minutes=5 * i), value, unit) for i, value in enumerate(line)]
    found = report(points, START, START + FORTNIGHT, population=population, zone="America/New_York")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("mean", "gmi"),
    [(100, "5.70"), (125, "6.30"), (150, "6.90"), (154, "6.99"), (175, "7.50"), (200, "8.09"), (250, "9.29")],
)
def test_gmi_as_published(mean: int, gmi: str) -> None:
    assert gmi_percent(Decimal(mean)).quantize(Decimal("0.01")) == Decimal(gmi)


def test_gmi_in_the_other_unit() -> None:
    assert gmi_mmol_mol(Decimal("8.0")) == Decimal("50.35696")


@pytest.mark.parametrize(
    ("value", "unit", "share"),
    [
        ("53", "mg/dL", "very_low"), ("54", "mg/dL", "low"), ("69", "mg/dL", "low"), ("70", "mg/dL", "in_range"),
        ("180", "mg/dL", "in_range"), ("181", "mg/dL", "high"), ("250", "mg/dL", "high"), ("251", "mg/dL", "very_high"),
        ("2.9", "mmol/L", "very_low"), ("3.0", "mmol/L", "low"), ("3.8", "mmol/L", "low"),
        ("3.9", "mmol/L", "in_range"), ("10.0", "mmol/L", "in_range"), ("10.1", "mmol/L", "high"),
        ("13.9", "mmol/L", "high"), ("14.0", "mmol/L", "very_high"),
    ],
)  # fmt: skip
def test_a_value_lies_in_its_range_in_the_unit_it_came_in(value: str, unit: str, share: str) -> None:
    found = made_of((value, 10), unit=unit)
    assert getattr(found, share).percent == 100
    others = {"very_low", "low", "in_range", "high", "very_high"} - {share}
    assert {getattr(found, other).readings for other in others} == {0}


def test_lo_is_very_low_and_hi_is_very_high() -> None:
    points = [
        Point(START, Decimal(40), "mg/dL", Comparator.LESS),
        Point(START + timedelta(minutes=5), Decimal(400), "mg/dL", Comparator.MORE),
    ]
    found = report(points, START, START + FORTNIGHT, population=CgmPopulation.ADULT, zone="UTC")
    assert found is not None
    assert (found.very_low.readings, found.very_high.readings, found.in_range.readings) == (1, 1, 0)


@pytest.mark.parametrize(("share", "met"), [("3.9999", True), ("4", False), ("4.0013", False)])
def test_the_consensus_is_strict(share: str, met: bool) -> None:
    assert TARGETS[CgmPopulation.ADULT]["below"].met(Decimal(share)) is met


def test_a_share_is_judged_before_it_is_rounded_for_reading() -> None:
    # 161.4 of 4,032 would be 4 %: 161 are 3.993 % and fit, 162 are 4.018 % and do not.
    assert made_of(("60", 161), ("100", FULL - 161)).below.met is True
    assert made_of(("60", 162), ("100", FULL - 162)).below.met is False


@pytest.mark.parametrize(
    ("population", "in_range", "below"),
    [
        (CgmPopulation.ADULT, True, False),
        (CgmPopulation.OLDER, True, False),
        (CgmPopulation.PREGNANCY, True, True),
    ],
)
def test_targets_are_those_of_the_population(population: CgmPopulation, in_range: bool, below: bool) -> None:
    found = made_of(("65", 5), ("120", 95), population=population)
    assert (found.in_range.met, found.below.met) == (in_range, below)


def test_older_patients_have_no_time_below_54_at_all() -> None:
    assert made_of(("53", 1), ("120", 9_999), population=CgmPopulation.OLDER).very_low.met is False
    assert made_of(("54", 1), ("120", 9_999), population=CgmPopulation.OLDER).very_low.met is True


def test_below_seventy_per_cent_active_is_insufficient_and_still_computed() -> None:
    least = -(-FULL * 7 // 10)
    enough, few = made_of(("120", least)), made_of(("120", least - 1))
    assert enough.insufficient == ()
    assert len(few.insufficient) == 1
    assert few.mean == 120


def test_less_than_a_fortnight_is_insufficient() -> None:
    points = [Point(START + timedelta(minutes=5 * i), Decimal(120), "mg/dL") for i in range(288 * 13)]
    found = report(points, START, START + timedelta(days=13), population=CgmPopulation.ADULT, zone="UTC")
    assert found is not None
    assert found.active == 100
    assert len(found.insufficient) == 1


def test_a_sensor_that_speaks_every_three_minutes_is_expected_to() -> None:
    points = [Point(START + timedelta(minutes=3 * i), Decimal(120), "mg/dL") for i in range(480)]
    found = report(points, START, START + timedelta(days=1), population=CgmPopulation.ADULT, zone="UTC")
    assert found is not None
    assert (found.every, found.expected) == (timedelta(minutes=3), 480)
    assert found.active == 100


def test_days_worn_are_the_patients_days() -> None:
    # 23:58 and 00:03 in New York are two days there and one in UTC.
    points = [
        Point(datetime(2026, 9, 2, 3, 58, tzinfo=UTC), Decimal(120), "mg/dL"),
        Point(datetime(2026, 9, 2, 4, 3, tzinfo=UTC), Decimal(120), "mg/dL"),
    ]
    days = {
        zone: report(points, START, START + FORTNIGHT, population=CgmPopulation.ADULT, zone=zone)
        for zone in ("America/New_York", "UTC")
    }
    assert {zone: found.days_worn for zone, found in days.items() if found} == {"America/New_York": 2, "UTC": 1}


def test_nothing_received_is_no_report() -> None:
    outside = [Point(START + FORTNIGHT, Decimal(120), "mg/dL")]
    assert report(outside, START, START + FORTNIGHT, population=CgmPopulation.ADULT, zone="UTC") is None


VALUES = st.lists(st.decimals(39, 401, places=1), min_size=1, max_size=60)


@given(VALUES, st.sampled_from(CgmPopulation), st.randoms())
def test_the_five_ranges_are_everything_in_any_order_and_twice(
    values: list[Decimal], population: CgmPopulation, chance: Random
) -> None:
    points = [Point(START + timedelta(minutes=5 * i), value, "mg/dL") for i, value in enumerate(values)]
    found = report(points, START, START + FORTNIGHT, population=population, zone="UTC")
    assert found is not None
    five = [getattr(found, name) for name in ("very_low", "low", "in_range", "high", "very_high")]
    assert sum(each.readings for each in five) == found.received == len(values)
    assert abs(sum(each.percent for each in five) - 100) < Decimal("0.000001")
    shuffled = [*points, *points]
    chance.shuffle(shuffled)
    assert report(shuffled, START, START + FORTNIGHT, population=population, zone="UTC") == found


def test_the_profile_lays_the_days_over_each_other_by_the_patients_hour() -> None:
    eights = [Point(START + timedelta(days=i, hours=4), Decimal(100 + 10 * i), "mg/dL") for i in range(5)]
    (hour,) = profile(eights, "America/New_York")
    assert (hour.hour, hour.readings) == (4, 5)
    assert hour.percentiles == (Decimal("102"), Decimal(110), Decimal(120), Decimal(130), Decimal("138"))
