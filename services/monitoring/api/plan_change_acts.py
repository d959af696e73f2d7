"""Acts on changes of the list of medicines over HTTP."""

from uuid import UUID

from fastapi import Response

from services.monitoring.usecases import plan_change_acts
from services.monitoring.usecases.plan_change_acts import Acting
from shared.contracts.monitoring.plan_change_acts import (
    ApproveProposal,
    NoteOnChange,
    OrderProposal,
    ProposeDraft,
    RecordVerbalOrder,
    RejectProposal,
    SignChange,
    TeachBack,
    WithdrawProposal,
)
from shared.contracts.monitoring.plan_changes import PlanChangeRead
from shared.vocabulary import PlanChangeAct as A
from shared.web.deps import IfMatch, Now, Tx, Who, tagged
from shared.web.route import Router

router = Router(prefix="/v1/plan-changes/{plan_change_id}", tags=["plan-changes"])


@router.post("/propose", operation_id="plan-changes.propose")
async def propose(
    plan_change_id: UUID, body: ProposeDraft, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """A draft goes to the prescriber."""
    acting = Acting(tx, A.PROPOSE, actor=actor, now=now)
    return tagged(response, await plan_change_acts.propose(acting, plan_change_id, body, version=if_match))


@router.post("/withdraw", operation_id="plan-changes.withdraw")
async def withdraw(
    plan_change_id: UUID, body: WithdrawProposal, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """The proposer takes it back."""
    acting = Acting(tx, A.WITHDRAW, actor=actor, now=now)
    return tagged(response, await plan_change_acts.withdraw(acting, plan_change_id, body, version=if_match))


@router.post("/approve", operation_id="plan-changes.approve")
async def approve(
    plan_change_id: UUID, body: ApproveProposal, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """A prescriber approves it, or another dose: somebody else than the proposer, with authority for the drug."""
    acting = Acting(tx, A.APPROVE, actor=actor, now=now)
    return tagged(response, await plan_change_acts.approve(acting, plan_change_id, body, version=if_match))


@router.post("/reject", operation_id="plan-changes.reject")
async def reject(
    plan_change_id: UUID, body: RejectProposal, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """A prescriber says no, and why."""
    acting = Acting(tx, A.REJECT, actor=actor, now=now)
    return tagged(response, await plan_change_acts.reject(acting, plan_change_id, body, version=if_match))


@router.post("/verbal-order", operation_id="plan-changes.verbal-order")
async def verbal_order(
    plan_change_id: UUID, body: RecordVerbalOrder, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """Write down what a prescriber ordered on the phone and read it back; they sign within 24 to 48 hours."""
    acting = Acting(tx, A.VERBAL_ORDER, actor=actor, now=now)
    return tagged(response, await plan_change_acts.verbal_order(acting, plan_change_id, body, version=if_match))


@router.post("/sign", operation_id="plan-changes.sign")
async def sign(
    plan_change_id: UUID, body: SignChange, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """The prescriber signs the verbal order they gave."""
    acting = Acting(tx, A.SIGN, actor=actor, now=now)
    return tagged(response, await plan_change_acts.sign(acting, plan_change_id, body, version=if_match))


@router.post("/cosign", operation_id="plan-changes.cosign")
async def cosign(
    plan_change_id: UUID, body: SignChange, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """A prescriber co-signs a nurse's step; a suspension that waited for it ends."""
    acting = Acting(tx, A.COSIGN, actor=actor, now=now)
    return tagged(response, await plan_change_acts.cosign(acting, plan_change_id, body, version=if_match))


@router.post("/order", operation_id="plan-changes.order")
async def order(
    plan_change_id: UUID, body: OrderProposal, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """What was approved is ordered as it was approved."""
    acting = Acting(tx, A.ORDER, actor=actor, now=now)
    return tagged(response, await plan_change_acts.order(acting, plan_change_id, body, version=if_match))


@router.post("/teach-back", operation_id="plan-changes.teach-back")
async def teach_back(
    plan_change_id: UUID, body: TeachBack, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """The patient said it back: now, and only now, the list of medicines changes."""
    acting = Acting(tx, A.TEACH_BACK, actor=actor, now=now)
    return tagged(response, await plan_change_acts.teach_back(acting, plan_change_id, body, version=if_match))


@router.post("/monitor", operation_id="plan-changes.monitor")
async def monitor(
    plan_change_id: UUID, body: NoteOnChange, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """What was found after the change."""
    acting = Acting(tx, A.MONITOR, actor=actor, now=now)
    return tagged(response, await plan_change_acts.note_on(acting, plan_change_id, body, version=if_match))


@router.post("/close", operation_id="plan-changes.close")
async def close(
    plan_change_id: UUID, body: NoteOnChange, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """Nothing more is to be watched."""
    acting = Acting(tx, A.CLOSE, actor=actor, now=now)
    return tagged(response, await plan_change_acts.note_on(acting, plan_change_id, body, version=if_match))


@router.post("/cancel", operation_id="plan-changes.cancel")
async def cancel(
    plan_change_id: UUID, body: NoteOnChange, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PlanChangeRead:
    """It was ordered and will not take effect, such as when the patient declines."""
    acting = Acting(tx, A.CANCEL, actor=actor, now=now)
    return tagged(response, await plan_change_acts.note_on(acting, plan_change_id, body, version=if_match))
