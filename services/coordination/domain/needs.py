"""Needs: the unit of obligation. Its states are one table; what is allowed is read from it (domain §2)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.coordination.domain.clocks import Clock, Pause
from services.coordination.domain.need_kinds import KINDS
from shared.kit.problems import Conflict, Problem
from shared.vocabulary import ClockState, NeedAct, NeedKind, NeedState, NotMetReason, WaiverReason, WithdrawReason

A, S = NeedAct, NeedState
OPEN = (S.IDENTIFIED, S.ARRANGED, S.IN_PROGRESS)
_ENDS = {A.MEET: S.MET, A.WAIVE: S.WAIVED, A.WITHDRAW: S.WITHDRAWN, A.GIVE_UP: S.NOT_MET}
AFTER: dict[tuple[NeedState, NeedAct], NeedState] = {
    (S.IDENTIFIED, A.ARRANGE): S.ARRANGED,
    (S.IDENTIFIED, A.PROGRESS): S.IN_PROGRESS,
    (S.ARRANGED, A.ARRANGE): S.ARRANGED,
    (S.ARRANGED, A.PROGRESS): S.IN_PROGRESS,
    (S.ARRANGED, A.RELEASE): S.IDENTIFIED,
    (S.IN_PROGRESS, A.ARRANGE): S.ARRANGED,
    (S.IN_PROGRESS, A.PROGRESS): S.IN_PROGRESS,
    (S.IN_PROGRESS, A.RELEASE): S.IDENTIFIED,
    **{(state, act): end for state in OPEN for act, end in _ENDS.items()},
    **{(state, A.REOPEN): S.IDENTIFIED for state in (S.MET, S.WAIVED, S.WITHDRAWN, S.NOT_MET)},
}
CODES: dict[NeedAct, type[WaiverReason | WithdrawReason | NotMetReason]] = {
    A.WAIVE: WaiverReason,
    A.WITHDRAW: WithdrawReason,
    A.GIVE_UP: NotMetReason,
}
PATIENT_WIDE = "patient"
PLANNED_WITHIN = timedelta(days=730)  # [default] stays, visits and call-backs are planned no further ahead
# Clocks of senders differ a little; more than this is a time that has not come yet.
SKEW = timedelta(minutes=2)


class ActNotAllowed(Conflict):
    """The act does not fit the need's state."""

    code = "need.act-not-allowed"
    title = "This cannot be done to the need as it stands"


class AlreadyOpen(Conflict):
    """Reopening would make two open needs of one kind and scope."""

    code = "need.already-open"
    title = "The same need is already open"


class CodeUnknown(Problem):
    """A need ends unmet only with a coded reason."""

    code = "need.code-unknown"
    title = "This is no reason for that act"


class EvidenceDoesNotFit(Problem):
    """The evidence does not show that this kind of need is met."""

    code = "need.evidence-does-not-fit"
    title = "This does not show that the need is met"


class NotTelemonitoring(Conflict):
    """Only a telemonitoring need asks for an enrollment."""

    code = "need.not-telemonitoring"
    title = "This need does not ask for telemonitoring"


class PauseImpossible(Conflict):
    """An empty pause, or one within another."""

    code = "need.pause-impossible"
    title = "The clocks cannot be paused like this"


class InTheFuture(Problem):
    """Work cannot be done before it is done."""

    code = "time.in-the-future"
    title = "The time given has not come yet"


class TooFarAhead(Problem):
    """A day that is planned for further ahead than anybody plans."""

    code = "time.too-far-ahead"
    title = "The time given is too far ahead"


def after(state: NeedState, act: NeedAct) -> NeedState:
    """The state after an act.

    Raises:
        ActNotAllowed: the table has no such row.
    """
    found = AFTER.get((state, act))
    if found is None:
        allowed = ", ".join(a for a in NeedAct if (state, a) in AFTER)
        raise ActNotAllowed(f"The need is {state}. Allowed now: {allowed}.")
    return found


def scope_of(kind: NeedKind, stay_id: UUID | str | None) -> str:
    """Within what a need of this kind is the same one: a stay, or the patient."""
    return f"stay:{stay_id}" if stay_id is not None and KINDS[kind].per_stay else PATIENT_WIDE


def check_code(act: NeedAct, code: str) -> None:
    """Raises:
    CodeUnknown: the code is none of the act's reasons.
    """
    codes = CODES[act]
    if code not in set(codes):
        raise CodeUnknown(f"{code!r} is no reason to {act}. Use one of: {', '.join(codes)}.")


def check_past(at: datetime, now: datetime, what: str) -> None:
    """Raises:
    InTheFuture: ``at`` lies more than two minutes after ``now``.
    """
    if at > now + SKEW:
        raise InTheFuture(f"{what} is {at:%Y-%m-%dT%H:%MZ}, which has not come yet. Check the time and its offset.")


def check_ahead(at: datetime | None, now: datetime, what: str) -> None:
    """Raises:
    TooFarAhead: ``at`` lies further after ``now`` than anything is planned.
    """
    if at is not None and at > now + PLANNED_WITHIN:
        raise TooFarAhead(
            f"{what} is {at:%Y-%m-%d}, more than {PLANNED_WITHIN.days // 365} years ahead. Check its year."
        )


def check_met_directly(kind: NeedKind) -> None:
    """A conversation meets a contact need through its own record, where an interpreter is asked about.

    Raises:
        EvidenceDoesNotFit: the kind is met through contacts only.
    """
    if kind is NeedKind.CONTACT:
        raise EvidenceDoesNotFit("Record the conversation with POST /v1/contacts; it meets the need.")


def check_pause(pauses: Iterable[Pause], new: Pause) -> None:
    """Raises:
    PauseImpossible: the interval is empty or another pause covers its start.
    """
    if new.until is not None and new.until <= new.since:
        raise PauseImpossible("The pause ends before it starts. Correct since or until.")
    if any(pause.covers(new.since) for pause in pauses):
        raise PauseImpossible("The clocks are already paused then. Resume first.")


def lateness(clocks: Iterable[Clock], now: datetime) -> list[str]:
    """``late-clinical`` and ``late-programme``, as the clocks stand at ``now``."""
    return sorted({f"late-{clock.kind}" for clock in clocks if clock.state(now) is ClockState.BREACHED})
