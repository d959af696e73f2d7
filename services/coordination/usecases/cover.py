"""What somebody may do with the work of those they cover for."""

from datetime import datetime

from services.coordination.store import absences
from services.coordination.store.obligations import ObligationRow
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Role


async def covers(tx: Session, row: ObligationRow, actor: Actor, now: datetime) -> bool:
    """Whether the work is that of somebody away whom the caller covers for now."""
    return row.owner is not None and row.owner in await absences.covered(tx, actor.person, now)


async def overrules(tx: Session, row: ObligationRow, actor: Actor, now: datetime) -> bool:
    """Whether the caller may give away what its owner has."""
    return supervises(actor) or await covers(tx, row, actor, now)


def supervises(actor: Actor) -> bool:
    """Whether the caller may do so with anybody's work."""
    return Role.SUPERVISOR in actor.roles
