"""Measures of outcomes over HTTP."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Depends, Query

from services.coordination.domain.outcomes import OutcomeKey
from services.coordination.store.outcome_figures import Scope, Span
from services.coordination.usecases import measures
from services.coordination.usecases.measures import Shown
from shared.contracts.base import Code, Instant, Text
from shared.contracts.coordination.measures import OutcomeList, OutcomeRead
from shared.kit.problems import as_of as instant
from shared.vocabulary import PathwayKey
from shared.web.deps import Now, ReadTx
from shared.web.paging import PageAsked
from shared.web.route import Router

router = Router(prefix="/v1/measures", tags=["measures"])
_DAY, _YEAR_DIGITS, _MONTHS = timedelta(days=1), 4, 12


async def _span(
    now: Now,
    period: Annotated[str, Query(pattern=r"^20\d\d(-(0[1-9]|1[0-2]))?$", examples=["2026"])],
    as_of: Annotated[Instant | None, Query(description="As it was on record at this instant; by default now.")] = None,
) -> Span:
    year = int(period[:_YEAR_DIGITS])
    if len(period) == _YEAR_DIGITS:
        first, after = date(year, 1, 1), date(year + 1, 1, 1)
    else:
        month = int(period[_YEAR_DIGITS + 1 :])
        first, after = date(year, month, 1), date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return Span(first, after - _DAY, instant(as_of, now))


async def _scope(team: Code | None = None, pathway: PathwayKey | None = None, payer: Text | None = None) -> Scope:
    return Scope(team, pathway, payer)


_Span = Annotated[Span, Depends(_span)]
_Scope = Annotated[Scope, Depends(_scope)]


@router.get("", operation_id="measures.list")
async def list_all(tx: ReadTx, span: _Span, scope: _Scope) -> list[OutcomeRead]:
    """Every measure of a year or month: operational, not certified HEDIS."""
    return await measures.several(tx, span, scope)


@router.get("/{key}", operation_id="measures.get")
async def get(
    key: OutcomeKey,
    tx: ReadTx,
    span: _Span,
    scope: _Scope,
    page: PageAsked,
    met: Annotated[bool | None, Query(description="Only the numerator, or only the others of the denominator.")] = None,
    excluded: Annotated[bool | None, Query(description="Only what was excluded, or only the denominator.")] = None,
) -> OutcomeList:
    """One measure and the list behind its figure."""
    return await measures.one(tx, key, span, scope, Shown(met, excluded, page.limit, page.cursor))
