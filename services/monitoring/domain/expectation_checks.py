"""What no version may say of something that is expected: it could not be judged, or would never be found."""

from collections.abc import Callable, Iterator, Mapping, Set
from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.monitoring.domain.after_changes import AfterChange
from services.monitoring.domain.attendance import Conversation, Coverage
from services.monitoring.domain.education import Education
from services.monitoring.domain.kidney import KidneyTests
from services.monitoring.domain.silence import Examination, Expected, Stream
from shared.kit.metric_dictionary import MEASURES
from shared.vocabulary import Metric

_SHORTEST, _LONGEST = timedelta(hours=12), timedelta(days=30)
_MOST_MONTHS = 60


def wrong(expected: Expected, rules: Set[str]) -> Iterator[str]:
    """Each problem in a sentence; ``rules`` are the keys of the version's rules."""
    if not expected.tiers:
        yield "Name the tiers of which it is expected."
    for kind, check in _CHECKS.items():
        if isinstance(expected, kind):
            yield from check(expected, rules)
    if not expected.metrics and not isinstance(expected, Conversation):
        yield "Name the metrics that are expected."


def _stream(stream: Stream, rules: Set[str]) -> Iterator[str]:
    if not _SHORTEST <= stream.waits.low <= stream.waits.moderate <= _LONGEST:
        yield "Wait at least 12 hours for low, no longer than for moderate, and 30 days at most."
    if stream.by is not None and any(each % timedelta(days=1) for each in (stream.waits.low, stream.waits.moderate)):
        yield "What is judged at a time of the day waits for whole days."
    if unknown := sorted(stream.during - rules):
        yield f"The version has no rule {', '.join(unknown)}."
    if not timedelta(0) <= stream.lingers <= _LONGEST:
        yield "It lingers for 30 days at most."


def _examination(examination: Examination, _: Set[str]) -> Iterator[str]:
    months = (examination.months, examination.months_at_goal)
    calendar = not isinstance(examination, AfterChange)
    if calendar and not all(each is None or 1 <= each <= _MOST_MONTHS for each in months):
        yield f"It is due again after 1 to {_MOST_MONTHS} months."
    if not 1 <= examination.moderate_days <= 365:
        yield "It is moderate 1 to 365 days after it was due."
    if strange := sorted(
        set(examination.goal) - {unit for each in examination.metrics for unit in MEASURES[each].units}
    ):
        yield f"Nothing comes in {', '.join(strange)}."
    if examination.goal_key is not None and not examination.goal:
        yield "A goal of the patient's own stands in place of a goal: give its numbers."


def _kidney(tests: KidneyTests, _: Set[str]) -> Iterator[str]:
    if not {Metric.EGFR, Metric.UACR} <= set(tests.metrics):
        yield "The grid needs filtration and albumin."


def _after_change(tests: AfterChange, _: Set[str]) -> Iterator[str]:
    if not tests.groups or {each for group in tests.groups for each in group} != set(tests.metrics):
        yield "Each metric stands in one of the groups."
    for drug_class, checks in tests.checks.items():
        days = [day for check in checks for day in (check.opens, check.due)]
        if not checks or days != sorted(days) or not 1 <= days[0] <= days[-1] <= 400:
            yield f"List the checks of {drug_class} in order, from the first day after a change to the 400th."


def _education(education: Education, _: Set[str]) -> Iterator[str]:
    if not 1 <= education.within_days <= 365:
        yield "It is due within 1 to 365 days of a critical time."


def _coverage(sensor: Coverage, _: Set[str]) -> Iterator[str]:
    if not Decimal(1) <= sensor.least <= Decimal(100):
        yield "A sensor is active for 1 to 100 percent."
    if not timedelta(days=1) <= sensor.period <= timedelta(days=60):
        yield "It is looked at over 1 to 60 days."
    if not timedelta(minutes=1) <= sensor.every <= timedelta(minutes=15) or sensor.change > timedelta(days=1):
        yield "A sensor speaks every 1 to 15 minutes, and is changed within a day."


def _conversation(conversation: Conversation, _: Set[str]) -> Iterator[str]:
    if not 1 <= conversation.low_days <= conversation.moderate_days <= 30:
        yield "It is low after at least a day, no later than moderate, and after 30 days at most."


_CHECKS: Mapping[type[Expected], Callable[[Any, Set[str]], Iterator[str]]] = {
    Stream: _stream,
    Examination: _examination,
    KidneyTests: _kidney,
    AfterChange: _after_change,
    Education: _education,
    Coverage: _coverage,
    Conversation: _conversation,
}
