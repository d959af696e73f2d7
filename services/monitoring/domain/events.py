"""One event seen under several protocols: alerts of one patient that rest on the same readings, or miss the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.bounds import rank
from services.monitoring.domain.findings import Finding
from services.monitoring.domain.readings import ReadingKey
from shared.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class Seen:
    """A live alert of a patient with the readings it rests on; ``missing``: the key of what did not come, else None."""

    alert_id: UUID
    enrollment_id: UUID
    severity: Severity
    began_at: datetime
    readings: frozenset[ReadingKey]
    missing: str | None = None


def rests_on(findings: Iterable[Finding]) -> frozenset[ReadingKey]:
    """Every reading in the evidence, also those that took part in the arithmetic."""
    return frozenset(key for each in findings for key in (each.reading, *each.partners))


def events(alerts: Iterable[Seen]) -> list[tuple[Seen, ...]]:
    """The alerts of one patient in events, the representative first: the most serious, then the earliest.

    Two alerts belong together when they are of different enrollments and share a reading, or when the same thing is
    missing in both; so do those that a third one joins. Two rules of one protocol remain two alerts, unless another
    protocol's alert joins them.
    """
    found: list[list[Seen]] = []
    for each in alerts:
        joined = [event for event in found if any(_same(each, other) for other in event)]
        found = [event for event in found if event not in joined]
        found.append([each, *(other for event in joined for other in event)])
    ordered = [tuple(sorted(event, key=_order)) for event in found]
    return sorted(ordered, key=lambda event: _order(event[0]))


def _same(one: Seen, other: Seen) -> bool:
    if one.enrollment_id == other.enrollment_id:
        return False
    return bool(one.readings & other.readings) or (one.missing is not None and one.missing == other.missing)


def _order(each: Seen) -> tuple[int, datetime, UUID]:
    return -rank(each.severity), each.began_at, each.alert_id
