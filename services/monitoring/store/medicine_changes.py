"""Changes of medicines that took effect, with the class of the drug: asked for where tests hang on them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.monitoring.store import wire
from shared.db.base import Session


class TookEffect(NamedTuple):
    """One change; ``labs_from`` and ``labs_to`` are the days on which its standing order asks for tests."""

    patient_id: UUID
    effective_at: datetime
    drug: str
    drug_class: str
    kind: str
    labs_from: date | None
    labs_to: date | None


# The class is that of the line of the list as the change left it.
_TOOK_EFFECT = (
    "SELECT c.patient_id, c.effective_at, c.drug, m.line->>'drug_class', c.kind, c.labs_from, c.labs_to"
    " FROM plan_changes c JOIN plan_versions v ON v.plan_id = c.plan_id AND v.number = c.plan_number"
    " CROSS JOIN LATERAL jsonb_array_elements(v.content->'medicines') AS m (line)"
    " WHERE c.patient_id = ANY($1::uuid[]) AND c.effective_at <= $2::timestamptz AND c.kind = ANY($3::text[])"
    " AND (m.line->>'id')::uuid = c.medicine_id AND m.line->>'drug_class' = ANY($4::text[])"
    " ORDER BY c.effective_at, c.id"
)


async def took_effect(
    tx: Session, patient_ids: Iterable[UUID], now: datetime, *, kinds: Iterable[str], classes: Iterable[str]
) -> dict[UUID, list[TookEffect]]:
    """By patient the changes of these kinds, of medicines of these classes, in effect by ``now``; oldest first."""
    wanted = sorted(set(patient_ids))
    found: dict[UUID, list[TookEffect]] = {}
    if wanted:
        for row in await wire.fetch(tx, _TOOK_EFFECT, wanted, now, sorted(kinds), sorted(classes)):
            found.setdefault(row[0], []).append(TookEffect._make(row))
    return found
