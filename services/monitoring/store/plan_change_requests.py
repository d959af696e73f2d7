"""Changes of medicines as requests: what was brought, and beside a proposal the order that was decided on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    values,
)
from sqlalchemy.orm import aliased

from services.monitoring.store.plan_changes import PlanChangeActRow, PlanChangeRow
from shared.db.base import Session
from shared.db.filters import between
from shared.kit.problems import NotFound
from shared.kit.searches import ALWAYS, Between
from shared.vocabulary import PlanChangePath, PlanChangeState

Standing = tuple[str, str, bool]
"""Intent (``proposal`` or ``order``), state of the change, and whether its time is over."""
_PARTS = values(column("decided", Boolean), name="parts").data([(False,), (True,)])
_DECIDED: ColumnElement[bool] = _PARTS.c.decided


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request. ``decided``: the order a prescriber made of a proposal.

    ``over``: it took effect, and a later change of the medicine took its place, or its days have passed.
    """

    change: PlanChangeRow
    decided: bool
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What requests are found by; every part that is given must fit. ``ids`` are those of a change and its part."""

    ids: Sequence[tuple[UUID, bool]] | None = None
    patient_ids: Sequence[UUID] | None = None
    standings: Sequence[Standing] | None = None
    authored: Between = ALWAYS
    changed: Between = ALWAYS


async def get(tx: Session, change_id: UUID, *, decided: bool, now: datetime) -> RequestRow:
    """One request; raises NotFound."""
    found = await page(tx, Wanted(ids=[(change_id, decided)]), after=None, limit=1, now=now)
    if not found:
        raise NotFound("medication request")
    return found[0]


async def page(
    tx: Session, wanted: Wanted, *, after: tuple[UUID, bool] | None, limit: int, now: datetime
) -> Sequence[RequestRow]:
    """Requests, the newest change first, a proposal after the order made of it."""
    row, place = PlanChangeRow, tuple_(PlanChangeRow.id, _DECIDED)
    query = _requests(now)
    if wanted.ids is not None:
        query = query.where(place.in_(wanted.ids))
    if wanted.patient_ids is not None:
        query = query.where(row.patient_id.in_(wanted.patient_ids))
    if wanted.standings is not None:
        standing: Any = tuple_(_intent(), row.state, _over(now))
        query = query.where(standing.in_(wanted.standings))
    authored = case((_DECIDED, row.decided_at), else_=row.proposed_at)
    query = query.where(*between(authored, wanted.authored), *between(row.updated_at, wanted.changed))
    if after is not None:
        query = query.where(place < tuple_(literal(after[0]), literal(after[1])))
    found = (await tx.execute(query.order_by(row.id.desc(), _DECIDED.desc()).limit(limit))).all()
    return [RequestRow(change, decided, over) for change, decided, over in found]


async def acts(tx: Session, change_ids: Sequence[UUID]) -> Sequence[PlanChangeActRow]:
    """Everything done with some changes, oldest first."""
    query = select(PlanChangeActRow).where(PlanChangeActRow.plan_change_id.in_(change_ids))
    return (await tx.scalars(query.order_by(PlanChangeActRow.seq))).all()


def _requests(now: datetime) -> Select[PlanChangeRow, bool, bool]:
    row = PlanChangeRow
    answered = and_(row.decided_at.is_not(None), row.state != PlanChangeState.REJECTED)
    there = or_(not_(_DECIDED), and_(row.path == PlanChangePath.PROPOSAL, answered))
    return select(row, _DECIDED, _over(now)).join(_PARTS, true()).where(there)


def _intent() -> ColumnElement[str]:
    proposed = and_(not_(_DECIDED), PlanChangeRow.path == PlanChangePath.PROPOSAL)
    return case((proposed, literal("proposal", Text)), else_=literal("order", Text))


def _over(now: datetime) -> ColumnElement[bool]:
    row, later = PlanChangeRow, aliased(PlanChangeRow)
    replaced = exists().where(
        later.patient_id == row.patient_id,
        later.medicine_id == row.medicine_id,
        later.path != PlanChangePath.SAFETY_HOLD,
        later.returned_at.is_(None),
        tuple_(later.effective_at, later.id) > tuple_(row.effective_at, row.id),
    )
    passed = or_(row.returned_at.is_not(None), func.coalesce(row.held_until <= now, False))
    in_effect = row.effective_at.is_not(None)
    return and_(in_effect, or_(passed, and_(row.path != PlanChangePath.SAFETY_HOLD, replaced)))
