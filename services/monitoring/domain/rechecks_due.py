"""What is to be looked at again: patients after an alert ended (clinical §1.9), and tiers at their cadence (§1.10)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.monitoring.domain.protocol import Cadence
from shared.kit.problems import Conflict
from shared.vocabulary import AlertState, RiskTier

# [default] A re-check that nobody recorded for a month has given way to the tier's next review.
LEFT_AFTER = timedelta(days=30)
# [default] A review is shown a day ahead: the panel is brought up to date at least daily.
AHEAD = timedelta(days=1)


class NothingToRecheck(Conflict):
    """Only what was planned when an alert ended is recorded as looked at again."""

    code = "alert.nothing-to-recheck"
    title = "No re-check is waiting"


def why_not(state: AlertState, planned: object, done: object) -> str | None:
    """Why no re-check can be recorded for an alert; None when one waits."""
    if state is not AlertState.RESOLVED or planned is None:
        return "No re-check was planned when this alert ended."
    return "The re-check is recorded already." if done is not None else None


def review_due(cadence: Mapping[RiskTier, Cadence], tier: RiskTier, decided_at: datetime) -> datetime:
    """When a tier is to be reviewed, counted from when it was decided last."""
    return decided_at + cadence[tier].review
