"""Circumstances of a patient in time: what is said of one from an instant on replaces what was said of it before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from services.monitoring.domain.exclusions import UNDER_18
from services.monitoring.domain.metrics import CLOCK_TOLERANCE
from services.monitoring.domain.watch import Span
from shared.kit.calendar import Calendar
from shared.kit.problems import Problem


class CircumstanceRefused(Problem):
    """It has not begun, ends before it begins, or is no nurse's to say."""

    code = "circumstance.refused"
    title = "This cannot be said of the patient"


def check(
    fact: str, start: datetime, end: datetime | None, *, holds: bool, born: date, zone: str, now: datetime
) -> None:
    """Refuse what no nurse says, what has yet to begin or began before the birth, and an end that says nothing.

    ``born`` is a day on the patient's clock. Raises CircumstanceRefused.
    """
    if fact == UNDER_18:
        raise CircumstanceRefused("That follows from the date of birth: correct the patient.")
    if start > now + CLOCK_TOLERANCE:
        raise CircumstanceRefused("starts_at lies in the future. Record it when it has begun.")
    if start < Calendar(zone).start_of(born):
        raise CircumstanceRefused("starts_at lies before the patient was born. Check the year.")
    if end is not None and (end <= start or not holds):
        raise CircumstanceRefused("ends_at must lie after starts_at, and says nothing of what no longer holds.")


def of_age(born: date, zone: str) -> datetime:
    """The beginning of the eighteenth birthday on the patient's clock; after a leap day it is on the first of March."""
    month, day = (3, 1) if (born.month, born.day) == (2, 29) else (born.month, born.day)
    return Calendar(zone).start_of(date(born.year + 18, month, day))


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


def taken_over(facts: Iterable[str], others: Iterable[Span], at: datetime) -> tuple[Span, ...]:
    """The spans of an enrollment that begins: what holds for a time in others ends in this one too."""
    ends = {each.fact: each for each in others if each.end is not None and each.holds(at)}
    return tuple(ends.get(fact, Span(fact)) for fact in facts)


def in_force(spans: Iterable[Span], at: datetime) -> list[str]:
    """What holds at an instant."""
    return sorted({each.fact for each in spans if each.holds(at)})
