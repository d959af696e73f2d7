"""What patients said to what leaves the house; words are only added."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store import patients
from services.coordination.store.base import Row
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.reply_links import ReplyLinkRow
from shared.db.base import INSTANT, OfOrganization, Session, organization


class ConsentWordRow(OfOrganization, Row):
    """One word; ``recipient`` None: about everybody. Ids sort by when they were recorded."""

    __tablename__ = "consent_words"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    purpose: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)
    said_by: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(INSTANT)
    until: Mapped[datetime | None] = mapped_column(INSTANT)
    note: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)

    __table_args__ = (Index("ix_consent_words_patient", "organization_id", "patient_id", "id"),)


class ConsentRulesRow(Row):
    """For which purposes an organization asks consent; none without a row."""

    __tablename__ = "consent_rules"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    required: Mapped[list[str]] = mapped_column(ARRAY(Text))
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


async def words(
    tx: Session, patient_ids: Iterable[UUID], purpose: str | None = None
) -> dict[UUID, list[ConsentWordRow]]:
    """By patient everything they said, under whichever of their merged records, in the order it was recorded."""
    row = ConsentWordRow
    people = await patients.one_person(tx, patient_ids)
    records = {record for records in people.values() for record in records}
    query = select(row).where(row.organization_id == organization(tx), row.patient_id.in_(records))
    if purpose is not None:
        query = query.where(row.purpose == purpose)
    said = (await tx.scalars(query.order_by(row.id))).all()
    return {patient_id: [word for word in said if word.patient_id in of] for patient_id, of in people.items()}


async def rules(tx: Session) -> ConsentRulesRow | None:
    """What the organization asks consent for."""
    return await tx.scalar(select(ConsentRulesRow).where(ConsentRulesRow.organization_id == organization(tx)))


async def put_rules(tx: Session, required: list[str], *, before: int, now: datetime) -> bool:
    """Set them in place of version ``before`` (0: none yet); False when another stands there."""
    values: dict[str, Any] = {"version": before + 1, "required": required, "updated_at": now}
    new = insert(ConsentRulesRow).values(organization_id=organization(tx), **values)
    changed = new.on_conflict_do_update(
        index_elements=["organization_id"], set_=values, where=ConsentRulesRow.version == before
    )
    return (await tx.execute(changed.returning(ConsentRulesRow.version))).first() is not None


async def patients_sent_to(tx: Session, specialists: Iterable[UUID]) -> Sequence[tuple[UUID, UUID]]:
    """Each patient with each of these specialists to whom they were referred."""
    row = ReferralRow
    query = select(row.patient_id, row.specialist_id).where(
        row.organization_id == organization(tx), row.specialist_id.in_(list(specialists))
    )
    return [(found[0], found[1]) for found in (await tx.execute(query.distinct())).all()]


async def close_links(tx: Session, patient_id: UUID, specialist_id: UUID | None, why: str, now: datetime) -> None:
    """Close the open reply links of a patient: to one specialist, or to all."""
    row, sent = ReplyLinkRow, ReferralRow
    theirs = select(sent.id).where(sent.organization_id == organization(tx), sent.patient_id == patient_id)
    if specialist_id is not None:
        theirs = theirs.where(sent.specialist_id == specialist_id)
    standing = (row.organization_id == organization(tx), row.used_at.is_(None), row.revoked_at.is_(None))
    closing = update(row).where(*standing, row.referral_id.in_(theirs)).values(revoked_at=now, revoked_why=why)
    await tx.execute(closing.execution_options(synchronize_session=False))
