"""The end of an alert between the words of the contract and those of the rules."""

from typing import Any

from services.monitoring.domain.closures import Ending
from shared.contracts.monitoring.alerts import Closure, ResolveAlert
from shared.vocabulary import Disposition, Severity


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


def closure(kept: dict[str, Any] | None) -> Closure | None:
    """What was written down; what was not asked yet when it was closed was not said."""
    return Closure.model_validate({**dict.fromkeys(Closure.model_fields), **kept}) if kept else None
