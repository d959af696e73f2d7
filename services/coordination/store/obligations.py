"""Obligations: one row per piece of work that somebody owes a patient, in the order of the worklist.

The order is a column (:func:`~services.coordination.domain.worklist.rank_key`) that no clock moves, and the
partial indexes begin with the organization, so that a page is one index scan in spite of row-level security.
What the list is filtered by is kept with the row and in the indexes: see :mod:`services.coordination.store.worklist`.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FetchedValue,
    Index,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.domain.referral_clocks import REMINDER
from services.coordination.domain.worklist import rank_key
from services.coordination.store.base import Row
from services.coordination.store.work_facets import UNKNOWN, Facets
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.kit.ids import new_id
from shared.kit.problems import NotFound
from shared.vocabulary import Priority

_OPEN = text("closed_at IS NULL")
WHAT = ("kind", "facility", "payer", "language", "team", "priority", "stage", "role")
WHO = ("language", "payer", "team", "role", "priority", "interpreter_needed")
HOW = ("pathways", "stage", "priority", "role", "interpreter_needed", "source", "title")
COVERED = (
    "priority", "stage", "source", "kind", "role", "payer", "language", "interpreter_needed", "facility", "pathways",
    "title", "owner", "team", "due_at",
)  # fmt: skip
_COVERING: dict[str, Any] = {"postgresql_where": _OPEN, "postgresql_include": COVERED}
Source = Literal["need", "referral", "contact", "stay"]


class ObligationRow(OfOrganization, Changing, Row):
    """``stage`` is the step of the source that waits; a source has at most one row per step.

    ``changed`` is the number of the transaction that wrote the row last, set by a trigger: whoever follows the
    worklist live asks by it.
    """

    __tablename__ = "obligations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[UUID]
    stage: Mapped[str] = mapped_column(Text)
    patient_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    pathways: Mapped[str] = mapped_column(Text, server_default="")
    payer: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    interpreter_needed: Mapped[bool] = mapped_column(server_default=text("false"))
    facility: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    on_call: Mapped[str | None] = mapped_column(Text)
    rank_key: Mapped[datetime] = mapped_column(INSTANT)
    owner: Mapped[str | None] = mapped_column(Text)
    team: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    changed: Mapped[int] = mapped_column(
        BigInteger, server_default=text("0"), server_onupdate=FetchedValue(), deferred=True
    )

    __table_args__ = (
        UniqueConstraint("organization_id", "source_id", "stage", "source"),
        # Read in order, with what is filtered by beside the order: thousands of rows are passed over in the index.
        Index("ix_obligations_rank", "organization_id", "rank_key", "id", **_COVERING),
        Index("ix_obligations_team", "organization_id", "team", "rank_key", "id", **_COVERING),
        Index("ix_obligations_owner", "organization_id", "owner", "rank_key", "id", postgresql_where=_OPEN),
        Index("ix_obligations_patient", "organization_id", "patient_id", "rank_key", "id", postgresql_where=_OPEN),
        # For what few rows fit: any of these columns, the missing ones skipped over (PostgreSQL 18).
        Index("ix_obligations_what", "organization_id", *WHAT, postgresql_where=_OPEN),
        Index("ix_obligations_who", "organization_id", *WHO, postgresql_where=_OPEN),
        Index("ix_obligations_how", "organization_id", *HOW, postgresql_where=_OPEN),
        Index(
            "ix_obligations_on_call",
            "organization_id",
            "rank_key",
            "id",
            postgresql_where=text("closed_at IS NULL AND on_call IS NOT NULL"),
        ),
        Index("ix_obligations_changed", "organization_id", "changed"),
    )


async def put(
    tx: Session,
    *,
    source: Source,
    source_id: UUID,
    stage: str,
    patient_id: UUID,
    due_at: datetime | None,
    priority: Priority,
    owner: str | None,
    team: str | None,
    title: str,
    facets: Facets = UNKNOWN,
    now: datetime,
) -> None:
    """Open an obligation, or bring the open or closed one of the same source and stage up to date.

    An ``owner`` or ``team`` of None leaves whoever has claimed the work.
    """
    facts = {
        "patient_id": patient_id,
        "title": title,
        "priority": str(priority),
        "due_at": due_at,
        "rank_key": rank_key(due_at, priority),
        "updated_at": now,
        "closed_at": None,
        **facets.columns(),
    }
    key = {"organization_id": organization(tx), "source": source, "source_id": source_id, "stage": stage}
    new = insert(ObligationRow).values(id=new_id(), owner=owner, team=team, version=1, created_at=now, **key, **facts)
    kept: dict[str, Any] = {
        "owner": func.coalesce(new.excluded.owner, ObligationRow.owner),
        "team": func.coalesce(new.excluded.team, ObligationRow.team),
        "version": ObligationRow.version + 1,
    }
    await tx.execute(new.on_conflict_do_update(index_elements=list(key), set_={**facts, **kept}))


async def close(
    tx: Session,
    *,
    source: Source,
    source_id: UUID,
    stage: str | None,
    but: str | None = None,
    now: datetime,
) -> None:
    """Close the open obligations of a source: of one stage, or with None of all ``but`` one."""
    of_source = [ObligationRow.source == source, ObligationRow.source_id == source_id]
    if stage is not None:
        of_source.append(ObligationRow.stage == stage)
    if but is not None:
        of_source.append(ObligationRow.stage != but)
    await close_those(tx, now, *of_source)


async def close_contacts(tx: Session, patient_id: UUID, now: datetime) -> None:
    """Close what earlier contacts with a patient left to be done."""
    await close_those(tx, now, ObligationRow.patient_id == patient_id, ObligationRow.source == "contact")


async def close_reminders(tx: Session, patient_id: UUID, now: datetime) -> None:
    """Close the reminders of a patient's visits: nobody reaches out any more."""
    of_patient, of_visits = ObligationRow.patient_id == patient_id, ObligationRow.source == "referral"
    await close_those(tx, now, of_patient, of_visits, ObligationRow.stage.startswith(REMINDER))


async def close_those(tx: Session, now: datetime, *which: ColumnElement[bool]) -> None:
    """Close the open obligations that fit."""
    row = ObligationRow
    await tx.execute(
        update(row)
        .where(row.organization_id == organization(tx), row.closed_at.is_(None), *which)
        .values(closed_at=now, updated_at=now, version=row.version + 1)
        .execution_options(synchronize_session=False)
    )


async def follow_patient(tx: Session, patient_id: UUID, facets: Facets, now: datetime) -> None:
    """Bring what a patient adds to open work up to date, after the record changed."""
    row = ObligationRow
    said = (row.payer, row.language, row.interpreter_needed)
    told = {"payer": facets.payer, "language": facets.language, "interpreter_needed": facets.interpreter_needed}
    await tx.execute(
        update(row)
        .where(
            row.organization_id == organization(tx),
            row.patient_id == patient_id,
            row.closed_at.is_(None),
            or_(*(column.is_distinct_from(told[column.key]) for column in said)),
        )
        .values(**told, updated_at=now, version=row.version + 1)
        .execution_options(synchronize_session=False)
    )


async def get_for_update(tx: Session, obligation_id: UUID) -> ObligationRow:
    """One obligation, locked.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(ObligationRow).where(
        ObligationRow.organization_id == organization(tx), ObligationRow.id == obligation_id
    )
    row = await tx.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("piece of work")
    return row
