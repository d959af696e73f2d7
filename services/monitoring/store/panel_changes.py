"""What the panel needs of changes of medicines and of notices, read as the rest of the panel is: by arrays."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.domain.panel_changes import NOTICES, Change
from services.monitoring.domain.plan_changes import NEVER
from services.monitoring.store import wire
from shared.db.base import Session
from shared.vocabulary import PlanChangeState

_WAITING = (
    PlanChangeState.PROPOSED,
    PlanChangeState.APPROVED,
    PlanChangeState.APPROVED_MODIFIED,
    PlanChangeState.ORDERED,
)
_CHANGES = (
    "SELECT c.patient_id, c.id, c.drug, c.state, c.priority, c.expires_at, c.decided_at, c.decided_by, c.ordered_at,"
    " c.informed, c.cosign_due, c.cosigned_at IS NOT NULL, c.sign_due, c.signed_at IS NOT NULL FROM plan_changes c"
    " WHERE c.patient_id = ANY($1::uuid[]) AND (c.state = ANY($2::text[])"
    " OR (c.cosign_due IS NOT NULL AND c.cosigned_at IS NULL AND c.state <> ALL($3::text[]))"
    " OR (c.sign_due IS NOT NULL AND c.signed_at IS NULL)) ORDER BY c.id"
)
_NOTICES = (
    "SELECT n.id, n.patient_id, n.kind, n.told, n.answer_by FROM notices n WHERE n.patient_id = ANY($1::uuid[])"
    " AND n.acknowledged_at IS NULL AND n.answer_by IS NOT NULL AND n.kind = ANY($2::text[]) ORDER BY n.id"
)


class Notice(NamedTuple):
    """A notice that nobody has answered."""

    id: UUID
    patient_id: UUID
    kind: str
    told: str
    answer_by: datetime


async def changes(tx: Session, patient_ids: Iterable[UUID]) -> list[tuple[UUID, Change]]:
    """The changes of patients that wait for somebody, each with its patient."""
    rows = await wire.fetch(tx, _CHANGES, list(patient_ids), sorted(_WAITING), sorted(NEVER))
    return [(row[0], Change(row[1], row[2], PlanChangeState(row[3]), *row[4:])) for row in rows]


async def notices(tx: Session, patient_ids: Iterable[UUID]) -> list[Notice]:
    """The notices of patients that wait for an answer."""
    return [Notice._make(row) for row in await wire.fetch(tx, _NOTICES, list(patient_ids), sorted(NOTICES))]
