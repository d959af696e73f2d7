"""Whose work it is: with the work and with the need or referral behind it, so that the two never disagree."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from services.coordination.store import obligations, worklist
from services.coordination.store.needs import NeedRow
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.referrals import ReferralRow
from shared.db.base import Session
from shared.vocabulary import ObligationSource

BEHIND: Mapping[str, type[NeedRow] | type[ReferralRow]] = {
    ObligationSource.NEED: NeedRow,
    ObligationSource.REFERRAL: ReferralRow,
}


async def lock(tx: Session, work_id: UUID) -> ObligationRow:
    """One piece of work, to change hands. What is behind it is locked first, as by everybody who works on that.

    Raises:
        NotFound: there is none in this organization.
    """
    found = await worklist.get(tx, work_id)
    behind = BEHIND.get(found.source)
    if behind is not None:
        await tx.execute(select(behind.id).where(behind.id == found.source_id).with_for_update(key_share=True))
    return await obligations.get_for_update(tx, work_id)


async def give(tx: Session, row: ObligationRow, owner: str | None, team: str | None, now: datetime) -> None:
    """Give work to a person and a team, and the need or referral behind it with it.

    The version of the need or referral stays: whoever claims work and then acts on it need not read it again.
    """
    if (row.owner, row.team) == (owner, team):
        return
    row.owner, row.team = owner, team
    row.version, row.updated_at = row.version + 1, now
    behind = BEHIND.get(row.source)
    if behind is not None:
        held = update(behind).where(behind.id == row.source_id).values(owner=owner, team=team)
        await tx.execute(held.execution_options(synchronize_session=False))
    await tx.flush()
