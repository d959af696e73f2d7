"""Referrals and the history of their acts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store.base import Row
from shared.db.base import INSTANT, Changing, OfOrganization, Session, organization
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import ALWAYS, Between


class ReferralRow(OfOrganization, Changing, Row):
    """A referral as it stands. The instants of its marks are columns; ``live`` follows from the state."""

    __tablename__ = "referrals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("needs.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patients.id"))
    specialist_id: Mapped[UUID] = mapped_column(ForeignKey("specialists.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))
    state: Mapped[str] = mapped_column(Text)
    live: Mapped[bool]
    round: Mapped[int]
    priority: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    team: Mapped[str | None] = mapped_column(Text)
    clinical_question: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    authorization_required: Mapped[bool]
    authorization_number: Mapped[str | None] = mapped_column(Text)
    authorized_at: Mapped[datetime | None] = mapped_column(INSTANT)
    valid_until: Mapped[date | None]
    ordered_at: Mapped[datetime] = mapped_column(INSTANT)
    ordered_by: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(INSTANT)
    visit_starts_at: Mapped[datetime | None] = mapped_column(INSTANT)
    visit_ends_at: Mapped[datetime | None] = mapped_column(INSTANT)
    visit_modality: Mapped[str | None] = mapped_column(Text)
    visit_site_id: Mapped[UUID | None]
    visit_slot_id: Mapped[UUID | None]
    no_shows: Mapped[int]
    cancel_requested_at: Mapped[datetime | None] = mapped_column(INSTANT)
    return_requested_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_elsewhere_at: Mapped[datetime | None] = mapped_column(INSTANT)
    seen_at: Mapped[datetime | None] = mapped_column(INSTANT)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reported_at: Mapped[datetime | None] = mapped_column(INSTANT)
    reviewed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    reviewed_by: Mapped[str | None] = mapped_column(Text)
    informed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    informed_by: Mapped[str | None] = mapped_column(Text)
    waived_at: Mapped[datetime | None] = mapped_column(INSTANT)
    untold_at: Mapped[datetime | None] = mapped_column(INSTANT)
    waiver: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    stage_started_at: Mapped[datetime] = mapped_column(INSTANT)
    stage_due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    stage_why: Mapped[str | None] = mapped_column(Text)
    stage_breached_at: Mapped[datetime | None] = mapped_column(INSTANT)
    held_started_at: Mapped[datetime | None] = mapped_column(INSTANT)
    held_breached_at: Mapped[datetime | None] = mapped_column(INSTANT)
    validity_over_at: Mapped[datetime | None] = mapped_column(INSTANT)

    __table_args__ = (
        Index("uq_referrals_live", "organization_id", "need_id", unique=True, postgresql_where=text("live")),
        Index("ix_referrals_need", "organization_id", "need_id"),
        Index("ix_referrals_patient", "organization_id", "patient_id", "id"),
        Index("ix_referrals_specialist", "organization_id", "specialist_id", "id"),
        Index(
            "ix_referrals_due",
            "organization_id",
            "stage_due_at",
            postgresql_where=text("stage_breached_at IS NULL AND stage_due_at IS NOT NULL"),
        ),
        Index(
            "ix_referrals_validity",
            "organization_id",
            "valid_until",
            postgresql_where=text("live AND validity_over_at IS NULL AND valid_until IS NOT NULL"),
        ),
    )


class ReferralActRow(OfOrganization, Row):
    """One act; ``done_at`` is when it happened, ``recorded_at`` when it was written down."""

    __tablename__ = "referral_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    sequence: Mapped[int]
    act: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime] = mapped_column(INSTANT)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    note: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (UniqueConstraint("referral_id", "sequence"),)


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """What to show of the referrals; None shows all. ``specialists`` walls a specialist's account in.

    ``withheld``: pairs of patient and specialist that are left out.
    """

    state: str | None = None
    live: bool | None = None
    need_id: UUID | None = None
    patient_id: UUID | None = None
    specialist_id: UUID | None = None
    overdue_at: datetime | None = None
    specialists: list[UUID] | None = None
    ids: Sequence[UUID] | None = None
    states: Sequence[str] | None = None
    patient_ids: Sequence[UUID] | None = None
    ordered: Between = ALWAYS
    changed: Between = ALWAYS
    visit: Between = ALWAYS
    with_visit: bool = False
    withheld: Sequence[tuple[UUID, UUID]] = ()

    def only(self, specialists: list[UUID]) -> "ReferralFilter":
        """The same, of these specialists alone."""
        return replace(self, specialists=specialists)


async def get(tx: Session, referral_id: UUID, *, lock: bool = False) -> ReferralRow:
    """One referral, with ``lock`` for a change.

    Raises:
        NotFound: there is none in this organization.
    """
    query = select(ReferralRow).where(ReferralRow.organization_id == organization(tx), ReferralRow.id == referral_id)
    row = await tx.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("referral")
    return row


async def live_of(tx: Session, need_id: UUID) -> ReferralRow | None:
    """The live referral of a need, if there is one."""
    mine = ReferralRow.organization_id == organization(tx)
    return await tx.scalar(select(ReferralRow).where(mine, ReferralRow.need_id == need_id, ReferralRow.live))


async def of_need(tx: Session, need_id: UUID) -> Sequence[ReferralRow]:
    """All referrals of a need, the oldest first: how it was sent on from one specialist to the next."""
    mine = ReferralRow.organization_id == organization(tx)
    query = select(ReferralRow).where(mine, ReferralRow.need_id == need_id)
    return (await tx.scalars(query.order_by(ReferralRow.id))).all()


async def of_need_in(tx: Session, need_id: UUID, states: Iterable[str]) -> Sequence[ReferralRow]:
    """A need's referrals in some states, locked."""
    mine = ReferralRow.organization_id == organization(tx)
    query = select(ReferralRow).where(mine, ReferralRow.need_id == need_id, ReferralRow.state.in_(list(states)))
    return (await tx.scalars(query.with_for_update())).all()


