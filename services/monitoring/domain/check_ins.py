"""Check-ins: which act leads from which state to which (domain §2), and when answers are one conversation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.monitoring.domain.check_in_problems import AskedWhen, ConversationOver, WrongCheckInState
from services.monitoring.domain.metrics import CLOCK_TOLERANCE
from shared.vocabulary import CheckInAct, CheckInState

_DUE, _STARTED = CheckInState.DUE, CheckInState.IN_PROGRESS
TABLE: Mapping[tuple[CheckInState, CheckInAct], CheckInState] = {
    (_DUE, CheckInAct.ANSWER): _STARTED,
    (_STARTED, CheckInAct.ANSWER): _STARTED,
    (_STARTED, CheckInAct.COMPLETE): CheckInState.COMPLETED,
    (_DUE, CheckInAct.MISS): CheckInState.MISSED,
    (_DUE, CheckInAct.CANCEL): CheckInState.CANCELLED,
    (_STARTED, CheckInAct.CANCEL): CheckInState.CANCELLED,
    (CheckInState.COMPLETED, CheckInAct.CORRECT): CheckInState.COMPLETED,
}
"""Every move there is. The clock misses nothing by itself: a check-in stays due until somebody holds or settles it."""

OPEN = frozenset({_DUE, _STARTED})
CONVERSATION = timedelta(hours=12)
"""[default] How long answers belong to one conversation: they are all dated at its beginning."""
INTERPRETER_NEEDED = "interpreter-needed"
"""The circumstance of an enrollment whose patient cannot be asked without an interpreter (clinical §1.8)."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether an act leads anywhere from a state, and if not, why."""

    act: CheckInAct
    reason: str | None


def acts(state: CheckInState) -> list[Allowed]:
    """Every act, with the reason for each that is not possible now."""
    return [Allowed(act, None if (state, act) in TABLE else _why_not(state, act)) for act in CheckInAct]


def after(state: CheckInState, act: CheckInAct) -> CheckInState:
    """Where an act leads.

    Raises:
        WrongCheckInState: it leads nowhere from here.
    """
    target = TABLE.get((state, act))
    if target is None:
        raise WrongCheckInState(_why_not(state, act))
    return target


def conversation(asked_at: datetime | None, said: datetime | None, now: datetime) -> datetime:
    """When the conversation takes place: as kept, as said with the first answers, or now.

    Raises:
        AskedWhen: it lies in the future.
        ConversationOver: more answers come when it lies half a day back.
    """
    if asked_at is None:
        at = said or now
        if at > now + CLOCK_TOLERANCE:
            raise AskedWhen("asked_at lies in the future. Send when the conversation began, or leave it out.")
        return min(at, now)
    if now - asked_at > CONVERSATION:
        raise ConversationOver(
            "The answers would be dated at a conversation that began more than 12 h ago. Complete this check-in with "
            "reasons for what was not asked, or cancel it, and open another for what is said now."
        )
    return asked_at


def _why_not(state: CheckInState, act: CheckInAct) -> str:
    origins = ", ".join(origin for origin, known in TABLE if known is act)
    return f"The check-in is {state}; {act} is possible when it is {origins}."
