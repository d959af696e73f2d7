"""Adjustments under standing orders are off until one asks for them and a prescriber signs (clinical §8.10)."""

from enum import StrEnum

from shared.kit.problems import Conflict


class PathState(StrEnum):
    """Where the switch stands."""

    OFF = "off"
    AWAITING_SIGNATURE = "awaiting-signature"
    ON = "on"


class PathAct(StrEnum):
    """What is done with it."""

    ENABLE = "enable"
    SIGN = "sign"
    DISABLE = "disable"


TABLE = {
    (PathState.OFF, PathAct.ENABLE): PathState.AWAITING_SIGNATURE,
    (PathState.AWAITING_SIGNATURE, PathAct.SIGN): PathState.ON,
    (PathState.AWAITING_SIGNATURE, PathAct.DISABLE): PathState.OFF,
    (PathState.ON, PathAct.DISABLE): PathState.OFF,
}
_LEADS_TO = {act: state for (_, act), state in TABLE.items()}


class PathRefused(Conflict):
    """One asks, another signs; what is off is not turned off."""

    code = "protocol-path.refused"
    title = "The switch cannot be moved like this"


def state_after(last: str | None) -> PathState:
    """Where the switch stands after the last act; off when there was none."""
    return PathState.OFF if last is None else _LEADS_TO[PathAct(last)]


def check(state: PathState, act: PathAct, *, by: str, asked_by: str | None) -> None:
    """Raises PathRefused unless the act fits and the signatory is somebody else than who asked."""
    if (state, act) not in TABLE:
        raise PathRefused(f"Adjustments under standing orders are {state}; {act} does not fit.")
    if act is PathAct.SIGN and by == asked_by:
        raise PathRefused("Who asked for it does not sign it: another person does.")
