"""Enrollments: which act leads from which state to which, and the refusals."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import EnrollmentAct, EnrollmentState

TABLE: Mapping[tuple[EnrollmentState, EnrollmentAct], EnrollmentState] = {
    (EnrollmentState.REFERRED, EnrollmentAct.OFFER): EnrollmentState.OFFERED,
    (EnrollmentState.REFERRED, EnrollmentAct.ACTIVATE): EnrollmentState.ACTIVE,
    (EnrollmentState.REFERRED, EnrollmentAct.DECLINE): EnrollmentState.DECLINED,
    (EnrollmentState.OFFERED, EnrollmentAct.ACTIVATE): EnrollmentState.ACTIVE,
    (EnrollmentState.OFFERED, EnrollmentAct.DECLINE): EnrollmentState.DECLINED,
    (EnrollmentState.ACTIVE, EnrollmentAct.PAUSE): EnrollmentState.PAUSED,
    (EnrollmentState.ACTIVE, EnrollmentAct.END): EnrollmentState.ENDED,
    (EnrollmentState.PAUSED, EnrollmentAct.RESUME): EnrollmentState.ACTIVE,
    (EnrollmentState.PAUSED, EnrollmentAct.END): EnrollmentState.ENDED,
}
"""Every move there is; readings of a paused enrollment are still evaluated, only silence means nothing."""

FOLLOWED = frozenset({EnrollmentState.ACTIVE, EnrollmentState.PAUSED})


class WrongState(Conflict):
    """The act does not lead anywhere from where the enrollment stands."""

    code = "enrollment.wrong-state"
    title = "The enrollment is not in a state for this"


class AlreadyFollowed(Conflict):
    """At most one active or paused enrollment per patient and protocol."""

    code = "enrollment.already-followed"
    title = "The patient is followed under this protocol already"


class Excluded(Problem):
    """The protocol's defaults do not fit this patient (clinical §1.8)."""

    code = "enrollment.excluded"
    title = "The protocol does not fit this patient"


class ProtocolUnknown(Problem):
    """No such protocol in the catalogue."""

    code = "protocol.unknown"
    title = "No such protocol"


class NotExpected(Problem):
    """An order is about readings the protocol waits for."""

    code = "expectation.unknown"
    title = "The protocol does not wait for this"


class NeedsPrescriber(Problem):
    """A looser limit of a critical rule is a prescriber's decision."""

    code = "target.needs-prescriber"
    title = "A prescriber must stand behind this limit"


class TargetUnknown(Problem):
    """The protocol has no such bound, or it is not measured in that unit."""

    code = "target.unknown-bound"
    title = "The protocol has no such bound"


class TargetRefused(Problem):
    """A target must be looked at again, and may not cross another bound of its rule."""

    code = "target.refused"
    title = "This limit cannot be set"


class BaselineRefused(Problem):
    """A baseline is a measured value and must be plausible as one."""

    code = "baseline.refused"
    title = "This baseline cannot be set"


class RequestReused(Conflict):
    """One request is for one patient under one protocol."""

    code = "enrollment.request-reused"
    title = "This request_id asked for something else"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether an act leads anywhere from a state, and if not, why."""

    act: EnrollmentAct
    reason: str | None


def acts(state: EnrollmentState) -> list[Allowed]:
    """Every act, with the reason for each that is not possible now."""
    return [Allowed(act, None if (state, act) in TABLE else _why_not(state, act)) for act in EnrollmentAct]


def after(state: EnrollmentState, act: EnrollmentAct) -> EnrollmentState:
    """Where an act leads.

    Raises:
        WrongState: it leads nowhere from here.
    """
    target = TABLE.get((state, act))
    if target is None:
        raise WrongState(_why_not(state, act))
    return target


def _why_not(state: EnrollmentState, act: EnrollmentAct) -> str:
    origins = ", ".join(origin for origin, known in TABLE if known is act)
    return f"The enrollment is {state}; {act} is possible when it is {origins}."
