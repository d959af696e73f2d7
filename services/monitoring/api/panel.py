"""The case manager's panel over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.store.panel import NOBODY, PanelFilter
from services.monitoring.usecases import panel
from shared.contracts.base import Code, Instant, Page, Text
from shared.contracts.monitoring.panel import PanelEntryRead
from shared.kit.actor import Actor
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
        list[Text] | None, Query(max_length=50, description="A token's subject, or ``me``; several are a team.")
    ] = None,
    unassigned: Annotated[bool, Query(description="Only patients without a case manager.")] = False,
    protocol: Code | None = None,
    tier: RiskTier | None = None,
    severity: Annotated[Severity | None, Query(description="The highest among the live alerts.")] = None,
    patient_id: UUID | None = None,
    due_before: Annotated[Instant | None, Query(description="Leaves out whom nothing waits for.")] = None,
    awaits: Annotated[
        list[Text] | None, Query(max_length=50, description="Who must act; ``me`` with what waits for your roles.")
    ] = None,
) -> Page[PanelEntryRead]:
    """Who needs the case manager first, and why: every followed patient, the most pressing first."""
    asked = tuple(actor.person if each == "me" else each for each in case_manager) if case_manager else None
    waited = None if awaits is None else tuple(who for each in awaits for who in _named(each, actor))
    whose = (NOBODY,) if unassigned else asked
    wanted = PanelFilter(whose, protocol, tier, severity, patient_id, due_before, waited)
    found = await panel.page(tx, wanted, cursor=page.cursor, limit=page.limit, actor=actor, now=now)
    return paged(response, request, found)


def _named(awaited: str, actor: Actor) -> tuple[str, ...]:
    return (actor.person, *sorted(actor.roles)) if awaited == "me" else (awaited,)
