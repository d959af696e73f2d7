"""Which teams and payers figures may be asked of."""

from collections.abc import Sequence

from sqlalchemy import String, cast, exists, func, literal, or_, select, union

from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.teams import TeamRow
from shared.db.base import Session, organization

_TEAMS = ((TeamRow, TeamRow.key), (NeedRow, NeedRow.team), (ReferralRow, ReferralRow.team))
_PAYER = cast(PatientRow.coverage[0]["payer"].astext, String)


async def knows_team(tx: Session, team: str) -> bool:
    """Whether a team is registered, or work names it."""
    mine = organization(tx)
    named = (exists(select(literal(1)).where(row.organization_id == mine, column == team)) for row, column in _TEAMS)
    return bool(await tx.scalar(select(or_(*named))))


async def teams(tx: Session, most: int) -> Sequence[str]:
    """The registered teams and those that work names, by name."""
    mine = organization(tx)
    named = (
        select(column.label("key")).where(row.organization_id == mine, column.is_not(None)) for row, column in _TEAMS
    )
    either = union(*named).subquery()
    return (await tx.scalars(select(either.c.key).order_by(either.c.key).limit(most))).all()


async def knows_payer(tx: Session, payer: str) -> bool:
    """Whether it is the payer of anybody's first coverage."""
    named = select(literal(1)).where(PatientRow.organization_id == organization(tx), _PAYER.in_([payer])).limit(1)
    return await tx.scalar(named) is not None


async def payers(tx: Session, most: int) -> Sequence[str]:
    """The payers of first coverages, those with the most patients first."""
    whose = PatientRow.organization_id == organization(tx), _PAYER.is_not(None)
    query = select(_PAYER).where(*whose).group_by(_PAYER).order_by(func.count().desc(), _PAYER).limit(most)
    return (await tx.scalars(query)).all()
