"""Monthly partitions of readings; the function is made by the migration and runs with the owner's rights."""

from datetime import date

from sqlalchemy import text

from shared.db.base import Session

_MAKE = text("SELECT make_reading_partitions(:first, :months)")


async def make(tx: Session, first: date, *, months: int) -> int:
    """Make the partitions of ``months`` months from that of ``first`` on which are not there yet."""
    made: int = (await tx.execute(_MAKE, {"first": first, "months": months})).scalar_one()
    return made
