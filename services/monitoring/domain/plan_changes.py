"""Changes of the list of medicines: which act leads where, and who may decide (clinical §6.4, L9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.monitoring.domain.metrics import CLOCK_TOLERANCE
from shared.kit.problems import Conflict, Forbidden, Problem
from shared.vocabulary import PlanChangeAct as A
from shared.vocabulary import PlanChangePath
from shared.vocabulary import PlanChangeState as S

TABLE: Mapping[tuple[S, A], S] = {
    (S.DRAFT, A.PROPOSE): S.PROPOSED,
    (S.DRAFT, A.WITHDRAW): S.WITHDRAWN,
    (S.PROPOSED, A.WITHDRAW): S.WITHDRAWN,
    (S.PROPOSED, A.APPROVE): S.APPROVED,
    (S.PROPOSED, A.REJECT): S.REJECTED,
    (S.PROPOSED, A.VERBAL_ORDER): S.APPROVED,
    (S.APPROVED, A.ORDER): S.ORDERED,
    (S.APPROVED_MODIFIED, A.ORDER): S.ORDERED,
    (S.APPROVED, A.CANCEL): S.CANCELLED,
    (S.APPROVED_MODIFIED, A.CANCEL): S.CANCELLED,
    (S.ORDERED, A.TEACH_BACK): S.COMMUNICATED,
    (S.ORDERED, A.CANCEL): S.CANCELLED,
    (S.COMMUNICATED, A.CANCEL): S.CANCELLED,
    (S.EFFECTIVE, A.MONITOR): S.MONITORED,
    (S.MONITORED, A.MONITOR): S.MONITORED,
    (S.MONITORED, A.CLOSE): S.CLOSED,
}
"""Every move a person makes; the clock makes proposals expire and what was communicated effective."""

OPEN = frozenset({S.DRAFT, S.PROPOSED, S.APPROVED, S.APPROVED_MODIFIED, S.ORDERED, S.COMMUNICATED})
"""States in which a change of the same drug waits: there is one at most."""
NEVER = frozenset({S.CANCELLED, S.EXPIRED, S.STOPPED})
"""Ended before they took effect: nobody's co-signature is waited for. A verbal order is signed all the same."""
PATIENCE = {"urgent": timedelta(hours=24), "routine": timedelta(hours=72)}
STEP_HOLDS = timedelta(hours=24)
"""A step is computed from today's values: it is told to the patient within a day, or it expires. Project default."""
LONGEST_HOLD = timedelta(hours=24)
STARTS_WITHIN_HOURS = 24
"""[default] How far ahead what was told may begin, where the practice says nothing else: it rests on today's values."""


class StepRefused(Problem):
    """The step is refused; ``reason_code`` and ``citation`` name the rule. Nurses have no override."""

    code = "plan-change.refused"
    title = "The step is not allowed under a standing order"


class WrongChangeState(Conflict):
    """The act does not lead anywhere from where the change stands."""

    code = "plan-change.wrong-state"
    title = "The change is not in a state for this"


class ProposalWithdrawn(Conflict):
    """Nothing is approved after it was withdrawn."""

    code = "plan-change.withdrawn"
    title = "The proposal was withdrawn"


class ProposalExpired(Conflict):
    """An answer that comes too late is no answer: what it was asked on is old."""

    code = "plan-change.expired"
    title = "The proposal has expired"


class DuplicateChange(Conflict):
    """One open change of a drug at a time."""

    code = "plan-change.duplicate"
    title = "A change of this drug is open already"


class SelfApproval(Forbidden):
    """Proposer and approver are two people."""

    code = "plan-change.self-approval"
    title = "Nobody approves their own proposal"


class NoAuthority(Forbidden):
    """The decider holds no prescriptive authority for this drug on this day."""

    code = "plan-change.no-authority"
    title = "No prescriptive authority for this drug today"


class BackDated(Problem):
    """A decision is dated when it is made."""

    code = "plan-change.back-dated"
    title = "Decisions are not back-dated"


class NotReadBack(Problem):
    """A verbal order that was not read back is not recorded as one."""

    code = "plan-change.not-read-back"
    title = "The verbal order was not read back"


class NotUnderstood(Problem):
    """Nothing changes in the list before the patient said it back."""

    code = "plan-change.not-understood"
    title = "The patient has not said it back"


class MedicineChanged(Conflict):
    """The list changed since this was computed."""

    code = "plan-change.medicine-changed"
    title = "The medicine is not as it was"


