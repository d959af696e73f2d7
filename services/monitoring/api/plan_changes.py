"""Changes of the list of medicines over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.monitoring.usecases import plan_change_steps, plan_changes
from shared.contracts.base import Page
from shared.contracts.monitoring.plan_changes import (
    ApplyStep,
    AssessStep,
    HoldDose,
    OrderChange,
    PlanChangeActRead,
    PlanChangeRead,
    ProposeChange,
    StepAnswer,
)
from shared.vocabulary import PlanChangePath, PlanChangeState
from shared.web.deps import Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/plan-changes", tags=["plan-changes"])


@router.post("/assess", operation_id="plan-changes.assess")
async def assess(body: AssessStep, tx: Tx, actor: Who, now: Now) -> StepAnswer:
    """What a nurse may do under the standing order now: allow, co-sign or refuse, with doses, reasons and inputs."""
    return await plan_change_steps.assess(tx, body, actor=actor, now=now)


@router.post("/apply", operation_id="plan-changes.apply", status_code=201)
async def apply(body: ApplyStep, response: Response, tx: Tx, actor: Who, now: Now) -> PlanChangeRead:
    """Take a step under a standing order. Refused (422 `plan-change.refused`) with the reason and the rule cited.

    There is no override: what the order does not allow is proposed to a prescriber. The step enters the list of
    medicines once the patient has said it back, within 24 hours.
    """
    return tagged(response, await plan_change_steps.apply(tx, body, actor=actor, now=now))


@router.post("", operation_id="plan-changes.create", status_code=201)
async def propose(body: ProposeChange, response: Response, tx: Tx, actor: Who, now: Now) -> PlanChangeRead:
    """Propose a change to a prescriber with an SBAR note: outside the bounds, or without an order."""
    return tagged(response, await plan_changes.propose(tx, body, actor=actor, now=now))


@router.post("/order", operation_id="plan-changes.prescribe", status_code=201)
async def order(body: OrderChange, response: Response, tx: Tx, actor: Who, now: Now) -> PlanChangeRead:
    """A prescriber orders a change; somebody else tells the patient."""
    return tagged(response, await plan_changes.order(tx, body, actor=actor, now=now))


@router.post("/hold-dose", operation_id="plan-changes.hold-dose", status_code=201)
async def hold_dose(body: HoldDose, response: Response, tx: Tx, actor: Who, now: Now) -> PlanChangeRead:
    """Hold the next dose for safety and call the prescriber; recorded, and the list stays as it is."""
    return tagged(response, await plan_changes.hold_dose(tx, body, actor=actor, now=now))


@router.get("", operation_id="plan-changes.list")
async def list_all(
    asked: Request,
    response: Response,
    tx: ReadTx,
    actor: Who,
    now: Now,
    page: PageAsked,
    patient_id: UUID | None = None,
    plan_id: UUID | None = None,
    state: PlanChangeState | None = None,
    path: PlanChangePath | None = None,
    rxnorm: str | None = None,
) -> Page[PlanChangeRead]:
    """Changes, newest first."""
    named = {"patient_id": patient_id, "plan_id": plan_id, "state": state, "path": path, "rxnorm": rxnorm}
    filters = {name: value for name, value in named.items() if value is not None}
    found = await plan_changes.page(tx, filters, limit=page.limit, cursor=page.cursor, actor=actor, now=now)
    return paged(response, asked, found)


@router.get("/{plan_change_id}", operation_id="plan-changes.get")
async def get(plan_change_id: UUID, response: Response, tx: ReadTx, actor: Who, now: Now) -> PlanChangeRead:
    """One change with its inputs, its decision and the acts allowed now, each with the reason when it is not."""
    return tagged(response, await plan_changes.get(tx, plan_change_id, actor=actor, now=now))


@router.get("/{plan_change_id}/history", operation_id="plan-changes.history")
async def history(plan_change_id: UUID, tx: ReadTx) -> list[PlanChangeActRead]:
    """Everything done with a change, oldest first."""
    return await plan_changes.history(tx, plan_change_id)
