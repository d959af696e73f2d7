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
# An enrollment that was moved counts for each version as long as it was pinned to it.
_WEEKS = (
    "WITH m AS (SELECT a.enrollment_id, a.before AS version, a.at,"
    " lag(a.at) OVER (PARTITION BY a.enrollment_id ORDER BY a.seq) AS since FROM enrollment_acts a"
    " WHERE a.act = 'migrate'), pinned AS ("
    " SELECT e.protocol, m.version, greatest(m.since, e.activated_at) AS starts, m.at AS ends"
    " FROM enrollments e JOIN m ON m.enrollment_id = e.id WHERE e.activated_at IS NOT NULL"
    " UNION ALL SELECT e.protocol, e.protocol_version,"
    " greatest((SELECT max(m.at) FROM m WHERE m.enrollment_id = e.id), e.activated_at),"
    " coalesce(e.ended_at, 'infinity') FROM enrollments e WHERE e.activated_at IS NOT NULL)"
    " SELECT p.protocol, p.version, sum(extract(epoch FROM least(p.ends, $2::timestamptz)"
    " - greatest(p.starts, $1::timestamptz))) / 604800 FROM pinned p"
    " WHERE p.starts < $2::timestamptz AND p.ends > greatest(p.starts, $1::timestamptz)"
    " GROUP BY p.protocol, p.version"
)


async def counted(tx: Session, start: datetime, end: datetime) -> Sequence[Counted]:
    """Per rule and version the alerts opened from ``start`` until before ``end``, most first."""
    rows = [Counted._make(row) for row in await wire.fetch(tx, _COUNTED, start, end)]
    await protocol_versions.bring(tx, rows)
    return rows


async def patient_weeks(tx: Session, start: datetime, end: datetime) -> dict[tuple[str, str], Decimal]:
    """By protocol and version the weeks of following within the period."""
    return {(row[0], row[1]): Decimal(row[2]) for row in await wire.fetch(tx, _WEEKS, start, end)}
