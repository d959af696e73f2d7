"""What merges moved, row by row, so that a merge can be undone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.contacts import ContactRow
from services.coordination.store.needs import NeedRow
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.preferences import CarePreferenceRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.stays import StayRow
from services.coordination.store.waitlists import WaitlistRow
from shared.db.base import INSTANT, OfOrganization, Session, organization

Standing = dict[tuple[str, UUID], dict[str, Any]]


class MergeRow(OfOrganization, Row):
    """One merge: ``patient_id`` ended, ``into_id`` went on. ``undone_at`` when it was taken back."""

    __tablename__ = "patient_merges"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    into_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    reason: Mapped[str] = mapped_column(Text)
    merged_at: Mapped[datetime] = mapped_column(INSTANT)
    merged_by: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(INSTANT)
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(
            "uq_patient_merges_standing", "organization_id", "patient_id", unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_patient_merges_patient", "organization_id", "patient_id", "id"),
        Index("ix_patient_merges_into", "organization_id", "into_id", "id"),
    )  # fmt: skip


class MergeMoveRow(OfOrganization, Row):
    """One record that a merge gave to another patient or changed; ``before`` is what it was."""

    __tablename__ = "patient_merge_moves"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("patient_merges.id"))
    noun: Mapped[str] = mapped_column(Text)
    record_id: Mapped[UUID]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (PrimaryKeyConstraint("merge_id", "noun", "record_id"),)


@dataclass(frozen=True, slots=True)
class Belonging:
    """A kind of record that belongs to a patient; ``columns`` are what a merge may change of it."""

    noun: str
    row: Any
    columns: tuple[str, ...]
    key: str = "id"


MOVED = (
    Belonging("need", NeedRow, ("patient_id", "state", "reasons")),
    Belonging("referral", ReferralRow, ("patient_id", "need_id")),
    Belonging("stay", StayRow, ("patient_id",)),
    Belonging("waitlist-entry", WaitlistRow, ("patient_id",)),
    Belonging("work", ObligationRow, ("patient_id",)),
    Belonging("wishes", CarePreferenceRow, ("patient_id", "version"), key="patient_id"),
    Belonging("patient", PatientRow, ("merged_into",)),
)
_RECORDED = {"contact": (ContactRow, ContactRow.recorded_at)} | {
    noun: (row, row.created_at) for noun, row in (("need", NeedRow), ("referral", ReferralRow), ("stay", StayRow))
}


async def standing(tx: Session, patients: Iterable[UUID]) -> Standing:
    """What belongs to some patients now, of all kinds that a merge moves; closed work is in it too."""
    listed, found = list(patients), {}
    for each in MOVED:
        of = each.row.merged_into if each.noun == "patient" else each.row.patient_id
        columns = [getattr(each.row, name) for name in (each.key, *each.columns)]
        query = select(*columns).where(each.row.organization_id == organization(tx), of.in_(listed))
        for values in await tx.execute(query):
            found[each.noun, values[0]] = dict(zip(each.columns, values[1:], strict=True))
    return found


async def remember(tx: Session, merge: MergeRow, moves: Standing) -> None:
    """Keep a merge and what each record it changed was before."""
    tx.add(merge)
    await tx.flush()
    rows = [
        {"organization_id": organization(tx), "merge_id": merge.id, "noun": noun, "record_id": record, "before": before}
        for (noun, record), before in moves.items()
    ]
    if rows:
        await tx.execute(insert(MergeMoveRow), rows)


async def of_patient(tx: Session, patient_id: UUID) -> MergeRow | None:
    """The merge that ended a record and stands, if it was remembered."""
    row = MergeRow
    mine = (row.organization_id == organization(tx)) & (row.patient_id == patient_id) & row.undone_at.is_(None)
    return await tx.scalar(select(row).where(mine))


async def later_into(tx: Session, merge: MergeRow) -> MergeRow | None:
    """A merge into the same record after this one that stands: its work may be joined with what this one moved."""
    row = MergeRow
    mine = (row.organization_id == organization(tx)) & (row.into_id == merge.into_id) & row.undone_at.is_(None)
    return await tx.scalar(select(row).where(mine, row.id > merge.id).order_by(row.id).limit(1))


async def moves_of(tx: Session, merge_id: UUID) -> Sequence[MergeMoveRow]:
    """What a merge changed."""
    row = MergeMoveRow
    query = select(row).where(row.organization_id == organization(tx), row.merge_id == merge_id)
    return (await tx.scalars(query.order_by(row.noun, row.record_id))).all()


async def recorded_since(tx: Session, patient_id: UUID, since: datetime) -> list[tuple[str, UUID]]:
    """What was newly recorded for a patient from an instant on: needs, referrals, stays and contacts."""
    found = []
    for noun, (row, at) in sorted(_RECORDED.items()):
        mine = (row.organization_id == organization(tx), row.patient_id == patient_id, at >= since)
        found += [(noun, each) for each in await tx.scalars(select(row.id).where(*mine).order_by(row.id))]
    return found
