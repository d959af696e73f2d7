"""Enrollments and the history of what was done with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Select, Text, Uuid, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.monitoring.domain.enrollments import FOLLOWED
from services.monitoring.store import protocol_versions, wire
from services.monitoring.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session
from shared.kit.problems import NotFound
from shared.vocabulary import EnrollmentState, RiskTier

_REVIEWED = text("reviews <> '[]'::jsonb")
PAUSED = text("state = 'paused' AND paused_until IS NOT NULL")
IS_FOLLOWED = text("state IN ('active', 'paused')")
DEATH = "death"
"""The act by which an enrollment ended because the record says that the patient has died."""
_IDS = bindparam("ids", type_=ARRAY(Uuid))


class EnrollmentRow(OfOrganization, Changing, Row):
    """Targets and baselines live inside the row, so that the hot path reads one row per patient."""

    __tablename__ = "enrollments"
    __table_args__ = (
        Index("uq_enrollments_followed", "patient_id", "protocol", unique=True, postgresql_where=IS_FOLLOWED),
        # Of whoever is asked for by patient, also when not followed: the unique one knows only who is.
        Index("ix_enrollments_patient_id", "patient_id", "protocol"),
        Index("uq_enrollments_request_id", "organization_id", "request_id", unique=True),
        Index("ix_enrollments_paused_until", "organization_id", "paused_until", postgresql_where=PAUSED),
        Index("ix_enrollments_look_due_at", "organization_id", "look_due_at", postgresql_where=IS_FOLLOWED),
        Index("ix_enrollments_reviews", "organization_id", "id", postgresql_where=_REVIEWED),
        Index("ix_enrollments_protocol_version", "organization_id", "protocol_version", "id"),
        Index("ix_enrollments_case_manager", "organization_id", "case_manager", "id"),
        # Whatever changed an enrollment counted its version up: what is expected of it is planned anew.
        Index(
            "ix_enrollments_unplanned",
            "organization_id",
            "id",
            postgresql_where=text("planned_version IS DISTINCT FROM version"),
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    request_id: Mapped[UUID | None] = mapped_column(Uuid)
    protocol: Mapped[str] = mapped_column(Text)
    protocol_version: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    tier_reason: Mapped[str] = mapped_column(Text)
    tier_since: Mapped[datetime] = mapped_column(INSTANT)
    tier_decided_at: Mapped[datetime] = mapped_column(INSTANT)
    tier_suggestion: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reviews: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    look_due_at: Mapped[datetime] = mapped_column(INSTANT)
    case_manager: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    baselines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    targets: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    circumstances: Mapped[list[str]] = mapped_column(JSONB)
    circumstance_spans: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    consents: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    override: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    inpatient_since: Mapped[datetime | None] = mapped_column(INSTANT)
    activated_at: Mapped[datetime | None] = mapped_column(INSTANT)
    paused_until: Mapped[datetime | None] = mapped_column(INSTANT)
    first_reading_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    end_reason: Mapped[str | None] = mapped_column(Text)
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("enrollments.id"))
    waits: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    silent: Mapped[bool] = mapped_column(default=False)
    planned_version: Mapped[int | None]

    @property
    def known_facts(self) -> Sequence[str | dict[str, Any]]:
        """The circumstances in time, as soon as something was said of when; else those that hold."""
        return self.circumstances if self.circumstance_spans is None else self.circumstance_spans


class EnrollmentActRow(OfOrganization, Row):
    """What was done, by whom, when, and why."""

    __tablename__ = "enrollment_acts"
    __table_args__ = (Index("ix_enrollment_acts_enrollment_id", "enrollment_id", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id"))
    act: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT)
    by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    inputs: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


async def get(tx: Session, enrollment_id: UUID) -> EnrollmentRow:
    """The enrollment; raises NotFound."""
    row = await tx.get(EnrollmentRow, enrollment_id)
    if row is None:
        raise NotFound("enrollment")
    await protocol_versions.bring(tx, [row])
    return row


async def latest(tx: Session, patient_id: UUID, protocol: str) -> EnrollmentRow | None:
    """A patient's newest enrollment under a protocol, in whatever state."""
    query = select(EnrollmentRow).where(EnrollmentRow.patient_id == patient_id, EnrollmentRow.protocol == protocol)
    return await tx.scalar(query.order_by(EnrollmentRow.id.desc()).limit(1))


