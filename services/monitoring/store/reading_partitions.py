"""Monthly partitions of readings; the functions are made by migrations and run with the owner's rights."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text

from shared.db.base import Session

_MAKE = text("SELECT make_reading_partitions(:first, :months)")


async def make(tx: Session, first: date, *, months: int) -> int:
    """Make the partitions of ``months`` months from that of ``first`` on which are not there yet."""
    made: int = (await tx.execute(_MAKE, {"first": first, "months": months})).scalar_one()
    return made


_MOST_LEFT = 20_000
"""More rows than these are not put back within a moment; such a month keeps its room."""
# Of 400 bytes a row, index and all, at least half can be given back. Vacuumed first: dead rows would take long to pass.
_ROOMY = text(
    "SELECT to_date(right(c.relname, 7), 'YYYY_MM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = 'readings'::regclass AND c.relname ~ '^readings_p_[0-9]{4}_[0-9]{2}$'"
    " AND to_date(right(c.relname, 7), 'YYYY_MM') < :before AND pg_stat_get_live_tuples(c.oid) <= :most"
    " AND pg_stat_get_dead_tuples(c.oid) <= 1000"
    " AND pg_total_relation_size(c.oid) > 1000000 + 800 * pg_stat_get_live_tuples(c.oid) ORDER BY 1"
)
_SHRINK = text("SELECT shrink_reading_partition(:month, :most)")


async def roomy(tx: Session, before: datetime) -> Sequence[date]:
    """Months that begin before an instant and take much more room than their rows need."""
    return (await tx.scalars(_ROOMY, {"before": before.date(), "most": _MOST_LEFT})).all()


async def shrink(tx: Session, month: date) -> int:
    """Give the room of a month's partition back; returns bytes, 0 where somebody holds the month or most rows stay."""
    given: int = (await tx.execute(_SHRINK, {"month": month, "most": _MOST_LEFT})).scalar_one()
    return given
