"""Which days of a sensor are summed up, and what of a report is kept to the last digit that counts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain import cgm
from services.monitoring.domain.cgm import Point
from services.monitoring.domain.cgm_summaries import LATE, due_after, ends, figures, start, told_by_others
from shared.vocabulary import CgmPopulation, Metric

ZONE = "America/New_York"
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)


def days(changed: datetime | None, begun: datetime = BEGUN, now: datetime = NOW) -> list[date]:
    return [day for day, _ in ends(now, ZONE, changed, begun)]


def test_today_alone_unless_data_came_late() -> None:
    assert ends(NOW, ZONE, None, BEGUN) == ((date(2026, 3, 20), datetime(2026, 3, 20, 4, tzinfo=UTC)),)
    assert days(datetime(2026, 3, 18, 12, tzinfo=UTC)) == [date(2026, 3, day) for day in (18, 19, 20)]
    assert days(datetime(2026, 1, 5, tzinfo=UTC))[0] == (NOW - LATE).date()
    assert days(datetime(2026, 3, 1, tzinfo=UTC), begun=datetime(2026, 3, 19, 12, tzinfo=UTC))[0] == date(2026, 3, 19)


def test_a_period_is_14_days_of_24_hours_where_the_clocks_change() -> None:
    ((_, end),) = ends(datetime(2026, 3, 10, 12, tzinfo=UTC), ZONE, None, BEGUN)
    assert end - start(end) == timedelta(days=14)
    assert due_after(datetime(2026, 3, 7, 12, tzinfo=UTC), ZONE) == datetime(2026, 3, 8, 9, tzinfo=UTC)


def test_what_others_told_counts_for_its_day_and_the_next() -> None:
    at = [datetime(2026, 3, 19, 3, tzinfo=UTC)]  # the 18th in New York
    told = [told_by_others(date(2026, 3, day), ZONE, at) for day in (17, 18, 19, 20)]
    assert told == [False, True, True, False]


@given(st.lists(st.sampled_from([50, 60, 120, 200, 300]), min_size=1, max_size=700))
def test_no_rounding_moves_a_sum_over_its_bound(values: list[int]) -> None:
    end = datetime(2026, 3, 20, 4, tzinfo=UTC)
    line = [Point(end - timedelta(minutes=5 * (i + 1)), Decimal(value), "mg/dL") for i, value in enumerate(values)]
    report = cgm.report(line, start(end), end, population=CgmPopulation.ADULT, zone=ZONE)
    assert report is not None
    kept = figures(report)
    for parts, exact in (
        ((Metric.CGM_TBR_1, Metric.CGM_TBR_2), sum(value < 70 for value in values)),
        ((Metric.CGM_TAR_1, Metric.CGM_TAR_2), sum(value > 180 for value in values)),
        ((Metric.CGM_TIR,), sum(70 <= value <= 180 for value in values)),
    ):
        total = sum((kept[part] for part in parts), Decimal(0))
        for bound in (1, 4, 5, 10, 25, 50, 70):
            whole = 100 * exact - bound * len(values)
            assert (total > bound, total == bound) == (whole > 0, whole == 0)
    assert Metric.CGM_GMI not in kept
