"""What becomes of open work when the patient dies or is admitted again: untouched work is withdrawn, the rest kept."""

from enum import StrEnum
from uuid import UUID

from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import PATIENT_WIDE
from shared.vocabulary import NeedAct, NeedKind


class Fate(StrEnum):
    """What happens to an open need: it is withdrawn, its clocks pause while the patient is in, or nothing."""

    WITHDRAW = "withdraw"
    PAUSE = "pause"
    LEAVE = "leave"


def at_death(*, touched: bool) -> NeedAct:
    """Nobody is called any more: what nobody had begun is withdrawn, what somebody had begun was not met."""
    return NeedAct.GIVE_UP if touched else NeedAct.WITHDRAW


def at_admission(kind: NeedKind, scope: str, *, planned: bool, touched: bool, only_from_stays: bool) -> Fate:
    """A patient who is in hospital again is not called at home.

    An unplanned stay starts its own transition when it ends, so that untouched work of the earlier one is withdrawn.
    What can be done without the patient goes on.
    """
    facts = KINDS[kind]
    if kind is NeedKind.READMISSION_WATCH:
        return Fate.LEAVE
    if facts.per_stay and scope != PATIENT_WIDE and not planned and not touched and only_from_stays:
        return Fate.WITHDRAW
    return Fate.LEAVE if facts.without_patient else Fate.PAUSE


def in_hospital(stay_id: UUID) -> str:
    """The reason of the pauses that a stay brings."""
    return f"in hospital: stay {stay_id}"


def because_of(stay_id: UUID) -> str:
    """The note on what a stay ended."""
    return f"stay {stay_id}"
