"""Changes of the list of medicines, their history, and what the clock finds among them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Text,
    Uuid,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.plan_changes import NEVER, OPEN
from services.monitoring.domain.standing import WATCHED
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.db.job_failures import left_alone
from shared.kit.problems import NotFound
from shared.vocabulary import PlanChangePath, PlanChangeState

_JUDGED_EVERY = timedelta(hours=1)
_OPEN = text("state IN (" + ", ".join(f"'{state}'" for state in sorted(OPEN)) + ")")


class PlanChangeRow(OfOrganization, Changing, Row):
    """One change; ``inputs`` is what a step was computed from, and is not changed afterwards."""

    __tablename__ = "plan_changes"
    __table_args__ = (
        Index("uq_plan_changes_open", "patient_id", "rxnorm", unique=True, postgresql_where=_OPEN),
        Index("ix_plan_changes_patient_id", "patient_id", "id"),
        Index("ix_plan_changes_plan_id", "plan_id", "id"),
        Index("ix_plan_changes_state", "organization_id", "state", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    medicine_id: Mapped[UUID] = mapped_column(Uuid)
    rxnorm: Mapped[str] = mapped_column(Text)
    drug: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    dose_before: Mapped[Decimal | None]
    dose_after: Mapped[Decimal | None]
    unit: Mapped[str | None] = mapped_column(Text)
    medicine: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    standing_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("standing_orders.id"))
    patient_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient_orders.id"))
    rule_version: Mapped[str | None] = mapped_column(Text)
    allowed: Mapped[list[str]] = mapped_column(JSONB)
    refusals: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    inputs: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sbar: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    proposed_by: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime | None] = mapped_column(INSTANT)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    decision_note: Mapped[str | None] = mapped_column(Text)
    verbal_recorded_by: Mapped[str | None] = mapped_column(Text)
    sign_due: Mapped[datetime | None] = mapped_column(INSTANT)
    signed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ordered_by: Mapped[str | None] = mapped_column(Text)
    ordered_at: Mapped[datetime | None] = mapped_column(INSTANT)
    informed: Mapped[str | None] = mapped_column(Text)
    cosign_due: Mapped[datetime | None] = mapped_column(INSTANT)
    suspend_at: Mapped[datetime | None] = mapped_column(INSTANT)
    cosigned_by: Mapped[str | None] = mapped_column(Text)
    cosigned_at: Mapped[datetime | None] = mapped_column(INSTANT)
    task_asked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    suspended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    taught_by: Mapped[str | None] = mapped_column(Text)
    taught_at: Mapped[datetime | None] = mapped_column(INSTANT)
    taught: Mapped[str | None] = mapped_column(Text)
    starts_at: Mapped[datetime | None] = mapped_column(INSTANT)
    effective_at: Mapped[datetime | None] = mapped_column(INSTANT)
    plan_number: Mapped[int | None]
    temporary_days: Mapped[int | None]
    returns_at: Mapped[datetime | None] = mapped_column(INSTANT)
    returned_at: Mapped[datetime | None] = mapped_column(INSTANT)
    recheck_on: Mapped[date | None]
    labs_from: Mapped[date | None]
    labs_to: Mapped[date | None]
    held_until: Mapped[datetime | None] = mapped_column(INSTANT)
    judged_at: Mapped[datetime | None] = mapped_column(INSTANT)
    stopped: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))


class PlanChangeActRow(OfOrganization, Row):
    """What was done, by whom, when."""

    __tablename__ = "plan_change_acts"
    __table_args__ = (Index("ix_plan_change_acts_plan_change_id", "plan_change_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    plan_change_id: Mapped[UUID] = mapped_column(ForeignKey("plan_changes.id"))
    act: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT)
    by: Mapped[str] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


async def get(tx: Session, change_id: UUID) -> PlanChangeRow:
    """The change; raises NotFound."""
    row = await tx.get(PlanChangeRow, change_id)
    if row is None:
        raise NotFound("plan change")
    return row


async def get_for_update(tx: Session, change_id: UUID) -> PlanChangeRow:
    """The change, locked; raises NotFound."""
    row = await tx.get(PlanChangeRow, change_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("plan change")
    return row


async def open_of_drug(tx: Session, patient_id: UUID, rxnorm: str) -> PlanChangeRow | None:
    """The change of a drug that waits for an answer or to take effect."""
    query = select(PlanChangeRow).where(PlanChangeRow.patient_id == patient_id, PlanChangeRow.rxnorm == rxnorm, _OPEN)
    return await tx.scalar(query)


async def steps_taken(tx: Session, patient_id: UUID, rxnorm: str, since: datetime) -> Sequence[PlanChangeRow]:
    """The steps of a drug that took effect under a standing order since an instant, oldest first."""
    query = select(PlanChangeRow).where(
        PlanChangeRow.patient_id == patient_id,
        PlanChangeRow.rxnorm == rxnorm,
        PlanChangeRow.path == PlanChangePath.PROTOCOL,
        PlanChangeRow.effective_at >= since,
    )
    return (await tx.scalars(query.order_by(PlanChangeRow.effective_at))).all()


async def last_hold(tx: Session, patient_id: UUID, medicine_id: UUID) -> datetime | None:
    """Until when a nurse held a dose of a medicine last."""
    query = select(func.max(PlanChangeRow.held_until)).where(
        PlanChangeRow.patient_id == patient_id, PlanChangeRow.medicine_id == medicine_id
    )
    return await tx.scalar(query)


async def page(tx: Session, filters: dict[str, Any], *, after: UUID | None, limit: int) -> Sequence[PlanChangeRow]:
    """Changes, newest first; ``filters`` names columns."""
    query = select(PlanChangeRow).order_by(PlanChangeRow.id.desc()).limit(limit)
    for name, value in filters.items():
        query = query.where(getattr(PlanChangeRow, name) == value)
    if after is not None:
        query = query.where(PlanChangeRow.id < after)
    return (await tx.scalars(query)).all()


async def due(tx: Session, job: str, now: datetime, *, after: UUID | None = None, limit: int) -> Sequence[UUID]:
    """Changes for which a clock has run out, by id, past ``after``, without those on which the job failed just now."""
    query = select(PlanChangeRow.id).where(_due(now), ~left_alone(job, PlanChangeRow.id, now))
    query = query.order_by(PlanChangeRow.id).limit(limit)
    if after is not None:
        query = query.where(PlanChangeRow.id > after)
    return (await tx.scalars(query)).all()


async def is_due(tx: Session, change_id: UUID, now: datetime) -> bool:
    """Whether a clock of this change has run out."""
    return await tx.scalar(select(PlanChangeRow.id).where(PlanChangeRow.id == change_id, _due(now))) is not None


def _due(now: datetime) -> ColumnElement[bool]:
    row = PlanChangeRow
    unsigned = and_(row.cosigned_at.is_(None), row.state.not_in(sorted(NEVER)))
    before_told = sorted(OPEN - {PlanChangeState.COMMUNICATED})
    return or_(
        and_(row.expires_at <= now, row.state.in_(before_told)),
        and_(row.state == PlanChangeState.COMMUNICATED, row.starts_at <= now),
        and_(row.returns_at <= now, row.returned_at.is_(None)),
        and_(unsigned, row.cosign_due <= now, row.task_asked_at.is_(None)),
        and_(unsigned, row.suspend_at <= now, row.suspended_at.is_(None)),
        and_(row.sign_due <= now, row.signed_at.is_(None), row.task_asked_at.is_(None)),
        to_judge(now),
    )


def to_judge(now: datetime) -> ColumnElement[bool]:
    """What waits to take effect, and nurses' steps that did lately: looked at every hour, and whenever an alert moves.

    A low value, a critical alert, a rise of severity: all of these move an alert of the patient.
    """
    row = PlanChangeRow
    waiting = row.state.in_((PlanChangeState.ORDERED, PlanChangeState.COMMUNICATED))
    effective = row.state.in_((PlanChangeState.EFFECTIVE, PlanChangeState.MONITORED))
    watched = and_(
        effective,
        row.path == PlanChangePath.PROTOCOL,
        row.effective_at > now - WATCHED,
        row.returned_at.is_(None),
    )
    last = func.coalesce(row.judged_at, row.proposed_at)
    moved = exists().where(AlertRow.patient_id == row.patient_id, AlertRow.updated_at >= last)
    return and_(or_(waiting, watched), or_(last <= now - _JUDGED_EVERY, moved))


def note(
    tx: Session, row: PlanChangeRow, act: str, *, before: str | None, by: str, at: datetime, words: str | None = None
) -> None:
    """Add a line to a change's history."""
    tx.add(
        PlanChangeActRow(
            organization_id=row.organization_id,
            plan_change_id=row.id,
            act=act,
            at=at,
            by=by,
            before=before,
            after=row.state,
            note=words,
        )
    )


async def history(tx: Session, change_id: UUID) -> Sequence[PlanChangeActRow]:
    """Everything done with a change, oldest first."""
    query = select(PlanChangeActRow).where(PlanChangeActRow.plan_change_id == change_id)
    return (await tx.scalars(query.order_by(PlanChangeActRow.seq))).all()
