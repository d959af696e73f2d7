"""What stops a prescriber's decision that has not taken effect: only what they could not know, and only for more."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.readings import Reading
from services.monitoring.domain.standing import Decision, against_decision
from shared.vocabulary import MedicineClass, Metric, PlanChangeKind

DECIDED = datetime(2026, 9, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def glucose(value: int, measured: timedelta, received: timedelta | None = None) -> Reading:
    at = DECIDED + measured
    came = DECIDED + (measured if received is None else received)
    return Reading(Metric.GLUCOSE_SMBG, Decimal(value), "mg/dL", at, came, "meter")


def decision(
    kind: str = "dose", before: int | None = 24, after: int | None = 32, of: MedicineClass = MedicineClass.BASAL_INSULIN
) -> Decision:
    doses = [None if dose is None else Decimal(dose) for dose in (before, after)]
    return Decision(PlanChangeKind(kind), of, doses[0], doses[1], DECIDED)


def codes(made: Decision, *readings: Reading, criticals: int = 0, deceased: bool = False) -> list[str]:
    return [each.code for each in against_decision(made, criticals=criticals, readings=readings, deceased=deceased)]


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        (glucose(69, HOUR), ["hypoglycaemia-lock"]),
        (glucose(70, HOUR), []),
        (glucose(69, -HOUR), []),
        (glucose(69, timedelta(0)), []),
        (glucose(69, -HOUR, HOUR), ["hypoglycaemia-lock"]),
    ],
)
def test_a_low_that_was_not_known_when_it_was_decided(reading: Reading, found: list[str]) -> None:
    assert codes(decision(), reading) == found


@pytest.mark.parametrize(
    ("made", "more"),
    [
        (decision(), True),
        (decision(after=24), False),
        (decision(after=20), False),
        (decision("start", None, 10), True),
        (decision("resume", 24, None), True),
        (decision("hold", 24, None), False),
        (decision("stop", 24, None), False),
    ],
)
def test_only_what_gives_more_is_held_up(made: Decision, more: bool) -> None:
    assert made.gives_more is more
    assert bool(codes(made, glucose(52, HOUR), criticals=1)) is more


def test_a_low_says_nothing_of_a_drug_that_lowers_no_glucose_and_death_stops_everything() -> None:
    statin = decision(of=MedicineClass.STATIN)
    assert codes(statin, glucose(52, HOUR)) == []
    assert codes(statin, criticals=1) == ["critical-alert-open"]
    assert codes(decision("stop", 24, None), deceased=True) == ["deceased"]


@given(st.lists(st.tuples(st.integers(40, 300), st.integers(-72, 72), st.integers(0, 48)), max_size=12))
def test_it_is_stopped_exactly_when_a_low_became_known_after_it(sent: list[tuple[int, int, int]]) -> None:
    readings = [glucose(value, HOUR * at, HOUR * (at + late)) for value, at, late in sent]
    unknown = any(value < 70 and at + late > 0 for value, at, late in sent)
    assert bool(codes(decision(), *readings)) is unknown