async def of_patient_in(tx: Session, patient_id: UUID, states: Iterable[str]) -> Sequence[ReferralRow]:
    """A patient's referrals in some states, the oldest first, locked."""
    mine = ReferralRow.organization_id == organization(tx)
    query = select(ReferralRow).where(mine, ReferralRow.patient_id == patient_id, ReferralRow.state.in_(list(states)))
    return (await tx.scalars(query.order_by(ReferralRow.id).with_for_update())).all()


async def last_reasons(tx: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The last reason that was given in an act on each referral: why it was declined, given back or cancelled."""
    reason = ReferralActRow.details["reason"].astext
    query = (
        select(ReferralActRow.referral_id, reason.label("reason"))
        .where(
            ReferralActRow.organization_id == organization(tx), ReferralActRow.referral_id.in_(ids), reason.is_not(None)
        )
        .ext(distinct_on(ReferralActRow.referral_id))
        .order_by(ReferralActRow.referral_id, ReferralActRow.sequence.desc())
    )
    return {row.referral_id: row.reason for row in await tx.execute(query)}


async def page(tx: Session, wanted: ReferralFilter, *, after: UUID | None, limit: int) -> Sequence[ReferralRow]:
    """Referrals, newest first, past the row of ``after``; ids sort by time."""
    query = select(ReferralRow).where(*_conditions(tx, wanted))
    if after is not None:
        query = query.where(ReferralRow.id < after)
    return (await tx.scalars(query.order_by(ReferralRow.id.desc()).limit(limit))).all()


def _conditions(tx: Session, wanted: ReferralFilter) -> list[ColumnElement[bool]]:
    found = [ReferralRow.organization_id == organization(tx)]
    for name in ("state", "live", "need_id", "patient_id", "specialist_id"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(getattr(ReferralRow, name) == value)
    if wanted.overdue_at is not None:
        found.append(ReferralRow.stage_due_at < wanted.overdue_at)
    lists = {"specialist_id": wanted.specialists, "id": wanted.ids, "state": wanted.states,
             "patient_id": wanted.patient_ids}  # fmt: skip
    found += [getattr(ReferralRow, name).in_(values) for name, values in lists.items() if values is not None]
    if wanted.withheld:
        pairs = tuple_(ReferralRow.patient_id, ReferralRow.specialist_id)
        found.append(pairs.not_in(wanted.withheld))
    if wanted.with_visit:
        found.append(ReferralRow.visit_starts_at.is_not(None))
    spans = {"ordered_at": wanted.ordered, "updated_at": wanted.changed, "visit_starts_at": wanted.visit}
    return found + [each for name, span in spans.items() for each in between(getattr(ReferralRow, name), span)]


async def history(tx: Session, ids: Iterable[UUID]) -> Sequence[ReferralActRow]:
    """The acts of referrals, oldest first."""
    query = select(ReferralActRow).where(
        ReferralActRow.organization_id == organization(tx), ReferralActRow.referral_id.in_(list(ids))
    )
    return (await tx.scalars(query.order_by(ReferralActRow.referral_id, ReferralActRow.sequence))).all()
