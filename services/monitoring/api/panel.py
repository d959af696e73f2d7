"""The case manager's panel over HTTP."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.store.panel import NOBODY, PanelFilter
from services.monitoring.usecases import covers, panel
from shared.contracts.base import Code, Instant, Page, Text
from shared.contracts.monitoring.panel import PanelEntryRead
from shared.vocabulary import RiskTier, Severity
from shared.web.deps import Now, ReadTx, Who
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/panel", tags=["panel"])


@router.get("", operation_id="panel.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    now: Now,
    case_manager: Annotated[
        list[Text] | None,
        Query(max_length=50, description="A token's subject; ``me`` with whom you cover for now; several are a team."),
    ] = None,
    unassigned: Annotated[bool, Query(description="Only patients without a case manager.")] = False,
    protocol: Code | None = None,
    tier: RiskTier | None = None,
    severity: Annotated[Severity | None, Query(description="The highest among the live alerts.")] = None,
    patient_id: UUID | None = None,
    due_before: Annotated[Instant | None, Query(description="Leaves out whom nothing waits for.")] = None,
    awaits: Annotated[
        list[Text] | None,
        Query(max_length=50, description="Who must act; ``me`` with what waits for your roles or for whom you cover."),
    ] = None,
) -> Page[PanelEntryRead]:
    """Who needs the case manager first, and why: every followed patient, the most pressing first."""
    mine = await covers.meant(tx, covers.ME, actor=actor, now=now) if case_manager or awaits else ()
    asked = _named(case_manager, mine) if case_manager else None
    waited = None if awaits is None else _named(awaits, (*mine, *sorted(actor.roles)))
    whose = (NOBODY,) if unassigned else asked
    wanted = PanelFilter(whose, protocol, tier, severity, patient_id, due_before, waited)
    found = await panel.page(tx, wanted, cursor=page.cursor, limit=page.limit, actor=actor, now=now)
    return paged(response, request, found)


def _named(asked: Iterable[str], mine: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(who for each in asked for who in (mine if each == covers.ME else (each,)))
