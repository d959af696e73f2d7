"""What becomes of open work when the patient dies or is admitted again: untouched work is withdrawn, the rest kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.coordination.domain.clocks import Pause
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import PATIENT_WIDE, PauseImpossible
from shared.kit.problems import Conflict
from shared.vocabulary import NeedAct, NeedKind

_IN_HOSPITAL = "in hospital: stay "


class StillInHospital(Conflict):
    """Only a hospital stay holds the clocks; nobody ends that by hand."""

    code = "need.still-in-hospital"
    title = "The patient is in hospital"


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
    return f"{_IN_HOSPITAL}{stay_id}"


def check_own_words(reason: str) -> None:
    """Raises:
    PauseImpossible: a pause by hand in the words of a stay's pause, which only the stay's end would end.
    """
    if reason.startswith(_IN_HOSPITAL):
        raise PauseImpossible("Tell the admission (POST /v1/stays): it pauses the clocks and its end resumes them.")


def resumed(pauses: Iterable[Pause], now: datetime) -> tuple[Pause, ...]:
    """The pauses after somebody resumes the clocks at ``now``: those by hand end, a stay's lasts as long as the stay.

    Raises:
        StillInHospital: nothing but a stay holds the clocks.
    """
    before = tuple(pauses)
    holding = [pause for pause in before if pause.until is None or pause.covers(now)]
    by_hand = [pause for pause in holding if not pause.reason.startswith(_IN_HOSPITAL)]
    if holding and not by_hand:
        raise StillInHospital(f"{holding[0].reason}. Tell the discharge, or correct the stay: the clocks run on then.")
    return tuple(replace(pause, until=now) if pause in by_hand else pause for pause in before)


def because_of(stay_id: UUID) -> str:
    """The note on what a stay ended."""
    return f"stay {stay_id}"
