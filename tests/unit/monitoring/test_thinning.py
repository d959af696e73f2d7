"""A chart at any zoom shows every extreme."""

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.thinning import thinned

MINUTE = 60_000_000
START = 1_788_220_800_000_000
LINES = st.lists(st.tuples(st.integers(0, 3_000), st.floats(20, 600)), min_size=1, max_size=400)


def test_a_single_spike_among_ten_thousand_is_drawn() -> None:
    values = [120.0] * 10_000
    values[7_777], values[3_333] = 401.0, 39.0
    times = [START + 5 * MINUTE * i for i in range(len(values))]
    kept = thinned(times, values, 100)
    assert {7_777, 3_333, 0, 9_999} <= set(kept)
    assert len(kept) <= 100


@given(LINES, st.integers(4, 200))
def test_thinning_keeps_extremes_ends_and_order(line: list[tuple[int, float]], most: int) -> None:
    ordered = sorted(line)
    times = [START + MINUTE * minute for minute, _ in ordered]
    values = [value for _, value in ordered]
    kept = list(thinned(times, values, most))
    assert len(kept) <= most or len(values) <= most
    assert kept == sorted(set(kept))
    shown = [values[place] for place in kept]
    assert (min(shown), max(shown)) == (min(values), max(values))
    assert (kept[0], kept[-1]) == (0, len(values) - 1)


@given(LINES)
def test_what_fits_is_shown_whole(line: list[tuple[int, float]]) -> None:
    times = [START + MINUTE * minute for minute, _ in sorted(line)]
    assert list(thinned(times, [value for _, value in sorted(line)], max(4, len(line)))) == list(range(len(line)))
