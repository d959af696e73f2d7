"""Keeping what a choice of specialist cost beside the others, at the moment it is made."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from services.coordination.domain import choices
from services.coordination.store import choices as store
from services.coordination.store import referrals as referral_store
from services.coordination.store.choices import ReferralChoiceRow
from services.coordination.store.needs import NeedRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.usecases import matching
from shared.contracts.coordination.matching import ChoiceRead
from shared.db import audit
from shared.db.base import Session


async def remember(tx: Session, row: ReferralRow, need: NeedRow, *, now: datetime) -> None:
    """Keep the costs of the chosen, the cheapest and the median adequate specialist beside a new referral."""
    wanted, ranked = await matching.judged(tx, need, matching.Asked(), also=row.specialist_id, now=now)
    found = choices.compare(ranked, row.specialist_id, wanted.currency)
    told = {"referral_id": row.id, "need_id": need.id, "patient_id": need.patient_id, "chosen_at": now}
    tx.add(ReferralChoiceRow(organization_id=row.organization_id, **told, **asdict(found)))


async def read(tx: Session, referral_id: UUID) -> ChoiceRead:
    """What the choice of a referral cost beside the adequate others.

    Raises:
        NotFound: no such referral, or it is from before choices were kept.
    """
    referral = await referral_store.get(tx, referral_id)
    audit.saw(tx, referral.patient_id, referral_id)
    return ChoiceRead.model_validate(await store.get(tx, referral_id))
