"""The practice's own clock, one row an organization."""

from uuid import UUID

from sqlalchemy import Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import Changing, OfOrganization, Session, organization


class PracticeRow(OfOrganization, Changing, Row):
    """``time_zone`` is an IANA name."""

    __tablename__ = "practices"

    organization_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    time_zone: Mapped[str] = mapped_column(Text)
    starts_within_hours: Mapped[int | None]


async def find(tx: Session, *, lock: bool = False) -> PracticeRow | None:
    """The practice of this organization; None when nobody has described it."""
    return await tx.get(PracticeRow, organization(tx), with_for_update=lock)


async def zone(tx: Session, otherwise: str) -> str:
    """The practice's zone, or ``otherwise`` while it has not said one."""
    row = await find(tx)
    return row.time_zone if row is not None else otherwise
