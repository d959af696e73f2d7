"""Measures over HTTP."""

from typing import Annotated

from fastapi import Depends, Query

from services.monitoring.domain.quality_measures import MeasureKey
from services.monitoring.store.measures import Scope
from services.monitoring.usecases import measures
from services.monitoring.usecases.measures import Asked
from shared.contracts.base import Instant, Text
from shared.contracts.monitoring.measures import MeasureList, MeasureRead
from shared.kit.problems import as_of as instant
from shared.vocabulary import ProtocolKey, RiskTier
from shared.web.deps import Now, ReadTx
from shared.web.paging import PageAsked
from shared.web.route import Router

router = Router(prefix="/v1/measures", tags=["measures"])


async def _asked(
    now: Now,
    period: Annotated[str, Query(pattern=r"^20\d\d(-(0[1-9]|1[0-2]))?$", examples=["2026"])],
    as_of: Annotated[Instant | None, Query(description="As it was known at this instant; by default now.")] = None,
    case_manager: Text | None = None,
    protocol: ProtocolKey | None = None,
    tier: RiskTier | None = None,
) -> Asked:
    return Asked(period, instant(as_of, now), Scope(case_manager, protocol, tier))


_Asked = Annotated[Asked, Depends(_asked)]


@router.get("", operation_id="measures.list")
async def list_all(tx: ReadTx, asked: _Asked) -> list[MeasureRead]:
    """Every measure of a year or month: operational, not certified HEDIS."""
    return await measures.several(tx, asked)


@router.get("/{key}", operation_id="measures.get")
async def get(
    key: MeasureKey,
    tx: ReadTx,
    asked: _Asked,
    page: PageAsked,
    met: Annotated[bool | None, Query(description="Only the numerator, or only the others.")] = None,
) -> MeasureList:
    """One measure and the list behind its figure."""
    return await measures.one(tx, key, asked, met=met, limit=page.limit, cursor=page.cursor)
