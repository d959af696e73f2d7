"""A finding: one rule met at one instant, with the arithmetic and the source, so that anyone can check it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from services.monitoring.domain.bounds import rank
from services.monitoring.domain.margins import comparable
from services.monitoring.domain.readings import Reading, ReadingKey
from shared.vocabulary import Severity

LATE = timedelta(hours=24)  # [default] §1.0.4: older than this on arrival informs, and pages nobody


class Finding(NamedTuple):
    """What a rule found at a reading.

    ``at`` is the instant of the event (for a recheck that did not come: when it was due), ``known_at`` when the last
    reading it rests on was received. ``late`` findings are capped at severity low. ``partners`` are the other
    readings in the arithmetic of ``text``. ``value`` is the reading's in the canonical unit, where a margin says how
    much worse is news; None also in what was stored before there were margins.
    """

    rule: str
    grade: str
    severity: Severity
    at: datetime
    known_at: datetime
    reading: ReadingKey
    partners: tuple[ReadingKey, ...]
    text: str
    source: str
    late: bool
    value: Decimal | None = None


def finding(
    rule: str,
    grade: str,
    severity: Severity,
    reading: Reading,
    *,
    text: str,
    source: str,
    partners: tuple[Reading, ...] = (),
    at: datetime | None = None,
) -> Finding:
    """A finding at ``reading``; received more than 24 h after the event it is capped at low."""
    known_at = reading.received_at
    for partner in partners:
        known_at = max(known_at, partner.received_at)
    late = known_at - reading.observed_at > LATE
    if late and rank(severity) > rank(Severity.LOW):
        severity = Severity.LOW
    return Finding(
        rule=rule,
        grade=grade,
        severity=severity,
        at=at or reading.observed_at,
        known_at=known_at,
        reading=reading.key,
        partners=tuple(partner.key for partner in partners),
        text=text,
        source=source,
        late=late,
        value=comparable(reading),
    )
