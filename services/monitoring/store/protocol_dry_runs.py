"""What dry runs showed: one row a run, one a compared alert, from which every figure is counted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Text,
    Uuid,
    false,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.dry_runs import Compared, Spell
from services.monitoring.domain.enrollments import FOLLOWED
from services.monitoring.domain.escalation import Deadlines
from services.monitoring.store.base import Row
from services.monitoring.store.enrollments import EnrollmentRow
from shared.db.base import INSTANT, OfOrganization, Session
from shared.kit.problems import NotFound
from shared.vocabulary import AlertDifference

OLD = (AlertDifference.SAME, AlertDifference.ONLY_OLD, AlertDifference.OTHER_SEVERITY)
NEW = (AlertDifference.SAME, AlertDifference.ONLY_NEW, AlertDifference.OTHER_SEVERITY)


class DryRunRow(OfOrganization, Row):
    """One run with its inputs. ``enrollments`` were looked at, of ``enrollments_wanted`` (null: all were, at once).

    They are looked at by id: ``come_to`` is the last one. ``problem`` says why a run ended before all were.
    ``enrollments_pinned`` were there to choose from. ``silences``: readings that did not come were looked
    for too, ``overdue``: examinations, ``deadlines``: those of its alerts were kept.
    """

    __tablename__ = "protocol_dry_runs"
    __table_args__ = (
        Index("ix_protocol_dry_runs_protocol_version_id", "protocol_version_id", "content_version", "ran_at"),
        Index("ix_protocol_dry_runs_running", "organization_id", "id", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    protocol_version_id: Mapped[UUID] = mapped_column(ForeignKey("protocol_versions.id"))
    content_version: Mapped[int]
    based_on: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(INSTANT)
    ends_at: Mapped[datetime] = mapped_column(INSTANT)
    ran_at: Mapped[datetime] = mapped_column(INSTANT)
    ran_by: Mapped[str] = mapped_column(Text)
    enrollments: Mapped[int]
    enrollments_pinned: Mapped[int]
    enrollments_wanted: Mapped[int | None]
    state: Mapped[str] = mapped_column(Text, server_default="done")
    come_to: Mapped[UUID | None] = mapped_column(Uuid)
    finished_at: Mapped[datetime | None] = mapped_column(INSTANT)
    problem: Mapped[str | None] = mapped_column(Text)
    readings: Mapped[int]
    patient_days: Mapped[Decimal]
    silences: Mapped[bool] = mapped_column(server_default=false())
    overdue: Mapped[bool] = mapped_column(server_default=false())
    deadlines: Mapped[bool] = mapped_column(server_default=false())


class DryRunAlertRow(OfOrganization, Row):
    """An alert of the old version, of the new one, or of both, with the deadlines that began at ``…_raised_at``."""

    __tablename__ = "protocol_dry_run_alerts"
    __table_args__ = (Index("ix_protocol_dry_run_alerts_dry_run_id", "dry_run_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    dry_run_id: Mapped[UUID] = mapped_column(ForeignKey("protocol_dry_runs.id"))
    enrollment_id: Mapped[UUID] = mapped_column(Uuid)
    patient_id: Mapped[UUID] = mapped_column(Uuid)
    rule: Mapped[str] = mapped_column(Text)
    difference: Mapped[str] = mapped_column(Text)
    old_severity: Mapped[str | None] = mapped_column(Text)
    old_began_at: Mapped[datetime | None] = mapped_column(INSTANT)
    old_raised_at: Mapped[datetime | None] = mapped_column(INSTANT)
    old_ack_due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    old_escalate_at: Mapped[datetime | None] = mapped_column(INSTANT)
    new_severity: Mapped[str | None] = mapped_column(Text)
    new_began_at: Mapped[datetime | None] = mapped_column(INSTANT)
    new_raised_at: Mapped[datetime | None] = mapped_column(INSTANT)
    new_ack_due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    new_escalate_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Counted(NamedTuple):
    """How many alerts of a rule differ in one way."""

    rule: str
    difference: AlertDifference
    alerts: int


def _pinned(key: str, version: str, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        EnrollmentRow.protocol == key,
        EnrollmentRow.protocol_version == version,
        EnrollmentRow.state.in_(sorted(FOLLOWED)),
        EnrollmentRow.activated_at < before,
    )


async def count_pinned(tx: Session, key: str, version: str, *, before: datetime) -> int:
    """How many followed enrollments are pinned to a version and were active before an instant."""
    found = await tx.scalar(select(func.count()).select_from(EnrollmentRow).where(*_pinned(key, version, before)))
    return found or 0


async def pinned_to(
    tx: Session, key: str, version: str, *, before: datetime, after: UUID | None, limit: int
) -> Sequence[EnrollmentRow]:
    """Those enrollments, the oldest first, from the one that follows ``after``."""
    query = select(EnrollmentRow).where(*_pinned(key, version, before))
    if after is not None:
        query = query.where(EnrollmentRow.id > after)
    return (await tx.scalars(query.order_by(EnrollmentRow.id).limit(limit))).all()


async def next_running(tx: Session) -> DryRunRow | None:
    """A run that is not at its end, kept from other workers until the end of the transaction."""
    query = select(DryRunRow).where(DryRunRow.state == "running").order_by(DryRunRow.id).limit(1)
    found: DryRunRow | None = await tx.scalar(query.with_for_update(skip_locked=True))
    return found


class Timed(NamedTuple):
    """A compared alert with the deadlines it has under each version; None where that has no such alert."""

    alert: Compared
    old: Deadlines | None
    new: Deadlines | None


async def add_alerts(tx: Session, run: DryRunRow, enrollment: EnrollmentRow, alerts: Iterable[Timed]) -> None:
    """Keep what was compared for one enrollment."""
    rows = [
        {
            "organization_id": run.organization_id,
            "dry_run_id": run.id,
            "enrollment_id": enrollment.id,
            "patient_id": enrollment.patient_id,
            "rule": each.alert.rule,
            "difference": each.alert.difference,
            **_side("old", each.alert.old, each.old),
            **_side("new", each.alert.new, each.new),
        }
        for each in alerts
    ]
    if rows:
        await tx.execute(insert(DryRunAlertRow), rows)


def _side(which: str, spell: Spell | None, due: Deadlines | None) -> dict[str, Any]:
    return {
        f"{which}_severity": spell.severity if spell else None,
        f"{which}_began_at": spell.began_at if spell else None,
        f"{which}_raised_at": spell.raised_at if spell else None,
        f"{which}_ack_due_at": due.acknowledge_by if due else None,
        f"{which}_escalate_at": due.escalate_at if due and spell and not spell.late else None,
    }


async def get(tx: Session, version_id: UUID, dry_run_id: UUID) -> DryRunRow:
    """A dry run of a version; raises NotFound."""
    row = await tx.get(DryRunRow, dry_run_id)
    if row is None or row.protocol_version_id != version_id:
        raise NotFound("dry run")
    return row


async def of_version(tx: Session, version_id: UUID, content_version: int | None = None) -> Sequence[DryRunRow]:
    """The dry runs of a version; or those of its content as it was then that came to their end. Newest first."""
    query = select(DryRunRow).where(DryRunRow.protocol_version_id == version_id)
    if content_version is not None:
        query = query.where(DryRunRow.content_version == content_version, DryRunRow.state == "done")
    return (await tx.scalars(query.order_by(DryRunRow.ran_at.desc(), DryRunRow.id.desc()).limit(50))).all()


async def counted(tx: Session, dry_run_id: UUID) -> list[Counted]:
    """The figures of a run, by rule and difference."""
    columns = (DryRunAlertRow.rule, DryRunAlertRow.difference)
    query = select(*columns, func.count()).where(DryRunAlertRow.dry_run_id == dry_run_id)
    rows = await tx.execute(query.group_by(*columns).order_by(*columns))
    return [Counted(row[0], AlertDifference(row[1]), row[2]) for row in rows]


async def alerts(
    tx: Session,
    dry_run_id: UUID,
    *,
    rule: str | None,
    differences: Iterable[AlertDifference],
    after: int | None,
    limit: int,
) -> Sequence[DryRunAlertRow]:
    """The list behind a figure, in the order of enrollments."""
    query = select(DryRunAlertRow).where(DryRunAlertRow.dry_run_id == dry_run_id)
    query = query.where(DryRunAlertRow.difference.in_(list(differences)))
    if rule is not None:
        query = query.where(DryRunAlertRow.rule == rule)
    if after is not None:
        query = query.where(DryRunAlertRow.seq > after)
    return (await tx.scalars(query.order_by(DryRunAlertRow.seq).limit(limit))).all()
