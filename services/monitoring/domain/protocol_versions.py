"""An organization's own versions of protocols: draft, validated, tried out, published, retired."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import ProtocolVersionAct, ProtocolVersionState

_TABLE: Mapping[tuple[ProtocolVersionState, ProtocolVersionAct], ProtocolVersionState] = MappingProxyType(
    {
        (ProtocolVersionState.DRAFT, ProtocolVersionAct.REVISE): ProtocolVersionState.DRAFT,
        (ProtocolVersionState.VALIDATED, ProtocolVersionAct.REVISE): ProtocolVersionState.DRAFT,
        (ProtocolVersionState.DRAFT, ProtocolVersionAct.VALIDATE): ProtocolVersionState.VALIDATED,
        (ProtocolVersionState.VALIDATED, ProtocolVersionAct.DRY_RUN): ProtocolVersionState.VALIDATED,
        (ProtocolVersionState.VALIDATED, ProtocolVersionAct.PUBLISH): ProtocolVersionState.PUBLISHED,
        (ProtocolVersionState.PUBLISHED, ProtocolVersionAct.RETIRE): ProtocolVersionState.RETIRED,
    }
)


class WrongVersionState(Conflict):
    """The act leads nowhere from where the version stands."""

    code = "protocol-version.wrong-state"
    title = "The version is not in a state for this"


class ContentUnreadable(Problem):
    """The content is not a protocol."""

    code = "protocol-version.unreadable"
    title = "This is not a protocol"


class Invalid(Problem):
    """The content is a protocol that must not be published as it is."""

    code = "protocol-version.invalid"
    title = "This version has problems"


class LooserNeedsPrescriber(Problem):
    """A looser rule of severity high or critical is a prescriber's decision."""

    code = "protocol-version.needs-prescriber"
    title = "A prescriber must stand behind this version"


class NotTriedOut(Conflict):
    """Nobody has seen which alerts this content would change."""

    code = "protocol-version.not-tried-out"
    title = "A dry run of this content is needed first"


class OwnWork(Conflict):
    """Who wrote a version does not publish it."""

    code = "protocol-version.own-work"
    title = "Somebody else must publish this"


def after(state: ProtocolVersionState, act: ProtocolVersionAct) -> ProtocolVersionState:
    """Where an act leads.

    Raises:
        WrongVersionState: it leads nowhere from here.
    """
    why = refusal(state, act)
    if why is not None:
        raise WrongVersionState(why)
    return _TABLE[state, act]


def refusal(state: ProtocolVersionState, act: ProtocolVersionAct) -> str | None:
    """Why an act is not possible in a state, in a sentence; None when it is."""
    if (state, act) in _TABLE:
        return None
    origins = ", ".join(origin for origin, known in _TABLE if known is act)
    return f"The version is {state}; {act} is possible when it is {origins}."


def named(number: int, version_id: UUID) -> str:
    """The name of an organization's ``number``-th version: no other organization's version has the same.

    An enrollment names its version by this alone, and so does every cache.
    """
    return f"own-{number}-{version_id.hex[-8:]}"
