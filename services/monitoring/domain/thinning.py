"""Fewer points for a chart that still show every extreme: per stretch of time the first, lowest, highest and last."""

from bisect import bisect_left
from collections.abc import Sequence

_PER_STRETCH = 4


def thinned(times: Sequence[int], values: Sequence[float], most: int) -> Sequence[int]:
    """The places of at most ``most`` (4 or more) points in time order; all of them where there are no more than that.

    ``times``, in microseconds, ascend. Each of ``most // 4`` stretches of equal length keeps its first, lowest, highest
    and last value, so that a spike of a single reading is drawn at any zoom.
    """
    if len(times) <= most:
        return range(len(times))
    stretches = most // _PER_STRETCH
    first, whole = times[0], times[-1] - times[0]
    kept: list[int] = []
    start = 0
    for number in range(1, stretches + 1):
        stop = len(times) if number == stretches else bisect_left(times, first + whole * number // stretches, lo=start)
        if stop > start:
            place = range(start, stop)
            kept += sorted({start, min(place, key=values.__getitem__), max(place, key=values.__getitem__), stop - 1})
        start = stop
    return kept
