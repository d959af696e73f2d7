"""Proposing an assignment of a whole panel beside the walk down the worklist, and accepting all or some of it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.coordination.domain import assignment
from services.coordination.domain.assignment import Asking, Pair, Panel, Terms
from services.coordination.domain.assignment_pairs import panel
from services.coordination.domain.assignment_problems import AssignmentExpired, NotInAssignment
from services.coordination.domain.assignment_solver import solve
from services.coordination.domain.offers import Offer
from services.coordination.store import assignments as store
from services.coordination.store.assignments import AssignmentItemRow, AssignmentRow
from services.coordination.usecases import panels, referrals
from services.coordination.usecases.assignment_views import item, totals, view
from shared.contracts.base import Page
from shared.contracts.coordination.assignments import (
    AT_ONCE,
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentItemRead,
    AssignmentRead,
    ProposeAssignment,
)
from shared.contracts.coordination.referrals import CreateReferral
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.db.session import known_failures
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import Problem, check_version
from shared.vocabulary import AssignmentState

Choice = Mapping[int, Pair]


async def propose(tx: Session, body: ProposeAssignment, *, actor: Actor, now: datetime) -> AssignmentRead:
    """Assign a panel of needs at once, beside the walk down the worklist; nothing is held or referred yet."""
    needs = await panels.needs_of(tx, body)
    late = timedelta(days=body.max_late_days)
    asked = await panels.askings(tx, needs, body.service, now)
    offers = await panels.directory(tx, needs, now) if needs else []
    # Seconds of arithmetic: in a thread of its own, so that other requests are answered meanwhile.
    found, best, walked = await asyncio.to_thread(_solved, asked, offers, Terms(max_late=late))
    row = AssignmentRow(
        id=new_id(),
        organization_id=organization(tx),
        proposed_by=actor.person,
        expires_at=now + timedelta(hours=body.valid_hours),
        asked=body.model_dump(mode="json"),
        passed_over=panels.passed_over(body, needs),
        solver=totals(found, best).model_dump(mode="json"),
        greedy=totals(found, walked).model_dump(mode="json"),
        version=1,
        created_at=now,
        updated_at=now,
    )
    patients = {need.id: need.patient_id for need in needs}
    kept = [_kept(row, found, index, patients, best, walked) for index in range(len(found.askings))]
    await store.add(tx, row, kept)
    return await view(tx, row, now)


def _solved(asked: Sequence[Asking], offers: Sequence[Offer], terms: Terms) -> tuple[Panel, Choice, Choice]:
    found = panel(asked, offers, terms)
    return found, solve(found), assignment.greedy(found)


def _kept(
    row: AssignmentRow, found: Panel, index: int, patients: Mapping[UUID, UUID], best: Choice, walked: Choice
) -> dict[str, Any]:
    need_id, pair = found.askings[index].need_id, best.get(index)
    place = _place(pair)
    return {
        "organization_id": row.organization_id,
        "assignment_id": row.id,
        "need_id": need_id,
        "patient_id": patients[need_id],
        "state": AssignmentState.UNASSIGNED if pair is None else AssignmentState.PROPOSED,
        **(place or dict.fromkeys(("specialist_id", "slot_id", "starts_at", "patient_cost", "late_minutes"))),
        "greedy": _document(_place(walked.get(index))),
        "why_not": assignment.why_not(found, index) if pair is None else None,
    }


def _place(pair: Pair | None) -> dict[str, Any] | None:
    if pair is None:
        return None
    unit = pair.unit
    where = {"specialist_id": unit.specialist_id, "slot_id": unit.slot_id, "starts_at": unit.starts_at}
    return {**where, "patient_cost": pair.cost, "late_minutes": pair.late_minutes}


def _document(place: dict[str, Any] | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if _worded(value) else value
        for name, value in place.items()
    }


def _worded(value: object) -> bool:
    return isinstance(value, UUID | Decimal)


async def get(tx: Session, assignment_id: UUID, *, now: datetime) -> AssignmentRead:
    """One proposal as it stands; raises NotFound."""
    return await view(tx, await store.get(tx, assignment_id), now)


async def items(tx: Session, assignment_id: UUID, *, cursor: str | None, limit: int) -> Page[AssignmentItemRead]:
    """The needs of a proposal by id; raises NotFound."""
    await store.get(tx, assignment_id)
    rows = await store.items(tx, assignment_id, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: _seen(tx, row), at=lambda row: (str(row.need_id),))


def _seen(tx: Session, row: AssignmentItemRow) -> AssignmentItemRead:
    audit.saw(tx, row.patient_id, row.need_id)
    return item(row)


async def accept(
    tx: Session, assignment_id: UUID, body: AcceptAssignment, *, version: int, actor: Actor, now: datetime
) -> AssignmentAccepted:
    """Refer needs of a proposal to their places, each once; one that no longer fits is told, and costs no other.

    Raises:
        NotFound, Stale.
        AssignmentExpired: it was proposed too long ago.
        NotInAssignment: a need that was named is not in it.
    """
    row = await store.get(tx, assignment_id, lock=True)
    check_version(row.version, version)
    if row.expires_at <= now:
        raise AssignmentExpired(f"It was valid until {row.expires_at:%Y-%m-%dT%H:%MZ}. Propose again.")
    chosen = await store.chosen(tx, assignment_id, body.need_ids, limit=AT_ONCE)
    missing = set(body.need_ids or ()) - {one.need_id for one in chosen}
    if missing:
        raise NotInAssignment("Take need_ids from the proposal's items.", needs=sorted(map(str, missing)))
    for one in chosen:
        audit.saw(tx, one.patient_id, one.need_id)
        if one.specialist_id is not None and one.referral_id is None:
            await _refer(tx, one, one.specialist_id, body, actor=actor, now=now)
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    return AssignmentAccepted(assignment=await view(tx, row, now), items=[item(one) for one in chosen])


async def _refer(
    tx: Session, one: AssignmentItemRow, specialist_id: UUID, body: AcceptAssignment, *, actor: Actor, now: datetime
) -> None:
    asked = CreateReferral(
        specialist_id=specialist_id,
        clinical_question=body.clinical_question,
        authorization_required=body.authorization_required,
        slot=one.slot_id,
        hold_hours=body.hold_hours,
        send=body.send,
    )
    try:
        with known_failures():
            async with tx.begin_nested():
                referral = await referrals.create(tx, one.need_id, asked, actor=actor, now=now)
    except Problem as problem:
        one.state, one.code, one.detail = AssignmentState.CONFLICT, problem.code, problem.detail
        return
    one.state, one.referral_id, one.code, one.detail = AssignmentState.REFERRED, referral.id, None, None