class NotTheirs(Forbidden):
    """Only the person concerned may do this."""

    code = "plan-change.not-yours"
    title = "This is for somebody else to do"


class HoldInThePast(Problem):
    """A hold ends after it begins."""

    code = "plan-change.hold-in-the-past"
    title = "The dose would be held until an instant that is over"


class HoldTooLong(Problem):
    """A nurse holds a dose, not a drug."""

    code = "plan-change.hold-too-long"
    title = "A dose is held for a day at most"


class AlreadyHeld(Conflict):
    """A second dose in a row is not held on a nurse's licence."""

    code = "plan-change.already-held"
    title = "The dose is held already"


class AlreadyAnswered(Conflict):
    """A notice is answered once."""

    code = "notice.answered"
    title = "The notice was answered"


class StartsTooLate(Problem):
    """What begins far ahead rests on values that are old by then."""

    code = "plan-change.starts-too-late"
    title = "The change would begin too far ahead"


class ChangeUnfit(Problem):
    """The medicine is not in a state for this change."""

    code = "plan-change.unfit"
    title = "This change does not fit the medicine"


@dataclass(frozen=True, slots=True)
class Standing:
    """As much of a change as its acts are judged by."""

    state: S
    path: PlanChangePath
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime | None
    decided_by: str | None
    verbal: bool
    signed: bool
    cosign_asked: bool
    cosigned: bool


def why_not(change: Standing, act: A, now: datetime) -> Problem | None:
    """The refusal of an act as the change stands at ``now``; None when it fits. Who asks is judged by itself."""
    if act is A.SIGN:
        fits = change.verbal and not change.signed
        return None if fits else WrongChangeState("There is no verbal order of this change to sign.")
    if act is A.COSIGN:
        fits = change.cosign_asked and not change.cosigned
        return None if fits else WrongChangeState("This change waits for no co-signature.")
    if change.state is S.WITHDRAWN:
        return ProposalWithdrawn("The proposer took it back. Read the plan, then propose or order anew.")
    late = change.expires_at is not None and change.expires_at <= now
    if change.state is S.EXPIRED or (late and change.state in OPEN - {S.COMMUNICATED}):
        return ProposalExpired("It was not answered or told in time. Assess again and propose anew.")
    if (change.state, act) not in TABLE:
        origins = ", ".join(state for state, known in TABLE if known is act)
        return WrongChangeState(f"The change is {change.state}; {act} is possible when it is {origins}.")
    return None


def check_decision(change: Standing, by: str, decided_at: datetime | None, now: datetime) -> None:
    """Refuse what two people must decide and one does, and what is dated otherwise than now.

    Raises:
        SelfApproval, BackDated.
    """
    if by == change.proposed_by:
        raise SelfApproval("Another person who may prescribe this drug has to decide.")
    if decided_at is not None and not now - CLOCK_TOLERANCE <= decided_at <= now + CLOCK_TOLERANCE:
        raise BackDated("Leave decided_at out: a decision is dated by the clock when it is made.")
    if now < change.proposed_at:
        raise BackDated("A decision cannot come before its proposal.")


def check_start(starts: datetime, now: datetime, within: timedelta) -> None:
    """Refuse a beginning in the past or too far ahead.

    Raises:
        BackDated, StartsTooLate.
    """
    if starts < now - CLOCK_TOLERANCE:
        raise BackDated("A change takes effect when it was told, or later.")
    if starts > now + within:
        hours = within // timedelta(hours=1)
        raise StartsTooLate(f"Let it begin within {hours} h, or tell the patient nearer to it.")


def check_hold(until: datetime, now: datetime, held_until: datetime | None, between_doses: timedelta) -> None:
    """Refuse a hold for more than a day, and one that would leave out a second dose in a row.

    ``held_until``: the end of the hold before, when there was one.

    Raises:
        HoldInThePast, HoldTooLong, AlreadyHeld.
    """
    if until <= now:
        raise HoldInThePast("until is over already. Give the instant until which the dose is held, within 24 h.")
    if until > now + LONGEST_HOLD:
        raise HoldTooLong("Hold for at most 24 h and call; longer is a prescriber's order.")
    if held_until is not None and now < held_until + between_doses:
        said = f"It was held until {held_until:%Y-%m-%d %H:%M} UTC and no dose was due since."
        raise AlreadyHeld(f"{said} To leave out another is a prescriber's order: propose a hold.")
