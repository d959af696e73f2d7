"""The worklist rows of many needs in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.off_hours import outside_hours
from services.coordination.domain.worklist import rank_key
from services.coordination.store import need_codec, work_facets
from services.coordination.store.needs import NeedRow
from services.coordination.store.obligations import ObligationRow, close_those
from services.coordination.store.work_facets import Facets
from shared.db.base import Session
from shared.kit.ids import new_id
from shared.vocabulary import NeedKind, Priority

_KEY = ("organization_id", "source", "source_id", "stage")
_FACETS = ("kind", "role", "pathways", "payer", "language", "interpreter_needed", "facility")
_FOLLOWS = ("patient_id", "title", "priority", "due_at", "on_call", "rank_key", "updated_at", "closed_at", *_FACETS)
STAGE = "need"


async def put(tx: Session, needs: Sequence[NeedRow], now: datetime) -> None:
    """Bring the worklist rows of open needs up to date; a claimed row keeps its owner and team."""
    if not needs:
        return
    # Rows as parameters, not as VALUES: the statement is compiled once whatever their number.
    new = insert(ObligationRow)
    changed: dict[str, Any] = {name: new.excluded[name] for name in _FOLLOWS}
    changed["owner"] = func.coalesce(new.excluded.owner, ObligationRow.owner)
    changed["team"] = func.coalesce(new.excluded.team, ObligationRow.team)
    changed["version"] = ObligationRow.version + 1
    rows = [_row(need, await work_facets.of_need(tx, need), now) for need in needs]
    await tx.execute(new.on_conflict_do_update(index_elements=list(_KEY), set_=changed), rows)


async def close(tx: Session, needs: Sequence[NeedRow], now: datetime) -> None:
    """Take needs off the worklist."""
    if not needs:
        return
    ids = [need.id for need in needs]
    await close_those(tx, now, ObligationRow.source == "need", ObligationRow.source_id.in_(ids))


def _row(need: NeedRow, facets: Facets, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organization_id": need.organization_id,
        "source": "need",
        "source_id": need.id,
        "stage": STAGE,
        "patient_id": need.patient_id,
        "title": KINDS[NeedKind(need.kind)].title,
        "priority": need.priority,
        "due_at": need.due_at,
        "on_call": outside_hours(need_codec.clocks_of(need)),
        "rank_key": rank_key(need.due_at, Priority(need.priority)),
        "owner": need.owner,
        "team": need.team,
        "closed_at": None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        **facets.columns(),
    }
