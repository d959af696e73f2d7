"""Every rota an organization has set: what held in a month that is long over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, PrimaryKeyConstraint, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from services.monitoring.store.escalations import RotaRow
from shared.db.base import INSTANT, OfOrganization, Session


class RotaVersionRow(OfOrganization, Row):
    """A rota as it was sent, from ``at`` on until the next one; nothing changes it."""

    __tablename__ = "rota_versions"
    __table_args__ = (PrimaryKeyConstraint("organization_id", "version"),)

    version: Mapped[int] = mapped_column(Integer)
    kept: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(INSTANT)


def keep(tx: Session, rota: RotaRow) -> None:
    """Keep a rota as it holds from now on."""
    tx.add(
        RotaVersionRow(organization_id=rota.organization_id, version=rota.version, kept=rota.kept, at=rota.updated_at)
    )


async def every(tx: Session) -> Sequence[RotaVersionRow]:
    """The organization's rotas, oldest first."""
    return (await tx.scalars(select(RotaVersionRow).order_by(RotaVersionRow.version))).all()
