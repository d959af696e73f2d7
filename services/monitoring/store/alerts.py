"""Alerts and the rechecks that are still expected."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, Text, Uuid, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from services.monitoring.domain.alerts import Alert
from services.monitoring.domain.findings import Finding
from services.monitoring.store import alert_findings, protocol_versions
from services.monitoring.store.alert_findings import Kept
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.kit.problems import NotFound
from shared.vocabulary import AlertState, Disposition, Metric, Severity

# The words of the indexes: a state that is a parameter finds none of them, the plan being one for every value.
SNOOZED = text("state = 'snoozed'")
LIVE = text("state IN ('open', 'acknowledged', 'snoozed')")


class AlertRow(OfOrganization, Changing, Row):
    """One episode of one rule for one enrollment; at most one of a rule is live."""

    __tablename__ = "alerts"
    __allow_unmapped__ = True
    __table_args__ = (
        Index("uq_alerts_live", "enrollment_id", "rule", unique=True, postgresql_where=LIVE),
        Index("ix_alerts_enrollment_id", "enrollment_id", "last_at"),
        Index("ix_alerts_patient_id", "patient_id", "id"),
        Index("ix_alerts_state", "organization_id", "id", postgresql_where=LIVE),
        Index(
            "ix_alerts_escalate_at", "organization_id", "escalate_at", postgresql_where=text("escalate_at IS NOT NULL")
        ),
        Index("ix_alerts_snoozed_until", "organization_id", "snoozed_until", postgresql_where=SNOOZED),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    protocol: Mapped[str] = mapped_column(Text)
    protocol_version: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    findings: Mapped[list[Kept]] = mapped_column(JSONB)
    retrospective: Mapped[bool]
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    began_at: Mapped[datetime] = mapped_column(INSTANT)
    last_at: Mapped[datetime] = mapped_column(INSTANT)
    cleared_at: Mapped[datetime | None] = mapped_column(INSTANT)
    arithmetic: Mapped[str] = mapped_column(Text)
    seen: Mapped[str | None] = mapped_column(Text)
    seen_values: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    acknowledged_by: Mapped[str | None] = mapped_column(Text)
    acknowledged_at: Mapped[datetime | None] = mapped_column(INSTANT)
    acknowledge_note: Mapped[str | None] = mapped_column(Text)
    snoozed_until: Mapped[datetime | None] = mapped_column(INSTANT)
    snooze_reason: Mapped[str | None] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(Text)
    closure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    settled_by: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(INSTANT)
    need_asked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    raised_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ack_due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    act_by: Mapped[datetime | None] = mapped_column(INSTANT)
    escalate_at: Mapped[datetime | None] = mapped_column(INSTANT)
    escalated_to: Mapped[str | None] = mapped_column(Text)
    notice: Mapped[str | None] = mapped_column(Text)
    citation: Mapped[str | None] = mapped_column(Text)

    _read: tuple[list[Kept], tuple[Finding, ...]] | None = None
    """The findings as JSON and what was read from them: one request asks for them several times."""

    @property
    def evidence(self) -> tuple[Finding, ...]:
        """The findings, ordered by instant."""
        kept = self.findings
        if self._read is None or self._read[0] is not kept:
            self._read = (kept, alert_findings.from_json(kept))
        return self._read[1]

    def hold(self, findings: tuple[Finding, ...]) -> None:
        """Keep these findings from now on."""
        kept = self.findings or []
        self.findings = alert_findings.to_json(findings, self.evidence if kept else (), kept)
        self._read = (self.findings, findings)


class Since(NamedTuple):
    """An enrollment and the earliest instant that was touched."""

    enrollment_id: UUID
    at: datetime


def alert_of(row: AlertRow) -> Alert:
    """The alert as rules see it."""
    return Alert(
        id=row.id,
        rule=row.rule,
        state=AlertState(row.state),
        severity=Severity(row.severity),
        findings=row.evidence,
        cleared_at=row.cleared_at,
        seen=Severity(row.seen) if row.seen else None,
        snoozed_until=row.snoozed_until,
        retrospective=row.retrospective,
        seen_values={Metric(name): Decimal(value) for name, value in (row.seen_values or {}).items()},
    )


_MOVING = (
    "state", "severity", "findings", "retrospective", "began_at", "last_at", "cleared_at", "arithmetic", "seen",
    "seen_values", "snoozed_until", "raised_at", "ack_due_at", "act_by", "escalate_at", "notice", "need_asked_at",
)  # fmt: skip


def together(row: AlertRow) -> None:
    """Write the row by the statement that writes every other such row of a batch: they name the same columns."""
    for name in _MOVING:
        flag_modified(row, name)


async def get(tx: Session, alert_id: UUID) -> AlertRow:
    """The alert; raises NotFound."""
    row = await tx.get(AlertRow, alert_id)
    if row is None:
        raise NotFound("alert")
    await protocol_versions.bring(tx, [row])
    return row


async def critical(tx: Session, patient_id: UUID, *, since: datetime | None = None) -> Sequence[UUID]:
    """A patient's live critical alerts, whatever they are followed under; only those opened or raised ``since``."""
    wanted = (AlertRow.patient_id == patient_id, AlertRow.severity == Severity.CRITICAL, LIVE)
    query = select(AlertRow.id).where(*wanted).order_by(AlertRow.id)
    if since is not None:
        query = query.where(or_(AlertRow.opened_at > since, AlertRow.raised_at > since))
    return (await tx.scalars(query)).all()


