"""Referrals as other systems ask for them: many at once, without acts and history."""

from collections.abc import Sequence
from uuid import UUID

from services.coordination.store import referrals as store
from services.coordination.store import specialists
from services.coordination.store.referrals import ReferralFilter, ReferralRow
from shared.contracts.base import Page
from shared.contracts.coordination.referral_requests import ReferralRequest
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.paging import after_id
from shared.vocabulary import ReferralAct, ReferralState

_DERIVED = ("specialist_name", "reason")


async def get(tx: Session, referral_id: UUID) -> ReferralRequest:
    """One referral.

    Raises:
        NotFound: there is none in this organization.
    """
    row = await store.get(tx, referral_id)
    return (await _shown(tx, [row]))[row.id]


async def find(tx: Session, wanted: ReferralFilter, *, cursor: str | None, limit: int) -> Page[ReferralRequest]:
    """Referrals, newest first."""
    rows = await store.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    shown = await _shown(tx, rows[:limit])
    return page_of(rows, limit, lambda row: shown[row.id])


async def end_of_round(tx: Session, referral_id: UUID, number: int) -> ReferralState | None:
    """In which state an earlier round of a reopened referral ended; None for one that is not over."""
    reopened = [entry for entry in await store.history(tx, [referral_id]) if entry.act == ReferralAct.REOPEN]
    return ReferralState(reopened[number - 1].from_state) if 1 <= number <= len(reopened) else None


async def _shown(tx: Session, rows: Sequence[ReferralRow]) -> dict[UUID, ReferralRequest]:
    names = await specialists.names(tx, {row.specialist_id for row in rows})
    reasons = await store.last_reasons(tx, [row.id for row in rows])
    for row in rows:
        audit.saw(tx, row.patient_id, row.id)
    return {row.id: _one(row, names[row.specialist_id], reasons.get(row.id)) for row in rows}


def _one(row: ReferralRow, name: str, reason: str | None) -> ReferralRequest:
    same = {field: getattr(row, field) for field in ReferralRequest.model_fields if field not in _DERIVED}
    return ReferralRequest.model_validate({**same, "specialist_name": name, "reason": reason})
