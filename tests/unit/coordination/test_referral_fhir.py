"""A referral's words in FHIR come from the one table, in both directions, and keep FHIR's own rules."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.coordination.api.fhir.referral_words import BSER, to_appointment, to_request, to_task
from services.coordination.domain.referral_table import BUSINESS, TABLE, states_by
from services.coordination.domain.referrals import STAGES
from shared.contracts.coordination.referral_requests import ReferralRequest
from shared.fhir.kind import render
from shared.vocabulary import Priority, ReferralState

NOW = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
# §5.1, written down here apart from the table: state, ServiceRequest, Task, BSeR, Appointment.
REFERENCE = """
draft                  draft     draft       -     -
awaiting-authorization active    requested   2.0   -
sent                   active    requested   2.0   -
received               active    received    2.0   -
accepted               active    accepted    3.0   proposed
declined               active    rejected    4.0   -
scheduled              active    in-progress 5.1.1 booked
no-show                active    in-progress 5.1.2 noshow
rebooking              active    in-progress 5.1.3 cancelled
seen                   active    in-progress 5.1.4 fulfilled
interim                active    in-progress 5.1.4 fulfilled
reported               active    completed   7.0   fulfilled
closed                 completed completed   7.0   fulfilled
cancelled              revoked   cancelled   6.0   cancelled
patient-declined       revoked   cancelled   6.0   cancelled
expired                revoked   cancelled   6.0   cancelled
re-routed              revoked   rejected    4.0   -
returned               active    cancelled   6.0   cancelled
"""
TASK_STATUS = {"draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold",
               "failed", "completed", "entered-in-error"}  # fmt: skip
APPOINTMENT_STATUS = {"proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow"}


def a_referral(state: ReferralState, **changes: object) -> ReferralRequest:
    known: dict[str, object] = {
        "id": UUID(int=1), "version": 3, "state": state, "round": 1, "need_id": UUID(int=2), "patient_id": UUID(int=3),
        "specialist_id": UUID(int=4), "specialist_name": "Dr. Ruth Example", "priority": Priority.URGENT,
        "clinical_question": "Titrate therapy?", "ordered_at": NOW, "ordered_by": "coordinator-1", "valid_until": None,
        "replaces_id": None, "reason": None, "cancel_requested_at": None, "visit_starts_at": NOW,
        "visit_ends_at": NOW + timedelta(minutes=30), "updated_at": NOW,
    }  # fmt: skip
    return ReferralRequest.model_validate({**known, **changes})


def rows() -> list[list[str]]:
    return [line.split() for line in REFERENCE.strip().splitlines()]


def test_the_reference_names_every_state() -> None:
    assert {row[0] for row in rows()} == set(ReferralState) == set(BUSINESS)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_state_is_said_as_the_reference_says_it(row: list[str]) -> None:
    state = ReferralState(row[0])
    read = a_referral(state)
    task = render(to_task(read))
    business = task.get("businessStatus", {"coding": [{"code": "-"}]})["coding"][0]["code"]
    assert [to_request(read).status, task["status"], business, STAGES[state].visit or "-"] == row[1:]
    assert task["status"] in TASK_STATUS
    assert to_appointment(read).status in APPOINTMENT_STATUS


def test_every_word_leads_back_to_the_states_it_was_written_for() -> None:
    for what in (lambda s: s.request, lambda s: s.task, lambda s: s.visit, lambda s: BUSINESS[s.state]):
        words = {word for stage in TABLE if (word := what(stage)) is not None}
        found = {word: states_by(what, [word]) for word in words}
        assert all(stage.state in found[what(stage)] for stage in TABLE if what(stage) is not None)
        assert sum(len(states) for states in found.values()) == sum(what(stage) is not None for stage in TABLE)
    assert states_by(lambda stage: stage.task, ["no-such-status"]) == []


def test_a_task_is_a_fulfilment_of_the_order_and_changes_after_it_was_authored() -> None:
    read = a_referral(ReferralState.DECLINED, reason="no-capacity", updated_at=NOW - timedelta(days=1))
    task = render(to_task(read))
    assert task["focus"] == {"reference": f"ServiceRequest/{read.id}"}
    assert task["code"]["coding"][0]["code"] == "fulfill"
    assert task["lastModified"] >= task["authoredOn"]
    assert task["statusReason"] == {"text": "no-capacity"}
    assert task["businessStatus"]["coding"][0]["system"] == BSER


def test_a_cancellation_that_was_asked_for_is_the_tasks_business_status() -> None:
    asked = to_task(a_referral(ReferralState.ACCEPTED, cancel_requested_at=NOW))
    assert asked.business_status is not None
    assert asked.business_status.coding is not None
    assert (asked.status, asked.business_status.coding[0].code) == ("accepted", "5.2")


def test_an_earlier_round_keeps_the_task_it_ended_with() -> None:
    again = a_referral(ReferralState.SEEN, round=2)
    first = to_task(again, ended_as=ReferralState.CLOSED, number=1)
    assert (first.id, first.status) == (f"{again.id}-1", "completed")
    assert (to_task(again).id, to_task(again).status) == (f"{again.id}-2", "in-progress")