async def get_for_update(tx: Session, enrollment_id: UUID) -> EnrollmentRow:
    """The enrollment, locked; raises NotFound."""
    row = await tx.get(EnrollmentRow, enrollment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("enrollment")
    await protocol_versions.bring(tx, [row])
    return row


async def several(tx: Session, enrollment_ids: Iterable[UUID]) -> dict[UUID, EnrollmentRow]:
    """Enrollments by id."""
    query = select(EnrollmentRow).where(EnrollmentRow.id.in_(list(enrollment_ids)))
    return {row.id: row for row in await _brought(tx, query.execution_options(populate_existing=True))}


async def by_request(tx: Session, request_id: UUID) -> EnrollmentRow | None:
    """The enrollment that answered a need."""
    row = await tx.scalar(select(EnrollmentRow).where(EnrollmentRow.request_id == request_id))
    await protocol_versions.bring(tx, [row])
    return row


async def followed(tx: Session, patient_id: UUID, protocol: str | None = None) -> Sequence[EnrollmentRow]:
    """A patient's active and paused enrollments, optionally under one protocol."""
    live = EnrollmentRow.state.in_(sorted(FOLLOWED))
    query = select(EnrollmentRow).where(EnrollmentRow.patient_id == patient_id, live)
    if protocol is not None:
        query = query.where(EnrollmentRow.protocol == protocol)
    return await _brought(tx, query.order_by(EnrollmentRow.id))


async def ended_by_death(tx: Session, patient_id: UUID) -> Sequence[EnrollmentRow]:
    """What a patient was followed under until the record said that they had died."""
    query = select(EnrollmentRow).join(EnrollmentActRow, EnrollmentActRow.enrollment_id == EnrollmentRow.id)
    query = query.where(EnrollmentRow.patient_id == patient_id, EnrollmentRow.state == EnrollmentState.ENDED)
    query = query.where(EnrollmentActRow.act == DEATH, EnrollmentActRow.at == EnrollmentRow.ended_at)
    return await _brought(tx, query.order_by(EnrollmentRow.id))


async def newest_over(tx: Session, patient_id: UUID, protocol: str) -> EnrollmentRow | None:
    """The patient's ended enrollment under a protocol, the newest if there are several."""
    over = EnrollmentRow.state == EnrollmentState.ENDED
    query = select(EnrollmentRow).where(EnrollmentRow.patient_id == patient_id, EnrollmentRow.protocol == protocol)
    return await tx.scalar(query.where(over).order_by(EnrollmentRow.ended_at.desc(), EnrollmentRow.id.desc()).limit(1))


async def page(
    tx: Session, filters: dict[str, Any], *, to_review: bool = False, after: UUID | None, limit: int
) -> Sequence[EnrollmentRow]:
    """Enrollments by id; ``filters`` names columns; ``to_review``: only with something to be looked at again."""
    query = select(EnrollmentRow).order_by(EnrollmentRow.id).limit(limit)
    for name, value in filters.items():
        query = query.where(getattr(EnrollmentRow, name) == value)
    if to_review:
        query = query.where(_REVIEWED)
    if after is not None:
        query = query.where(EnrollmentRow.id > after)
    return await _brought(tx, query)


async def not_closest(tx: Session, enrollment_ids: Iterable[UUID]) -> Sequence[EnrollmentRow]:
    """Those of these enrollments that are followed, and not yet as closely as can be; locked."""
    query = select(EnrollmentRow).where(EnrollmentRow.id == any_(_IDS), IS_FOLLOWED)
    query = query.where(EnrollmentRow.tier != RiskTier.HIGH).order_by(EnrollmentRow.id).with_for_update()
    # An array: a list of single values would be another statement to plan for each length.
    values = {"ids": list(enrollment_ids)}
    rows = (await tx.scalars(query, values, execution_options={"populate_existing": True})).all()
    await protocol_versions.bring(tx, rows)
    return rows


async def _brought(tx: Session, query: Select[EnrollmentRow]) -> Sequence[EnrollmentRow]:
    """The rows, with the protocol versions they are pinned to."""
    rows: Sequence[EnrollmentRow] = (await tx.scalars(query)).all()
    await protocol_versions.bring(tx, rows)
    return rows


def note(
    tx: Session,
    row: EnrollmentRow,
    act: str,
    reason: str,
    *,
    before: str | None,
    after: str,
    by: str,
    at: datetime,
    inputs: dict[str, Any] | None = None,
) -> None:
    """Add a line to an enrollment's history."""
    tx.add(
        EnrollmentActRow(
            organization_id=row.organization_id,
            enrollment_id=row.id,
            act=act,
            at=at,
            by=by,
            reason=reason,
            before=before,
            after=after,
            inputs=inputs,
        )
    )


async def history(tx: Session, enrollment_id: UUID) -> Sequence[EnrollmentActRow]:
    """Everything done with an enrollment, oldest first."""
    query = select(EnrollmentActRow).where(EnrollmentActRow.enrollment_id == enrollment_id)
    return (await tx.scalars(query.order_by(EnrollmentActRow.seq))).all()


_FIRST = (
    "UPDATE enrollments e SET first_reading_at = t.at FROM unnest($1::uuid[], $2::timestamptz[]) AS t (id, at)"
    " WHERE e.id = t.id AND e.first_reading_at IS NULL RETURNING e.id"
)


async def first_readings(tx: Session, seen: Iterable[tuple[UUID, datetime]]) -> set[UUID]:
    """Note the first reading of enrollments that had none; returns those for which it was the first."""
    arrays = [list(column) for column in zip(*seen, strict=True)]
    if not arrays:
        return set()
    return {row[0] for row in await wire.fetch(tx, _FIRST, *arrays)}
