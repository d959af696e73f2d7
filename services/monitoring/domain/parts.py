"""Rules within rules: what a part finds at a reading, and which values mean nothing to any of them."""

from collections.abc import Iterable

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.history import History, place
from services.monitoring.domain.readings import Reading
from services.monitoring.domain.rules import EVERYTHING, Band, Rule
from services.monitoring.domain.thresholds import Reported
from services.monitoring.domain.watch import Watch
from shared.vocabulary import Metric


def found_at(part: Rule, reading: Reading, past: History, watch: Watch) -> Finding | None:
    """What ``part`` finds at a reading of the history, on its own line."""
    if reading.metric not in part.metrics:
        return None
    if isinstance(part, Reported) and not reading.symptoms:
        return None
    own = past.line(part.metrics)
    return part.find(own, place(own, reading), past, watch)


def quiet_of(parts: Iterable[Rule], metric: Metric, unit: str) -> Band | None:
    """The values that are quiet for each of the parts; None when all may matter to one of them."""
    low, high = EVERYTHING
    for part in parts:
        band = part.quiet(metric, unit) if metric in part.metrics else EVERYTHING
        if band is None:
            return None
        low, high = max(low, band[0]), min(high, band[1])
    return low, high
