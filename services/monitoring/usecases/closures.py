"""The end of an alert between the words of the contract and those of the rules."""

from typing import Any

from services.monitoring.domain import rechecks_due
from services.monitoring.domain.closures import Ending
from services.monitoring.domain.policy import POLICY
from services.monitoring.store.alerts import AlertRow
from shared.contracts.base import AllowedAct
from shared.contracts.monitoring.alerts import Closure, ResolveAlert
from shared.kit.actor import Actor
from shared.kit.policy import decide
from shared.vocabulary import AlertState, Disposition, Severity


def ending(severity: Severity, body: ResolveAlert) -> Ending:
    """What a person says, as rules see it."""
    return Ending(
        severity=severity,
        disposition=Disposition(body.disposition),
        said=frozenset(name for name, value in body if value is not None),
        recheck_at=body.recheck_at,
        letter_sent_at=body.letter_sent_at,
        override=body.override_reason,
    )


def recheck_act(row: AlertRow, actor: Actor) -> AllowedAct:
    """Whether the planned re-check may be recorded now, by this actor."""
    kept, denied = row.closure or {}, decide(POLICY, actor, "alerts.recheck").reason or None
    why = denied or rechecks_due.why_not(AlertState(row.state), kept.get("recheck_at"), kept.get("rechecked_at"))
    return AllowedAct(act="recheck", allowed=why is None, reason=why)


def closure(kept: dict[str, Any] | None) -> Closure | None:
    """What was written down; what was not asked yet when it was closed was not said."""
    return Closure.model_validate({**dict.fromkeys(Closure.model_fields), **kept}) if kept else None
