"""Changes of the list of medicines in the words of the contract, with the acts this actor may do now."""

from datetime import datetime
from decimal import Decimal

from services.monitoring.domain.plan_changes import NEVER, Standing, why_not
from services.monitoring.domain.policy import POLICY
from services.monitoring.store.plan_changes import PlanChangeRow
from services.monitoring.usecases.step_words import refusals_of
from shared.contracts.base import AllowedAct
from shared.contracts.monitoring.plan_changes import PlanChangeRead, Sbar
from shared.kit.actor import Actor
from shared.kit.policy import decide
from shared.vocabulary import PlanChangeAct, PlanChangePath, PlanChangeState

_MADE = ("acts", "allowed_doses", "refusals", "sbar", "stopped")
_DECIDING = frozenset({PlanChangeAct.APPROVE, PlanChangeAct.REJECT, PlanChangeAct.COSIGN})


def standing(row: PlanChangeRow) -> Standing:
    """The change as its acts are judged."""
    return Standing(
        state=PlanChangeState(row.state),
        path=PlanChangePath(row.path),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        verbal=row.verbal_recorded_by is not None,
        signed=row.signed_at is not None,
        cosign_asked=row.cosign_due is not None and row.state not in NEVER,
        cosigned=row.cosigned_at is not None,
    )


def read(row: PlanChangeRow, *, actor: Actor, now: datetime) -> PlanChangeRead:
    """The change as it stands."""
    kept = {name: getattr(row, name) for name in PlanChangeRead.model_fields if name not in _MADE}
    return PlanChangeRead(
        **kept,
        allowed_doses=[Decimal(each) for each in row.allowed],
        refusals=refusals_of(row.refusals),
        stopped=refusals_of(row.stopped),
        sbar=Sbar(**row.sbar) if row.sbar is not None else None,
        acts=[_allowed(row, act, actor, now) for act in PlanChangeAct],
    )


def _allowed(row: PlanChangeRow, act: PlanChangeAct, actor: Actor, now: datetime) -> AllowedAct:
    refused = why_not(standing(row), act, now)
    reason = refused.detail if refused is not None else decide(POLICY, actor, f"plan-changes.{act}").reason or None
    if reason is None and act in _DECIDING and actor.person == row.proposed_by:
        reason = "Proposer and approver are two people."
    return AllowedAct(act=act, allowed=reason is None, reason=reason)
