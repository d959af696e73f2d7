"""Who was told of alerts that stayed unanswered, what was done with alerts, and each organization's rota."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Identity, Index, Text, Uuid, exists, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, aliased, mapped_column

from services.monitoring.domain.alerts import LIVE
from services.monitoring.store import protocol_versions, wire
from services.monitoring.store.alerts import SNOOZED, AlertRow
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.db.job_failures import left_alone
from shared.kit.problems import NotFound
from shared.vocabulary import AlertState, EscalationTier


class EscalationRow(OfOrganization, Row):
    """One tier of one alert: due at ``due_at``, taken at ``at``; once for every time its clock began (``raised_at``).

    ``case_manager`` and ``covered_by``: whose patient it was, and who covered for them, when it was taken.
    """

    __tablename__ = "escalations"
    __table_args__ = (
        Index("uq_escalations_raised", "alert_id", "tier", "raised_at", unique=True),
        Index("ix_escalations_organization_id", "organization_id", "id"),
        Index("ix_escalations_case_manager", "organization_id", "case_manager", "id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"))
    patient_id: Mapped[UUID] = mapped_column(Uuid)
    tier: Mapped[str] = mapped_column(Text)
    told: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    at: Mapped[datetime] = mapped_column(INSTANT)
    text: Mapped[str] = mapped_column(Text)
    case_manager: Mapped[str | None] = mapped_column(Text)
    covered_by: Mapped[str | None] = mapped_column(Text)
    raised_at: Mapped[datetime | None] = mapped_column(INSTANT)
    sbar: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    responder: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    read_back: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(INSTANT)
    answer_recorded_by: Mapped[str | None] = mapped_column(Text)


class AlertActRow(OfOrganization, Row):
    """What happened to an alert, by whom and when."""

    __tablename__ = "alert_acts"
    __table_args__ = (Index("ix_alert_acts_alert_id", "alert_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"))
    act: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT)
    by: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    reason_code: Mapped[str | None] = mapped_column(Text)


class RotaRow(OfOrganization, Changing, Row):
    """An organization's hours and escalation times, as they were sent."""

    __tablename__ = "rotas"

    organization_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kept: Mapped[dict[str, Any]] = mapped_column(JSONB)


async def rota(tx: Session, *, lock: bool = False) -> RotaRow | None:
    """The organization's own rota; None while the defaults hold."""
    return await tx.get(RotaRow, organization(tx), with_for_update=lock)


def note(
    tx: Session, alert: AlertRow, act: str, *, by: str, at: datetime, text: str | None = None, code: str | None = None
) -> None:
    """Add a line to an alert's history; ``code`` is why it was put off or overridden."""
    tx.add(
        AlertActRow(
            organization_id=alert.organization_id,
            alert_id=alert.id,
            act=act,
            at=at,
            by=by,
            severity=alert.severity,
            text=text,
            reason_code=code,
        )
    )


async def acts(tx: Session, alert_id: UUID) -> Sequence[AlertActRow]:
    """What happened to an alert, oldest first."""
    query = select(AlertActRow).where(AlertActRow.alert_id == alert_id).order_by(AlertActRow.seq)
    return (await tx.scalars(query)).all()


async def of_alert(tx: Session, alert_id: UUID) -> Sequence[EscalationRow]:
    """Who was told of an alert, oldest first."""
    query = select(EscalationRow).where(EscalationRow.alert_id == alert_id).order_by(EscalationRow.id)
    return (await tx.scalars(query)).all()


