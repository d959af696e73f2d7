"""The evidence of an alert as JSON, so that an alert is read and written as one row."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.readings import ReadingKey
from shared.vocabulary import Metric, Severity

Kept = dict[str, Any]
"""A finding as JSON."""
_METRICS = {metric.value: metric for metric in Metric}
_SEVERITIES = {severity.value: severity for severity in Severity}


def to_json(findings: Sequence[Finding], before: Sequence[Finding], kept: Sequence[Kept]) -> list[Kept]:
    """Findings as plain values, instants in ISO 8601 with microseconds; those of ``before`` as they are ``kept``."""
    # By identity: an evaluation hands on what certainly stands, and hashing a mean costs as much as wording it.
    known = {id(each): there for each, there in zip(before, kept, strict=True)}
    keys: dict[ReadingKey, str] = {}
    return [known.get(id(each)) or _kept(each, keys) for each in findings]


def _kept(each: Finding, keys: dict[ReadingKey, str]) -> Kept:
    for key in (each.reading, *each.partners):
        if key not in keys:
            keys[key] = f"{key.observed_at.isoformat()} {key.metric.value} {key.source}"
    return {
        "rule": each.rule,
        "grade": each.grade,
        "severity": each.severity.value,
        "at": each.at.isoformat(),
        "known_at": each.known_at.isoformat(),
        "reading": keys[each.reading],
        "partners": [keys[partner] for partner in each.partners],
        "text": each.text,
        "source": each.source,
        "late": each.late,
        "value": None if each.value is None else f"{each.value:f}",
    }


def from_json(kept: Sequence[Kept]) -> tuple[Finding, ...]:
    """The same findings again, equal in every field."""
    return tuple(
        Finding(
            each["rule"],
            each["grade"],
            _SEVERITIES[each["severity"]],
            _instant(each["at"]),
            _instant(each["known_at"]),
            _reading_key(_name(each["reading"])),
            tuple([_reading_key(_name(partner)) for partner in each["partners"]]),
            each["text"],
            each["source"],
            each["late"],
            Decimal(value) if (value := each.get("value")) is not None else None,
        )
        for each in kept
    )


def _name(kept: str | list[str]) -> str:
    # What was stored before names were one text has their three parts.
    return kept if isinstance(kept, str) else " ".join(kept)


# The readings of a mean come again in every finding of its alert.
@lru_cache(maxsize=20_000)
def _reading_key(name: str) -> ReadingKey:
    observed_at, metric, source = name.split(" ", 2)
    return ReadingKey(_instant(observed_at), _METRICS[metric], source)


@lru_cache(maxsize=20_000)
def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
