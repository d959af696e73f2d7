"""Which subjects of tokens are known here: people are kept by the issuer, and named by what they do."""

from sqlalchemy import exists, func, literal, or_, select

from services.coordination.store.care_teams import CareTeamRow
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.specialists import SpecialistRow
from services.coordination.store.teams import TeamRow
from shared.db.base import Session, organization


async def knows(tx: Session, subject: str) -> bool:
    """Whether somebody is on a team or a care team, has work, or is a specialist with an account."""
    mine, one = organization(tx), literal(1)
    named = (
        exists(select(one).where(TeamRow.organization_id == mine, literal(subject) == func.any(TeamRow.members))),
        exists(select(one).where(CareTeamRow.organization_id == mine, CareTeamRow.subject == subject)),
        exists(select(one).where(ObligationRow.organization_id == mine, ObligationRow.owner == subject)),
        exists(select(one).where(SpecialistRow.organization_id == mine, SpecialistRow.user_subject == subject)),
    )
    return bool(await tx.scalar(select(or_(*named))))
