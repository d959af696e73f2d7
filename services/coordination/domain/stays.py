"""Stays: their states as one table, and the order of their times (FHIR Encounter)."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Literal

from services.coordination.domain.needs import SKEW, InTheFuture, check_ahead
from shared.kit.problems import Conflict, Problem
from shared.kit.zones import before_birth
from shared.vocabulary import StayClass, StayState

HowPlanned = Literal["recent", "always", "never", "propose"]
"""What a discharge asks of its plan."""

S = StayState
HOSPITAL = frozenset({StayClass.INPATIENT, StayClass.OBSERVATION})
FACILITY = frozenset(
    {StayClass.SKILLED_NURSING, StayClass.REHABILITATION, StayClass.LONG_TERM_CARE, StayClass.PARTIAL_HOSPITAL}
)
"""Nursing facility, rehabilitation and long-term care hospital, partial hospitalization (clinical §2.5): no index of a
readmission and none themselves, and the work of the hospital's discharge goes on during them."""
AFTER: dict[tuple[StayState, str], StayState] = {
    (S.PLANNED, "begin"): S.IN_PROGRESS,
    (S.PLANNED, "cancel"): S.CANCELLED,
    (S.IN_PROGRESS, "cancel"): S.CANCELLED,
    (S.IN_PROGRESS, "discharge"): S.FINISHED,
    (S.FINISHED, "cancel-discharge"): S.IN_PROGRESS,
    **{(state, "enter-in-error"): S.ENTERED_IN_ERROR for state in (S.PLANNED, S.IN_PROGRESS, S.FINISHED)},
}
ACTS = ("begin", "discharge", "cancel-discharge", "cancel", "enter-in-error")
Span = tuple[datetime, datetime | None]
_TICK = timedelta(microseconds=1)
NO_PLAN_ASKED = "no plan was asked for"
RECENT = timedelta(days=30)  # [default] older discharges open no needs unless asked to


class StayActNotAllowed(Conflict):
    """The act does not fit the stay's state."""

    code = "stay.act-not-allowed"
    title = "This cannot be done to the stay as it stands"


class DischargeBeforeAdmission(Problem):
    """The discharge lies before the admission."""

    code = "stay.discharge-before-admission"
    title = "The discharge is before the admission"


class StayInTheFuture(InTheFuture):
    """An admission or discharge that has not happened yet."""

    code = "stay.in-the-future"
    title = "The time given has not come yet"


class BeforeBirth(Problem):
    """A stay that starts before its patient's birth."""

    code = "stay.before-birth"
    title = "The stay starts before the patient was born"


class NobodyToFollow(Problem):
    """A discharge that says that the patient died, and asks to follow them."""

    code = "stay.nobody-to-follow"
    title = "Nobody is followed who died"


class AfterDeath(Conflict):
    """A stay that starts after its patient's death."""

    code = "stay.after-death"
    title = "The stay starts after the patient's death"


class StayIdentifierTaken(Conflict):
    """Another stay of the organization carries the identifier."""

    code = "stay.identifier-taken"
    title = "Another stay has this identifier"


class NothingToCorrect(Problem):
    """A correction that changes nothing."""

    code = "stay.nothing-to-correct"
    title = "This is already on record"


def no_plan(how: HowPlanned, *, ended_at: datetime, told_at: datetime, deceased: bool) -> str | None:
    """Why a discharge opens no needs whatever its facts; None when it may. Its age is that of when it was told."""
    if deceased:
        return "the patient died: no needs were opened"
    if how == "never":
        return NO_PLAN_ASKED
    if how == "recent" and told_at - ended_at > RECENT:
        return f"the discharge is older than {RECENT.days} days: no needs were opened; ask with plan 'always'"
    return None


CORRECTABLE = frozenset({S.IN_PROGRESS, S.FINISHED})


def check_correctable(state: StayState, of_discharge: Collection[str]) -> None:
    """``of_discharge`` names what is corrected of the discharge.

    Raises:
        StayActNotAllowed: the stay did not begin or was undone, or its discharge has not been told yet.
    """
    if state not in CORRECTABLE:
        raise StayActNotAllowed(f"The stay is {state}. A stay in progress or finished is corrected.")
    if state is S.IN_PROGRESS and of_discharge:
        said = ", ".join(sorted(of_discharge))
        raise StayActNotAllowed(f"The stay is in progress. Tell {said} at its discharge, and correct the rest alone.")


def after(state: StayState, act: str) -> StayState:
    """The state after an act.

    Raises:
        StayActNotAllowed: the table has no such row.
    """
    found = AFTER.get((state, act))
    if found is None:
        allowed = ", ".join(a for a in ACTS if (state, a) in AFTER) or "nothing"
        raise StayActNotAllowed(f"The stay is {state}. Allowed now: {allowed}.")
    return found


def check_start(started_at: datetime, *, now: datetime, born: date, deceased_at: datetime | None) -> None:
    """An admission lies in the patient's life and not in the future.

    Raises:
        StayInTheFuture: it has not come yet.
        BeforeBirth: more than a day before the birth date (zones may differ by one).
        AfterDeath: after the recorded death.
    """
    if started_at > now + SKEW:
        raise StayInTheFuture("The admission has not come yet. Leave started_at out to plan a stay.")
    if before_birth(started_at, born):
        raise BeforeBirth("The stay starts before the patient's birth date. Check both.")
    if deceased_at is not None and started_at > deceased_at:
        raise AfterDeath("The stay starts after the patient's recorded death. Check the patient and both times.")


def check_planned(planned_for: datetime | None, *, now: datetime, born: date, deceased_at: datetime | None) -> None:
    """A stay is planned for somebody who lives, and for a day of their life.

    Raises:
        TooFarAhead: it is planned for a day that nobody plans for yet.
        BeforeBirth: more than a day before the birth date (zones may differ by one).
        AfterDeath: the patient has died.
    """
    check_ahead(planned_for, now, "planned_for")
    if planned_for is not None and before_birth(planned_for, born):
        raise BeforeBirth("The stay is planned for before the patient's birth date. Check both.")
    if deceased_at is not None:
        raise AfterDeath("The patient has died, so no stay is planned. Check the patient.")


def at_once(stay: Span, other: Span) -> bool:
    """Whether ``stay`` lies in the time of ``other``; instants, the end None while it lasts or is not told.

    A stay whose end is not told overlaps only what holds its start: history may come in any order. A transfer, which
    ends one stay at the moment the other begins, is no overlap.
    """
    (start, end), (begun, over) = stay, other
    until = start if end is None else end
    return begun <= max(start, until - _TICK) and (over is None or start < over)


def check_discharge(started_at: datetime, ended_at: datetime, now: datetime) -> None:
    """A discharge follows its admission and is not in the future.

    Raises:
        DischargeBeforeAdmission: it lies before the admission.
        StayInTheFuture: it has not come yet.
    """
    if ended_at < started_at:
        raise DischargeBeforeAdmission(
            f"The discharge is before the admission at {started_at:%Y-%m-%dT%H:%MZ}. Correct ended_at."
        )
    if ended_at > now + SKEW:
        raise StayInTheFuture("The discharge has not come yet. Send it when the patient has left.")
