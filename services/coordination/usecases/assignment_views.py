"""Proposed assignments as the caller reads them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from services.coordination.domain.assignment import Pair, Panel
from services.coordination.store import assignments as store
from services.coordination.store.assignments import AssignmentItemRow, AssignmentRow
from shared.contracts.coordination.assignments import (
    AssignmentItemRead,
    AssignmentRead,
    DifferenceRead,
    PlacedRead,
    TotalsRead,
)
from shared.db.base import Session
from shared.vocabulary import AssignmentState


def totals(found: Panel, chosen: Mapping[int, Pair]) -> TotalsRead:
    """What a choice comes to."""
    pairs = list(chosen.values())
    return TotalsRead(
        assigned=len(pairs),
        unassigned=len(found.askings) - len(pairs),
        patient_cost=sum((pair.cost for pair in pairs if pair.cost is not None), Decimal("0.00")),
        unknown_costs=sum(pair.cost is None for pair in pairs),
        late=sum(pair.late_minutes > 0 for pair in pairs),
        late_minutes=sum(pair.late_minutes for pair in pairs),
        weight=found.weight(chosen),
    )


async def view(tx: Session, row: AssignmentRow, now: datetime) -> AssignmentRead:
    """A proposal with how far it was accepted."""
    best, walked = TotalsRead.model_validate(row.solver), TotalsRead.model_validate(row.greedy)
    states = await store.states(tx, row.id)
    return AssignmentRead(
        id=row.id,
        version=row.version,
        proposed_by=row.proposed_by,
        proposed_at=row.created_at,
        expires_at=row.expires_at,
        expired=row.expires_at <= now,
        passed_over=row.passed_over,
        solver=best,
        down_the_worklist=walked,
        spared=DifferenceRead(
            more_assigned=best.assigned - walked.assigned,
            patient_cost=walked.patient_cost - best.patient_cost,
            late_minutes=walked.late_minutes - best.late_minutes,
            weight=walked.weight - best.weight,
        ),
        referred=states.get(AssignmentState.REFERRED, 0),
        conflicts=states.get(AssignmentState.CONFLICT, 0),
        remaining=states.get(AssignmentState.PROPOSED, 0),
    )


def item(row: AssignmentItemRow) -> AssignmentItemRead:
    """One need of a proposal."""
    return AssignmentItemRead(
        need_id=row.need_id,
        patient_id=row.patient_id,
        state=AssignmentState(row.state),
        place=None if row.specialist_id is None else PlacedRead.model_validate(row),
        down_the_worklist=None if row.greedy is None else PlacedRead.model_validate(row.greedy),
        why_not=row.why_not,
        referral_id=row.referral_id,
        code=row.code,
        detail=row.detail,
    )
