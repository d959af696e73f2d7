"""Evidence of transitional care, rule by rule (clinical §2.5), on the calendar of §2."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.contacts import Attempt
from services.coordination.domain.tcm import Check, Episode, Made, Record, evidence
from shared.kit.calendar import Calendar
from shared.vocabulary import (
    Channel,
    Complexity,
    ContactOutcome,
    ContactWith,
    DischargeDisposition,
    StayClass,
    TcmCode,
    TcmState,
)

ZONE = ZoneInfo("America/New_York")
CALENDAR = Calendar("America/New_York", closures=frozenset({date(2026, 9, 8)}))


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


def call(text: str, *, reached: bool = True, whom: ContactWith = ContactWith.PATIENT) -> Made:
    outcome = ContactOutcome.REACHED if reached else ContactOutcome.VOICEMAIL
    theirs = whom in (ContactWith.PATIENT, ContactWith.CAREGIVER)
    return Made(Attempt(local(text), Channel.PHONE, whom, outcome, False), reached and theirs)


OTHERS = (call("09-08 09:00", whom=ContactWith.PRACTITIONER), call("09-08 11:00", whom=ContactWith.SERVICE))


DISCHARGED = local("09-04 15:20")
COMPLETE = Episode(
    StayClass.INPATIENT,
    DischargeDisposition.HOME,
    Complexity.HIGH,
    DISCHARGED,
    contacts=(call("09-08 16:05", reached=False), call("09-09 10:12")),
    visits=(local("09-11 13:30"),),
    reconciled=(local("09-11 11:00"),),
)


def counted(now: str = "09-12 09:00", **changes: Any) -> Record:
    return evidence(replace(COMPLETE, **changes), CALENDAR, local(now))


def check(found: Record, key: str) -> Check:
    return next(each for each in found.checks if each.key == key)


def test_the_worked_example_reaches_the_higher_code() -> None:
    found = counted()
    assert (found.state, found.code, found.first_day, found.last_day) == (
        TcmState.MET,
        TcmCode.HIGH,
        date(2026, 9, 4),
        date(2026, 10, 3),
    )
    assert found.missing == ("alive: the period has not ended",)


@pytest.mark.parametrize(
    ("complexity", "visit", "code"),
    [
        (Complexity.HIGH, "09-11 23:59", TcmCode.HIGH),
        (Complexity.HIGH, "09-12 00:00", TcmCode.MODERATE),
        (Complexity.HIGH, "09-18 23:59", TcmCode.MODERATE),
        (Complexity.MODERATE, "09-05 09:00", TcmCode.MODERATE),
        (Complexity.HIGH, "09-19 00:00", None),
    ],
)
def test_the_code_follows_the_day_of_the_visit_and_the_complexity(
    complexity: Complexity, visit: str, code: TcmCode | None
) -> None:
    found = counted("09-20 09:00", complexity=complexity, visits=(local(visit),), reconciled=(local("09-05 08:00"),))
    assert found.code is code
    assert (found.state is TcmState.FAILED) is (code is None)


def test_a_visit_on_the_day_of_the_discharge_does_not_count() -> None:
    found = counted(visits=(local("09-04 17:00"),))
    assert (check(found, "visit").state, found.code) == (TcmState.OPEN, None)
    both = counted(visits=(local("09-04 17:00"), local("09-11 13:30")))
    assert check(both, "visit").because == "visit on day 7"


@pytest.mark.parametrize(
    ("contacts", "state"),
    [
        ((call("09-09 23:59"),), TcmState.MET),
        ((call("09-10 00:00"),), TcmState.FAILED),
        ((call("09-08 09:00", reached=False),), TcmState.FAILED),
        ((call("09-08 09:00", reached=False), call("09-08 09:59", reached=False)), TcmState.FAILED),
        ((call("09-08 09:00", reached=False), call("09-09 09:00", reached=False)), TcmState.MET),
        ((call("09-08 09:00", reached=False), call("09-10 09:00", reached=False)), TcmState.FAILED),
        (OTHERS, TcmState.FAILED),
        ((*OTHERS, call("09-08 15:00", reached=False)), TcmState.FAILED),
        (
            (call("09-08 09:00", reached=False, whom=ContactWith.CAREGIVER), call("09-09 09:00", reached=False)),
            TcmState.MET,
        ),
        ((call("09-04 15:19"),), TcmState.FAILED),
        ((call("09-06 11:00"),), TcmState.MET),
        ((), TcmState.FAILED),
    ],
)
def test_contact_within_two_business_days_or_two_separate_attempts(contacts: tuple[Made, ...], state: TcmState) -> None:
    found = check(counted("09-10 09:00", contacts=contacts), "contact")
    assert (found.state, found.due_on) == (state, date(2026, 9, 9))


def test_calls_to_a_practice_and_a_service_are_no_attempts_to_reach_the_patient() -> None:
    assert check(counted("09-10 09:00", contacts=OTHERS), "contact").because == "no attempt within 2 business days"


def test_a_closure_of_the_site_does_not_stop_the_programmes_days() -> None:
    assert check(counted(), "contact").due_on == date(2026, 9, 9)


@pytest.mark.parametrize(
    ("reconciled", "state"),
    [("09-11 23:59", TcmState.MET), ("09-12 00:00", TcmState.FAILED), ("09-04 18:00", TcmState.MET)],
)
def test_medicines_are_reconciled_no_later_than_the_day_of_the_visit(reconciled: str, state: TcmState) -> None:
    found = counted("09-20 09:00", reconciled=(local(reconciled),))
    assert check(found, "reconciliation").state is state


@pytest.mark.parametrize(
    ("disposition", "stay_class", "state"),
    [
        (DischargeDisposition.ASSISTED_LIVING, StayClass.OBSERVATION, TcmState.MET),
        (DischargeDisposition.SKILLED_NURSING, StayClass.INPATIENT, TcmState.FAILED),
        (DischargeDisposition.HOME, StayClass.EMERGENCY, TcmState.FAILED),
        (DischargeDisposition.OTHER, StayClass.INPATIENT, TcmState.OPEN),
    ],
)
def test_where_from_and_where_to(disposition: DischargeDisposition, stay_class: StayClass, state: TcmState) -> None:
    found = counted(disposition=disposition, stay_class=stay_class)
    assert found.state is state
    assert (found.possible is None) is (state is TcmState.FAILED)


def test_a_death_before_day_30_and_a_readmission() -> None:
    assert counted(deceased_at=local("10-03 20:00")).state is TcmState.FAILED
    assert counted("10-20 09:00", deceased_at=local("10-04 01:00")).code is TcmCode.HIGH
    again = counted(readmitted_at=local("09-20 03:00"), other_periods=(date(2026, 9, 25),))
    assert again.code is TcmCode.HIGH
    assert again.notes == (
        "readmitted on 2026-09-20, within the period: it still counts once",
        "the period of the discharge of 2026-09-25 overlaps: one of them counts",
    )


def test_while_it_is_open_it_says_what_is_missing_and_what_can_still_be_reached() -> None:
    bare = replace(COMPLETE, contacts=(), visits=(), reconciled=())
    early = evidence(bare, CALENDAR, local("09-05 09:00"))
    assert (early.state, early.code, early.possible) == (TcmState.OPEN, None, TcmCode.HIGH)
    assert early.missing[:3] == (
        "contact: no attempt so far",
        "visit: no visit yet",
        "reconciliation: medicines are not reconciled",
    )
    with_contact = replace(bare, contacts=(call("09-09 10:12"),))
    assert evidence(with_contact, CALENDAR, local("09-12 09:00")).possible is TcmCode.MODERATE


@given(st.lists(st.integers(0, 40 * 24), max_size=5), st.integers(0, 40 * 24), st.integers(0, 45 * 24))
def test_a_code_is_only_reached_with_everything_in_time(attempts: list[int], visit: int, now: int) -> None:
    """Whatever is on record, a code means contact or two attempts, a visit after the day and reconciled medicines."""
    made = tuple(call("09-04 15:20", reached=hours % 2 == 0) for hours in attempts)
    moved = tuple(
        replace(each, attempt=replace(each.attempt, at=DISCHARGED + timedelta(hours=hours)))
        for each, hours in zip(made, attempts, strict=True)
    )
    seen = DISCHARGED + timedelta(hours=visit)
    episode = replace(COMPLETE, contacts=moved, visits=(seen,), reconciled=(seen,))
    found = evidence(episode, CALENDAR, DISCHARGED + timedelta(hours=now))
    if found.code is not None:
        assert 1 <= (CALENDAR.day_of(seen) - date(2026, 9, 4)).days <= 14
        in_time = [each for each in moved if CALENDAR.day_of(each.attempt.at) <= date(2026, 9, 9)]
        assert any(each.interactive for each in in_time) or len(in_time) >= 2
    assert (found.code is not None) <= (found.possible is not None)
