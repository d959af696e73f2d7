"""Treatment plans over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.store.plans import Wanted
from services.monitoring.usecases import plan_ends, plans, reconciliations
from shared.contracts.base import Instant, Page
from shared.contracts.monitoring.plans import (
    EndPlan,
    PlanComparison,
    PlanRead,
    PlanVersionRead,
    Reconcile,
    ReconciliationRead,
    ReplacePlan,
    RevisePlan,
    StartPlan,
)
from shared.vocabulary import PlanEndReason
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/plans", tags=["plans"])


@router.post("", operation_id="plans.start", status_code=201)
async def start(body: StartPlan, response: Response, tx: Tx, actor: Who, now: Now) -> PlanRead:
    """A patient's plan begins: goals, what is ordered already, education. A patient has one plan at a time."""
    return tagged(response, await plans.start(tx, body, actor=actor, now=now))


@router.get("", operation_id="plans.list")
async def list_all(
    asked: Request,
    response: Response,
    tx: ReadTx,
    page: PageAsked,
    patient_id: UUID | None = None,
    lasting: Annotated[bool | None, Query(description="Only those that last, or only those that are over.")] = None,
) -> Page[PlanRead]:
    """Plans as they are now, oldest first."""
    ends = None if lasting is None else [None] if lasting else list(PlanEndReason)
    wanted = Wanted(patient_ids=None if patient_id is None else [patient_id], ends=ends)
    found = await plans.page(tx, wanted, limit=page.limit, cursor=page.cursor)
    return paged(response, asked, found)


@router.get("/{plan_id}", operation_id="plans.get")
async def get(
    plan_id: UUID,
    response: Response,
    tx: ReadTx,
    now: Now,
    as_of: Annotated[Instant | None, Query(description="The plan as it was at this instant; now by default.")] = None,
) -> PlanRead:
    """The plan as it is, or as it was at any instant."""
    return tagged(response, await plans.get(tx, plan_id, as_of=as_of, now=now))


@router.get("/{plan_id}/versions", operation_id="plans.versions")
async def versions(plan_id: UUID, tx: ReadTx) -> list[PlanVersionRead]:
    """Every version: when it took effect, by whom, for what reason, by which change of medicines."""
    return await plans.versions(tx, plan_id)


@router.get("/{plan_id}/difference", operation_id="plans.difference")
async def difference(
    plan_id: UUID, tx: ReadTx, earlier: Annotated[int, Query(ge=1)], later: Annotated[int, Query(ge=1)]
) -> PlanComparison:
    """What changed from one version to another, line by line."""
    return await plans.compare(tx, plan_id, earlier=earlier, later=later)


@router.post("/{plan_id}/revise", operation_id="plans.revise")
async def revise(
    plan_id: UUID, body: RevisePlan, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanRead:
    """A new version of goals, orders or education; medicines change through /v1/plan-changes only."""
    return tagged(response, await plans.revise(tx, plan_id, body, version=if_match, actor=actor, now=now))


@router.post("/{plan_id}/end", operation_id="plans.end")
async def end(
    plan_id: UUID, body: EndPlan, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanRead:
    """The plan is over. Proposals are cancelled, what was decided and had yet to take effect is stopped and its people
    are told, and signatures of standing orders for the patient end. Owed signatures and unanswered notices stay."""
    return tagged(response, await plan_ends.end(tx, plan_id, body, version=if_match, actor=actor, now=now))


@router.post("/{plan_id}/replace", operation_id="plans.replace", status_code=201)
async def replace(
    plan_id: UUID, body: ReplacePlan, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanRead:
    """Another plan begins where this one ends, with the medicines as they are; the answer is the new one."""
    return tagged(response, await plan_ends.replace(tx, plan_id, body, version=if_match, actor=actor, now=now))


@router.post("/{plan_id}/reconciliations", operation_id="plans.reconcile", status_code=201)
async def reconcile(plan_id: UUID, body: Reconcile, tx: Tx, actor: Who, now: Now) -> ReconciliationRead:
    """Record which lists were compared and what was found for each drug; what is unclear becomes a need."""
    return await reconciliations.record(tx, plan_id, body, actor=actor, now=now)


@router.get("/{plan_id}/reconciliations", operation_id="plans.reconciliations")
async def list_reconciliations(plan_id: UUID, tx: ReadTx) -> list[ReconciliationRead]:
    """The plan's reconciliations, newest first."""
    return await reconciliations.of_plan(tx, plan_id)
