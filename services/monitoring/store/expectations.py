"""What is expected of each enrollment: planned when the enrollment changes, looked at when it may be missing.

Intake writes nothing here. A row says when its absence could next mean something; only then the readings are asked.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, Text, Uuid, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.alerts import LIVE
from services.monitoring.domain.attendance import CHECK_IN
from services.monitoring.domain.missing import Reason
from services.monitoring.store import protocol_versions, wire
from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, OfOrganization, Session
from shared.db.job_failures import tried


class ExpectationRow(OfOrganization, Row):
    """``since`` begins the waiting where no reading does; ``due_at`` is when to look next, null while none is expected.

    ``suspected_at``: nothing had come when looked at, so it is to be judged with the patient's row locked. ``urgent``:
    an unresolved high or critical alert may stand. ``severity`` and ``alert_id`` are those of the absence that stands.
    ``low_hours`` and ``moderate_hours`` are the patient's own order.
    """

    __tablename__ = "expectations"
    __table_args__ = (
        PrimaryKeyConstraint("enrollment_id", "key"),
        Index("ix_expectations_due_at", "organization_id", "examination", "due_at"),
        Index("ix_expectations_cloud", "organization_id", "cloud", "key"),
        Index("ix_expectations_alert_id", "alert_id", postgresql_where=text("alert_id IS NOT NULL")),
        Index(
            "ix_expectations_suspected",
            "organization_id",
            "suspected_at",
            postgresql_where=text("suspected_at IS NOT NULL"),
        ),
    )

    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    key: Mapped[str] = mapped_column(Text)
    patient_id: Mapped[UUID] = mapped_column(Uuid)
    protocol: Mapped[str] = mapped_column(Text)
    protocol_version: Mapped[str] = mapped_column(Text, server_default=text("'1.0.0'"))
    metrics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    examination: Mapped[bool]
    since: Mapped[datetime] = mapped_column(INSTANT)
    low_hours: Mapped[int | None]
    moderate_hours: Mapped[int | None]
    due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    suspected_at: Mapped[datetime | None] = mapped_column(INSTANT)
    urgent: Mapped[bool]
    severity: Mapped[str | None] = mapped_column(Text)
    alert_id: Mapped[UUID | None] = mapped_column(Uuid)
    cloud: Mapped[str | None] = mapped_column(Text)
    blackout_id: Mapped[UUID | None] = mapped_column(ForeignKey("blackouts.id"))


_SUSPECTED_PATIENTS = (
    "SELECT DISTINCT s.patient_id FROM (SELECT e.patient_id FROM expectations e WHERE e.suspected_at IS NOT NULL"
    f" AND {tried('e.patient_id', '$2', '$3')} ORDER BY e.suspected_at LIMIT $1) s"
)
# Whoever is being written to just now is judged in the next round: nobody waits here.
_LOCK = (
    "SELECT p.id FROM (SELECT q.id FROM patients q WHERE q.id = ANY($1::uuid[]) ORDER BY q.id"
    " FOR NO KEY UPDATE SKIP LOCKED) p"
)


async def patients_suspected(tx: Session, job: str, now: datetime, *, limit: int) -> list[UUID]:
    """Patients of whom something is suspected to be missing, without those on whom the job failed just now."""
    return [row[0] for row in await wire.fetch(tx, _SUSPECTED_PATIENTS, limit, job, now)]


async def lock_free(tx: Session, patient_ids: Sequence[UUID]) -> list[UUID]:
    """Lock those of these patients whom nobody else holds."""
    return [row[0] for row in await wire.fetch(tx, _LOCK, patient_ids)]


async def suspected(tx: Session, patient_ids: Sequence[UUID]) -> Sequence[ExpectationRow]:
    """What is to be judged of locked patients."""
    query = select(ExpectationRow).where(
        ExpectationRow.patient_id.in_(patient_ids), ExpectationRow.suspected_at.is_not(None)
    )
    rows = (await tx.scalars(query, execution_options={"populate_existing": True})).all()
    await protocol_versions.bring(tx, rows)
    return rows


async def of_enrollments(tx: Session, enrollment_ids: Iterable[UUID]) -> Sequence[ExpectationRow]:
    """Everything expected of enrollments, by key."""
    query = select(ExpectationRow).where(ExpectationRow.enrollment_id.in_(list(enrollment_ids)))
    found = await tx.scalars(query.order_by(ExpectationRow.key), execution_options={"populate_existing": True})
    rows = found.all()
    await protocol_versions.bring(tx, rows)
    return rows


_REASONS = (
    "SELECT a.enrollment_id, a.rule, a.opened_at, a.cleared_at, CASE WHEN a.state = 'resolved' THEN a.settled_at END"
    " FROM alerts a WHERE a.enrollment_id = ANY($1::uuid[]) AND a.rule = ANY($2::text[]) AND (a.state = ANY($3::text[])"
    " OR a.state = 'resolved' AND a.last_at > $4::timestamptz AND a.disposition IS DISTINCT FROM 'false-reading')"
)


async def reasons(
    tx: Session, enrollment_ids: Iterable[UUID], rules: Iterable[str], since: datetime
) -> dict[UUID, list[Reason]]:
    """By enrollment its alerts of these rules: live ones, and those that ended with evidence of after ``since``."""
    found: dict[UUID, list[Reason]] = {}
    await tx.flush()
    rows = await wire.fetch(tx, _REASONS, list(enrollment_ids), sorted(rules), sorted(LIVE), since)
    for enrollment_id, *reason in rows:
        found.setdefault(enrollment_id, []).append(Reason(*reason))
    return found


_SILENT = (
    "UPDATE enrollments e SET silent = t.silent FROM (SELECT i.id, EXISTS (SELECT FROM expectations x"
    " WHERE x.enrollment_id = i.id AND x.alert_id IS NOT NULL) AS silent FROM unnest($1::uuid[]) AS i (id)) t"
    " WHERE e.id = t.id AND e.silent <> t.silent"
)


async def mark_silent(tx: Session, enrollment_ids: Sequence[UUID]) -> None:
    """Say on enrollments whether something stands missing, so that intake sees it in the row it reads anyway."""
    await wire.fetch(tx, _SILENT, list(enrollment_ids))


# A person dealt with it: waiting begins anew, for an examination after thirty days [default]. A check-in was dealt with
# once; the next one is another.
_DEALT_WITH = (
    "UPDATE expectations SET alert_id = NULL, severity = NULL, due_at = $2::timestamptz,"
    " since = $2::timestamptz + CASE WHEN examination AND key <> $3 THEN interval '30 days'"
    " ELSE interval '0' END WHERE alert_id = $1::uuid RETURNING enrollment_id"
)


async def dealt_with(tx: Session, alert_id: UUID, now: datetime) -> None:
    """Somebody resolved the alert about something missing; nothing happens for any other alert."""
    found = [row[0] for row in await wire.fetch(tx, _DEALT_WITH, alert_id, now, CHECK_IN)]
    if found:
        await mark_silent(tx, found)


async def live_alerts(tx: Session, enrollment_ids: Iterable[UUID]) -> dict[UUID, list[AlertRow]]:
    """By enrollment its live alerts."""
    found: dict[UUID, list[AlertRow]] = {}
    query = select(AlertRow).where(AlertRow.enrollment_id.in_(list(enrollment_ids)), AlertRow.state.in_(sorted(LIVE)))
    rows = (await tx.scalars(query)).all()
    await protocol_versions.bring(tx, rows)
    for row in rows:
        found.setdefault(row.enrollment_id, []).append(row)
    return found
