"""What a nurse may do with an alert: the table of acts, and the guards of snoozing (clinical §1.9)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from services.monitoring.domain.alert_problems import SnoozeInThePast, SnoozeTooLong
from services.monitoring.domain.alerts import Alert, state_now
from shared.vocabulary import AlertAct, AlertState, Severity

_TABLE: Mapping[tuple[AlertState, AlertAct], AlertState] = MappingProxyType(
    {
        (AlertState.OPEN, AlertAct.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
        (AlertState.OPEN, AlertAct.SNOOZE): AlertState.SNOOZED,
        (AlertState.OPEN, AlertAct.RESOLVE): AlertState.RESOLVED,
        (AlertState.ACKNOWLEDGED, AlertAct.SNOOZE): AlertState.SNOOZED,
        (AlertState.ACKNOWLEDGED, AlertAct.RESOLVE): AlertState.RESOLVED,
        (AlertState.SNOOZED, AlertAct.ACKNOWLEDGE): AlertState.ACKNOWLEDGED,
        (AlertState.SNOOZED, AlertAct.SNOOZE): AlertState.SNOOZED,
        (AlertState.SNOOZED, AlertAct.RESOLVE): AlertState.RESOLVED,
    }
)

# [default] §1.9 asks for a reason and an end; how long a severity may be quiet is a convention.
LONGEST_SNOOZE: Mapping[Severity, timedelta] = MappingProxyType(
    {
        Severity.INFO: timedelta(days=30),
        Severity.LOW: timedelta(days=30),
        Severity.MODERATE: timedelta(days=7),
        Severity.HIGH: timedelta(hours=24),
        Severity.CRITICAL: timedelta(0),
    }
)


def after(state: AlertState, act: AlertAct) -> AlertState | None:
    """The state an act leads to; None when the act does not fit the state."""
    return _TABLE.get((state, act))


def refusal(alert: Alert, act: AlertAct, now: datetime) -> str | None:
    """Why an act is not allowed now, in a sentence; None when it is."""
    return unfit(alert.severity, state_now(alert, alert.severity, now), act)


def unfit(severity: Severity, state: AlertState, act: AlertAct) -> str | None:
    """Why an act does not fit an alert of this severity in this state; None when it does."""
    if after(state, act) is None:
        return f"An alert that is {state} cannot be {_PAST[act]}."
    if act is AlertAct.SNOOZE and not LONGEST_SNOOZE[severity]:
        return "A critical alert cannot be snoozed: acknowledge it and act."
    return None


_PAST = {AlertAct.ACKNOWLEDGE: "acknowledged", AlertAct.SNOOZE: "snoozed", AlertAct.RESOLVE: "resolved"}


def check_snooze(severity: Severity, until: datetime, now: datetime) -> None:
    """Refuse a snooze that is over before it begins, or longer than the severity allows.

    Raises:
        SnoozeInThePast, SnoozeTooLong.
    """
    if until <= now:
        raise SnoozeInThePast("until is over already. Give the instant until which the alert shall be quiet.")
    longest = LONGEST_SNOOZE[severity]
    if until - now > longest:
        hours = longest // timedelta(hours=1)
        raise SnoozeTooLong(f"An alert of severity {severity} may be quiet for at most {hours} h.")