async def get(tx: Session, escalation_id: UUID, *, lock: bool = False) -> EscalationRow:
    """The escalation; raises NotFound."""
    row = await tx.get(EscalationRow, escalation_id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise NotFound("escalation")
    return row


async def page(
    tx: Session,
    *,
    alert_id: UUID | None,
    case_managers: Sequence[str] | None,
    unanswered: bool,
    after: UUID | None,
    limit: int,
) -> Sequence[EscalationRow]:
    """Escalations, newest first; of an alert, of the patients of case managers, of live alerts without an answer."""
    query = select(EscalationRow).order_by(EscalationRow.id.desc()).limit(limit)
    if case_managers is not None:
        query = query.where(EscalationRow.case_manager.in_(case_managers))
    if alert_id is not None:
        query = query.where(EscalationRow.alert_id == alert_id)
    if unanswered:
        to_answer = (EscalationRow.tier != EscalationTier.NOT_MONITORED, AlertRow.state.in_(LIVE))
        query = query.join(AlertRow, AlertRow.id == EscalationRow.alert_id).where(*to_answer, ~_answered())
    if after is not None:
        query = query.where(EscalationRow.id < after)
    return (await tx.scalars(query)).all()


def _answered() -> ColumnElement[bool]:
    """Whether somebody who was told at the same deadlines answered: one answer stops the clock of them all."""
    other = aliased(EscalationRow)
    same_clock = other.raised_at.is_not_distinct_from(EscalationRow.raised_at)
    return exists().where(other.alert_id == EscalationRow.alert_id, same_clock, other.answered_at.is_not(None))


# Whoever is being written to just now comes in the next round.
_LOCK = "SELECT p.id FROM patients p WHERE p.id = ANY($1::uuid[]) ORDER BY p.id FOR NO KEY UPDATE SKIP LOCKED"


async def due(tx: Session, job: str, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Alerts of which somebody is to be told, without those on which the job failed just now."""
    query = select(AlertRow.id).where(AlertRow.escalate_at <= now, ~left_alone(job, AlertRow.id, now))
    return (await tx.scalars(query.order_by(AlertRow.escalate_at).limit(limit))).all()


async def snoozes_over(tx: Session, job: str, now: datetime, *, limit: int) -> Sequence[UUID]:
    """Alerts whose snooze is over, without those on which the job failed just now."""
    over = (SNOOZED, AlertRow.snoozed_until <= now)
    query = select(AlertRow.id).where(*over, ~left_alone(job, AlertRow.id, now))
    return (await tx.scalars(query.order_by(AlertRow.snoozed_until).limit(limit))).all()


async def lock_due(tx: Session, alert_ids: Sequence[UUID], now: datetime) -> Sequence[AlertRow]:
    """Those of these alerts of which somebody is still to be told, their patients locked until the end."""
    return [row for row in await _locked(tx, alert_ids) if row.escalate_at and row.escalate_at <= now]


async def lock_snoozes_over(tx: Session, alert_ids: Sequence[UUID], now: datetime) -> Sequence[AlertRow]:
    """Those of these alerts whose snooze is still over, their patients locked until the end."""
    found = await _locked(tx, alert_ids)
    return [
        row
        for row in found
        if row.state == AlertState.SNOOZED and row.snoozed_until is not None and row.snoozed_until <= now
    ]


async def _locked(tx: Session, alert_ids: Sequence[UUID]) -> Sequence[AlertRow]:
    found = await tx.execute(select(AlertRow.id, AlertRow.patient_id).where(AlertRow.id.in_(alert_ids)))
    whose = {row.id: row.patient_id for row in found}
    locked = {row[0] for row in await wire.fetch(tx, _LOCK, sorted(set(whose.values())))}
    free = [alert_id for alert_id, patient_id in whose.items() if patient_id in locked]
    query = select(AlertRow).where(AlertRow.id.in_(free)).order_by(AlertRow.id)
    rows = (await tx.scalars(query, execution_options={"populate_existing": True})).all()
    await protocol_versions.bring(tx, rows)
    return rows


async def told(tx: Session, alert_ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """Which tiers of these alerts were taken since their clock last began."""
    this_time = or_(EscalationRow.raised_at.is_(None), EscalationRow.raised_at == AlertRow.raised_at)
    query = select(EscalationRow.alert_id, EscalationRow.tier).join(AlertRow, AlertRow.id == EscalationRow.alert_id)
    found = await tx.execute(query.where(EscalationRow.alert_id.in_(alert_ids), this_time))
    return {(alert_id, tier) for alert_id, tier in found}
