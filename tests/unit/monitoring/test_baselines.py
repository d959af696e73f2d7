"""A baseline is used from the instant it was set until it expires, whatever the clock says when it is asked for."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.baseline_validity import validity
from services.monitoring.domain.watch import Baseline, Watch
from shared.vocabulary import Metric

SET = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("metric", "born", "expires", "review"),
    [
        (Metric.PEF_BEST, date(1980, 1, 1), datetime(2027, 3, 1, 12, tzinfo=UTC), None),
        (Metric.PEF_BEST, date(2008, 3, 1), datetime(2027, 3, 1, 12, tzinfo=UTC), None),
        (Metric.PEF_BEST, date(2008, 3, 2), datetime(2026, 9, 1, 12, tzinfo=UTC), None),
        (Metric.SPO2, date(1950, 1, 1), datetime(2027, 3, 1, 12, tzinfo=UTC), None),
        (Metric.DRY_WEIGHT, date(1950, 1, 1), None, datetime(2026, 9, 1, 12, tzinfo=UTC)),
    ],
)
def test_how_long_it_holds(metric: Metric, born: date, expires: datetime | None, review: datetime | None) -> None:
    held = validity(metric, SET, born=born, on=SET.date())
    assert (held.expires_at, held.review_at) == (expires, review)


hours = st.integers(0, 100)


@given(st.lists(st.tuples(hours, st.one_of(st.none(), hours)), max_size=5, unique_by=lambda each: each[0]), hours)
def test_only_the_newest_counts_and_an_expired_one_hides_those_before_it(
    known: list[tuple[int, int | None]], at: int
) -> None:
    def when(hour: int) -> datetime:
        return SET + timedelta(hours=hour)

    baselines = tuple(
        Baseline(Metric.PEF_BEST, Decimal(400 + start), "L/min", when(start), None if end is None else when(end))
        for start, end in known
    )
    before = [each for each in known if each[0] <= at]
    newest = max(before, default=None)
    expected = None if newest is None or (newest[1] is not None and newest[1] <= at) else Decimal(400 + newest[0])
    for order in (baselines, baselines[::-1]):
        found = Watch("UTC", SET, baselines=order).baseline(Metric.PEF_BEST, when(at))
        assert (found.value if found else None) == expected


def test_the_instant_it_expires_it_is_no_longer_used() -> None:
    end = SET + timedelta(days=365)
    watch = Watch("UTC", SET, baselines=(Baseline(Metric.PEF_BEST, Decimal(420), "L/min", SET, end),))
    assert watch.baseline(Metric.PEF_BEST, end - MOMENT) is not None
    assert watch.baseline(Metric.PEF_BEST, end) is None
