"""The end of a treatment plan: when it may be, and what becomes of what it left open."""

from collections.abc import Iterable
from datetime import datetime

from services.monitoring.domain.metrics import CLOCK_TOLERANCE
from services.monitoring.domain.plan_changes import OPEN
from services.monitoring.domain.steps import Refusal
from shared.kit.problems import Conflict, Problem
from shared.vocabulary import PlanChangeState as S
from shared.vocabulary import PlanEndReason, StepRefusal

_UNDECIDED = frozenset({S.DRAFT, S.PROPOSED})
_CITATION = "Project default: no plan, nothing to change by it (clinical §6.4)"


class PlanEnded(Conflict):
    """What is over is read, not changed."""

    code = "plan.ended"
    title = "The plan is over"


class EndMisdated(Problem):
    """A plan ends when it is said to, or on a day since it changed last."""

    code = "plan.end-misdated"
    title = "The plan cannot end then"


class TemporaryDoseRuns(Conflict):
    """A dose that goes back by itself would stay where it is."""

    code = "plan.temporary-dose"
    title = "A temporary dose is running"


def check_end(ends_at: datetime, now: datetime, last_changed: datetime) -> None:
    """Refuse an end ahead, and one before the plan changed last. Raises EndMisdated."""
    if ends_at > now + CLOCK_TOLERANCE:
        raise EndMisdated("End it on the day it is over; until then it stands.")
    if ends_at < last_changed:
        said = f"{last_changed:%Y-%m-%d %H:%M} UTC"
        raise EndMisdated(f"The plan changed at {said}: it ended then at the earliest. Leave effective_at out for now.")


def check_doses(temporary: Iterable[str], reason: PlanEndReason) -> None:
    """Refuse while a temporary dose waits for its return, but for somebody who died. Raises TemporaryDoseRuns."""
    names = ", ".join(sorted(temporary))
    if names and reason is not PlanEndReason.DECEASED:
        raise TemporaryDoseRuns(f"{names}: let the temporary dose end, or have a prescriber order what follows, first.")


def left(state: S) -> S | None:
    """What becomes of a change where the plan ends: nobody decided on it, it is cancelled; somebody did, it is stopped
    and they are told. None for one that took effect or is over: it stays as it is.
    """
    if state not in OPEN:
        return None
    return S.CANCELLED if state in _UNDECIDED else S.STOPPED


def why(reason: PlanEndReason) -> Refusal:
    """Why a change is stopped that waited when its plan ended."""
    return Refusal(StepRefusal.PLAN_ENDED, f"The treatment plan ended ({reason}).", _CITATION)