async def get_for_update(tx: Session, alert_id: UUID) -> AlertRow:
    """The alert, locked; raises NotFound."""
    row = await tx.get(AlertRow, alert_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("alert")
    await protocol_versions.bring(tx, [row])
    return row


class Standing(NamedTuple):
    """As much of an alert as tells whether a new reading concerns it."""

    enrollment_id: UUID
    rule: str
    live: bool
    last_at: datetime
    cleared_at: datetime | None

    def concerned(self, at: datetime) -> bool:
        """Whether a reading measured ``at`` may belong to it, come before its end, or end it."""
        if self.last_at >= at:
            return True
        return self.live and (self.cleared_at is None or self.cleared_at >= at)


STANDING = (
    "SELECT a.enrollment_id, a.rule, a.state IN ('open', 'acknowledged', 'snoozed'), a.last_at, a.cleared_at"
    " FROM alerts a WHERE a.enrollment_id = ANY({ids}::uuid[]) AND a.state <> 'closed'"
    " AND (a.state IN ('open', 'acknowledged', 'snoozed') OR a.last_at >= {since}::timestamptz)"
)
"""The live alerts of enrollments, and the others whose last evidence is not before an instant."""

_CONCERNING = text(
    "SELECT a.id FROM unnest(CAST(:ids AS uuid[]), CAST(:since AS timestamptz[])) AS t (id, since)"
    " JOIN alerts a ON a.enrollment_id = t.id AND a.last_at >= t.since AND a.state <> 'closed'"
    " UNION SELECT a.id FROM alerts a WHERE a.enrollment_id = ANY(CAST(:ids AS uuid[]))"
    " AND a.state IN ('open', 'acknowledged', 'snoozed')"
).columns(AlertRow.id)
_ROWS = select(AlertRow).where(AlertRow.id.in_(select(_CONCERNING.subquery("c").c.id))).order_by(AlertRow.id)


async def concerning(tx: Session, touched: Iterable[Since]) -> dict[UUID, list[AlertRow]]:
    """By enrollment: the live alerts, and the others whose last evidence is not before the touched instant."""
    wanted = list(touched)
    if not wanted:
        return {}
    values = {"ids": [each.enrollment_id for each in wanted], "since": [each.at for each in wanted]}
    found: dict[UUID, list[AlertRow]] = {}
    for row in await tx.scalars(_ROWS, values, execution_options={"populate_existing": True}):
        found.setdefault(row.enrollment_id, []).append(row)
    await protocol_versions.bring(tx, (row for rows in found.values() for row in rows))
    return found


async def live_of(tx: Session, enrollment_id: UUID) -> Sequence[AlertRow]:
    """An enrollment's live alerts, oldest first."""
    query = select(AlertRow).where(AlertRow.enrollment_id == enrollment_id, LIVE)
    return await brought(tx, query.order_by(AlertRow.id))


async def live_of_patients(tx: Session, patient_ids: Iterable[UUID]) -> Sequence[AlertRow]:
    """The live alerts of these patients."""
    query = select(AlertRow).where(AlertRow.patient_id.in_(list(patient_ids)), LIVE)
    return await brought(tx, query.order_by(AlertRow.id))


async def closed_by_death(tx: Session, patient_id: UUID) -> Sequence[AlertRow]:
    """The alerts that were live when the record said that the patient had died, oldest first."""
    whose = (AlertRow.patient_id == patient_id, AlertRow.state == AlertState.CLOSED)
    query = select(AlertRow).where(*whose, AlertRow.disposition == Disposition.DIED)
    return await brought(tx, query.order_by(AlertRow.id))


async def brought(tx: Session, query: Select[AlertRow]) -> Sequence[AlertRow]:
    """The rows, with the protocol versions they were found by."""
    rows: Sequence[AlertRow] = (await tx.scalars(query)).all()
    await protocol_versions.bring(tx, rows)
    return rows
