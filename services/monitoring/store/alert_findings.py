"""The evidence of an alert as JSON, so that an alert is read and written as one row."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.readings import ReadingKey
from shared.vocabulary import Metric, Severity

_METRICS = {metric.value: metric for metric in Metric}
_SEVERITIES = {severity.value: severity for severity in Severity}


def to_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as plain values; instants in ISO 8601 with microseconds."""
    return [
        {
            "rule": each.rule,
            "grade": each.grade,
            "severity": each.severity.value,
            "at": each.at.isoformat(),
            "known_at": each.known_at.isoformat(),
            "reading": _key(each.reading),
            "partners": [_key(partner) for partner in each.partners],
            "text": each.text,
            "source": each.source,
            "late": each.late,
            "value": None if each.value is None else f"{each.value:f}",
        }
        for each in findings
    ]


def from_json(kept: Sequence[dict[str, Any]]) -> tuple[Finding, ...]:
    """The same findings again, equal in every field."""
    return tuple(
        Finding(
            rule=each["rule"],
            grade=each["grade"],
            severity=_SEVERITIES[each["severity"]],
            at=_instant(each["at"]),
            known_at=_instant(each["known_at"]),
            reading=_reading_key(each["reading"]),
            partners=tuple(_reading_key(partner) for partner in each["partners"]),
            text=each["text"],
            source=each["source"],
            late=each["late"],
            value=Decimal(value) if (value := each.get("value")) is not None else None,
        )
        for each in kept
    )


def _key(key: ReadingKey) -> list[str]:
    return [key.observed_at.isoformat(), key.metric.value, key.source]


def _reading_key(parts: list[str]) -> ReadingKey:
    return ReadingKey(_instant(parts[0]), _METRICS[parts[1]], parts[2])


# The readings of a mean come again in every finding of its alert.
@lru_cache(maxsize=20_000)
def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
