"""Turns: what looks before it writes waits for others that are about to do the same."""

from sqlalchemy import func, select

from shared.db.base import Session, organization


async def take_turn(tx: Session, name: str) -> None:
    """Wait for any other transaction of this organization that took the turn of this name; it ends with ours.

    Take at most one in a transaction: two that are taken in different orders wait for each other.
    """
    turn = func.hashtextextended(f"{organization(tx)} {name}", 0)
    await tx.execute(select(func.pg_advisory_xact_lock(turn)))
