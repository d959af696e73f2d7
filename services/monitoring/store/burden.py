"""What alerts cost: counted where they are, so that each figure is the length of a list of them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from services.monitoring.store import protocol_versions, wire
from shared.db.base import Session


class Counted(NamedTuple):
    """The alerts of one rule and version; ``dispositions`` are ``name=count`` joined by commas."""

    protocol: str
    protocol_version: str
    rule: str
    alerts: int
    patients: int
    minutes: float | None
    dispositions: str


_COUNTED = (
    "WITH a AS (SELECT *, coalesce(disposition, 'none') AS ended,"
    " extract(epoch FROM least(acknowledged_at, CASE WHEN state = 'resolved' THEN settled_at END) - opened_at) / 60"
    " AS minutes FROM alerts WHERE opened_at >= $1::timestamptz AND opened_at < $2::timestamptz)"
    " SELECT a.protocol, a.protocol_version, a.rule, count(*), count(DISTINCT a.patient_id),"
    " percentile_cont(0.5) WITHIN GROUP (ORDER BY a.minutes),"
    " (SELECT string_agg(d.ended || '=' || d.n, ',') FROM (SELECT b.ended, count(*) AS n FROM a b"
    "  WHERE (b.protocol, b.protocol_version, b.rule) = (a.protocol, a.protocol_version, a.rule) GROUP BY b.ended) d)"
    " FROM a GROUP BY a.protocol, a.protocol_version, a.rule ORDER BY count(*) DESC, a.rule"
)
_WEEKS = (
    "SELECT e.protocol, e.protocol_version, sum(extract(epoch FROM least(coalesce(e.ended_at, $2::timestamptz),"
    " $2::timestamptz) - greatest(e.activated_at, $1::timestamptz))) / 604800 FROM enrollments e"
    " WHERE e.activated_at < $2::timestamptz AND coalesce(e.ended_at, 'infinity') > $1::timestamptz"
    " GROUP BY e.protocol, e.protocol_version"
)


async def counted(tx: Session, start: datetime, end: datetime) -> Sequence[Counted]:
    """Per rule and version the alerts opened from ``start`` until before ``end``, most first."""
    rows = [Counted._make(row) for row in await wire.fetch(tx, _COUNTED, start, end)]
    await protocol_versions.bring(tx, rows)
    return rows


async def patient_weeks(tx: Session, start: datetime, end: datetime) -> dict[tuple[str, str], Decimal]:
    """By protocol and version the weeks of following within the period."""
    return {(row[0], row[1]): Decimal(row[2]) for row in await wire.fetch(tx, _WEEKS, start, end)}
