"""Organizations are known by the tokens they come with; jobs walk over them."""

from uuid import UUID

from sqlalchemy import select, text

from shared.db import kernel
from shared.db.base import Session, Sessions
from shared.db.session import EVERY, transaction

_MEET = text(
    "INSERT INTO organizations (id, simulated) VALUES (:id, :simulated) "
    "ON CONFLICT (id) DO UPDATE SET simulated = true WHERE excluded.simulated AND NOT organizations.simulated"
)


async def meet(tx: Session, organization_id: UUID, *, simulated: bool) -> None:
    """Remember an organization; one whose time was ever simulated stays marked so."""
    await tx.execute(_MEET, {"id": organization_id, "simulated": simulated})


async def due_for_jobs(sessions: Sessions, *, simulated: bool) -> list[UUID]:
    """The organizations whose clocks a job must look at: real ones, or the simulated ones."""
    table = kernel.organizations
    async with transaction(sessions, EVERY, read_only=True) as tx:
        found = await tx.scalars(select(table.c.id).where(table.c.simulated == simulated).order_by(table.c.id))
        return list(found)
