"""Whose work it is: with the work and with the need or referral behind it, so that the two never disagree."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, union_all, update

from services.coordination.store import needs, obligations, worklist
from services.coordination.store.needs import NeedRow
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.referrals import ReferralRow
from shared.db.base import Session, organization
from shared.kit.ids import new_id
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


async def give(tx: Session, row: ObligationRow, owner: str | None, team: str | None, *, by: str, now: datetime) -> None:
    """Give work to a person and a team, and the need or referral behind it with it.

    The version of the need or referral stays: whoever claims work and then acts on it need not read it again.
    """
    if (row.owner, row.team) == (owner, team):
        return
    await write_down(tx, [row], owner, team, by=by, why=None, now=now)
    row.owner, row.team = owner, team
    row.version, row.updated_at = row.version + 1, now
    behind = BEHIND.get(row.source)
    if behind is not None:
        held = update(behind).where(behind.id == row.source_id).values(owner=owner, team=team)
        await tx.execute(held.execution_options(synchronize_session=False))
    await tx.flush()


async def write_down(
    tx: Session,
    work: Sequence[ObligationRow],
    owner: str | None,
    team: str | None,
    *,
    by: str,
    why: str | None,
    now: datetime,
) -> None:
    """A line in the history of each need that changes hands, and of the need of each referral that does.

    Written before the work moves, so that the line can say whose it was.
    """
    before = {(each.source, each.source_id): each.owner or each.team for each in work}
    ids = {source: [each_id for found, each_id in before if found == source] for source in BEHIND}
    need, referral = NeedRow, ReferralRow
    own = select(literal("need").label("source"), need.id.label("about"), need.id, need.state)
    sent = select(literal("referral"), referral.id, need.id, need.state).join(need, need.id == referral.need_id)
    found = await tx.execute(
        union_all(
            own.where(need.id.in_(ids[ObligationSource.NEED])),
            sent.where(referral.id.in_(ids[ObligationSource.REFERRAL])),
        )
    )
    to = owner or team or "nobody"
    entries = []
    for source, about, need_id, state in found:
        what = "" if source == "need" else f"referral {about}: "
        text = f"{what}from {before[source, about] or 'nobody'} to {to}" + (f": {why}" if why else "")
        entries.append(
            {
                "id": new_id(),
                "organization_id": organization(tx),
                "need_id": need_id,
                "act": "assign" if source == "need" else "assign-referral",
                "from_state": state,
                "to_state": state,
                "code": None,
                "note": text,
                "done_at": now,
                "recorded_at": now,
                "by": by,
            }
        )
    if entries:
        await needs.add_history(tx, entries)
