"""Circumstances of a patient in time: what is said of one from an instant on replaces what was said of it before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.monitoring.domain.watch import Span
from shared.kit.problems import Problem


class CircumstanceRefused(Problem):
    """It has not begun, ends before it begins, or is no nurse's to say."""

    code = "circumstance.refused"
    title = "This cannot be said of the patient"


def said(
    spans: Iterable[Span], fact: str, start: datetime, *, holds: bool, end: datetime | None = None
) -> tuple[Span, ...]:
    """The spans after it was said that ``fact`` holds, or not, from ``start`` until ``end``."""
    found = []
    for each in spans:
        if each.fact == fact and (each.end is None or each.end > start):
            if each.start is not None and each.start >= start:
                continue
            each = replace(each, end=start)
        found.append(each)
    return (*found, Span(fact, start, end)) if holds else tuple(found)


def in_force(spans: Iterable[Span], at: datetime) -> list[str]:
    """What holds at an instant."""
    return sorted({each.fact for each in spans if each.holds(at)})
