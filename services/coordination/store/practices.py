"""Which site cares for a patient: by its calendar work for them is counted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Select, Uuid, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from services.coordination.store.patients import PatientRow
from services.coordination.store.sites import SiteRow
from shared.db.base import INSTANT, OfOrganization, Session, organization

_KEPT = "practice"


class PracticeRow(OfOrganization, Row):
    """The site that cares for a patient; ``site_id`` None: none any more."""

    __tablename__ = "practices"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"), primary_key=True)
    version: Mapped[int]
    site_id: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(INSTANT)

    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "site_id"], ["sites.organization_id", "sites.id"], name="fk_practices_site"
        ),
    )


async def of_patient(tx: Session, patient_id: UUID) -> PracticeRow | None:
    """What was said of a patient's site, if anything was."""
    return await tx.get(PracticeRow, patient_id, populate_existing=True)


async def site_of(tx: Session, patient_id: UUID) -> SiteRow | None:
    """The site that cares for a patient, read once a transaction; else that of a record merged into theirs."""
    kept: dict[UUID, SiteRow | None] = tx.info.setdefault(_KEPT, {})
    if patient_id not in kept:
        kept[patient_id] = await tx.scalar(site_query(tx, patient_id))
    return kept[patient_id]


def site_query(tx: Session, patient_id: UUID) -> Select[SiteRow]:
    """The statement of :func:`site_of`, which a test explains."""
    # One list, not a condition or another: only so is it looked up, and not read through.
    records = union_all(
        select(literal(patient_id, Uuid)), select(PatientRow.id).where(PatientRow.merged_into == patient_id)
    )
    of_site = (PracticeRow.site_id == SiteRow.id) & (PracticeRow.organization_id == SiteRow.organization_id)
    # An own word that there is none any more counts before what a merged record says.
    own_first = (PracticeRow.patient_id == patient_id).desc()
    return (
        select(SiteRow)
        .select_from(PracticeRow)
        .outerjoin(SiteRow, of_site)
        .where(PracticeRow.organization_id == organization(tx), PracticeRow.patient_id.in_(records))
        .order_by(own_first, PracticeRow.patient_id)
        .limit(1)
    )


async def put(tx: Session, patient_id: UUID, site_id: UUID | None, *, version: int, now: datetime) -> None:
    """Say which site cares for a patient."""
    values = {"version": version, "site_id": site_id, "updated_at": now}
    new = insert(PracticeRow).values(organization_id=organization(tx), patient_id=patient_id, **values)
    await tx.execute(new.on_conflict_do_update(index_elements=["patient_id"], set_=values))
    tx.info.pop(_KEPT, None)
