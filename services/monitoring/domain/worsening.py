"""Whether what was found since an alert was put off is worse than what was known then, though no more serious."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from services.monitoring.domain.changes import Change, FromBaseline, Jumped
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.margins import MARGINS
from services.monitoring.domain.repeats import Repeat
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.sustained import Sustained
from services.monitoring.domain.thresholds import Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric

_BY_VALUE = (Threshold, Repeat, Sustained, Change, FromBaseline, Jumped, Together)
"""Rules of which one value says how bad it is; means, counts and reports are no worse for a single value."""


def upward(rule: Rule | None) -> bool | None:
    """The direction in which values of a rule get worse; None where single values do not say."""
    return rule.upward if isinstance(rule, _BY_VALUE) else None


def worst(findings: Iterable[Finding], rising: bool) -> dict[Metric, Decimal]:
    """By metric the worst value found, in canonical units; what came late informs, and is left out."""
    found: dict[Metric, Decimal] = {}
    for each in findings:
        if each.value is not None and not each.late:
            known = found.setdefault(each.reading.metric, each.value)
            found[each.reading.metric] = max(known, each.value) if rising else min(known, each.value)
    return found


def worse(known: Mapping[Metric, Decimal], findings: Iterable[Finding], rising: bool) -> bool:
    """Whether a value is worse than the worst ``known`` by the margin of its metric."""
    now = worst(findings, rising)
    if rising:
        return any(metric in known and value - known[metric] >= MARGINS[metric].up for metric, value in now.items())
    return any(metric in known and known[metric] - value >= MARGINS[metric].down for metric, value in now.items())
