"""Whether adjustments under standing orders are on: a history of acts, of which the last ones count."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session, organization
from shared.db.turns import take_turn


class ProtocolPathRow(OfOrganization, Row):
    """``enable`` asks, ``sign`` turns on, ``disable`` turns off."""

    __tablename__ = "protocol_path"
    __table_args__ = (Index("ix_protocol_path_organization_id", "organization_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    act: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT)
    reason: Mapped[str] = mapped_column(Text)


async def one_at_a_time(tx: Session) -> None:
    """Wait for any other transaction that switches this organization's path."""
    await take_turn(tx, "protocol-path")


async def history(tx: Session) -> Sequence[ProtocolPathRow]:
    """Everything done, oldest first."""
    return (await tx.scalars(select(ProtocolPathRow).order_by(ProtocolPathRow.seq))).all()


async def last(tx: Session) -> ProtocolPathRow | None:
    """What was done last."""
    return await tx.scalar(select(ProtocolPathRow).order_by(ProtocolPathRow.seq.desc()).limit(1))


def note(tx: Session, act: str, reason: str, *, by: str, at: datetime) -> None:
    """Add an act."""
    tx.add(ProtocolPathRow(organization_id=organization(tx), act=act, by=by, at=at, reason=reason))
