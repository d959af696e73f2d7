"""Referrals over HTTP: the closed loop, who may act, one live referral per need, and the need that follows."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.vocabulary import NeedKind, NeedState, Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    a_need,
    a_referral,
    a_specialist,
    do,
    refer,
    slots_for,
    taken,
    the_need,
    through,
)
from tests.support.referral_bodies import BOOKED, REPORT, VISIT


def acts_of(referral: dict[str, Any]) -> dict[str, str | None]:
    return {one["act"]: one["reason"] for one in referral["acts"]}


async def test_the_whole_loop_from_order_to_close(coordination: Api) -> None:
    made = await a_specialist(coordination)
    slot = (await slots_for(coordination, made, 5))[0]["id"]
    need = await a_need(coordination)
    sent = taken(await refer(coordination, need, made, slot="earliest", priority="urgent"), 201)
    assert (sent["state"], sent["hold"]["slot_id"]) == ("sent", slot)
    assert sent["stage"]["due_at"] == "2026-09-10T03:59:59.999999Z"  # the end of Wednesday the 9th in New York
    assert (await the_need(coordination, need)).state is NeedState.ARRANGED

    accepted = await through(a_coordinator(coordination), sent, "receive", "accept")
    assert accepted["stage"]["due_at"] == "2026-09-09T03:59:59.999999Z"  # Tuesday the 8th: one business day
    booked = await through(a_coordinator(coordination), accepted, "schedule")
    assert (booked["state"], booked["hold"], booked["visit"]["slot_id"]) == ("scheduled", None, slot)
    assert booked["visit"]["remind_at"] == ["2026-09-06T19:20:00Z", "2026-09-08T19:20:00Z"]

    after_visit = FRIDAY + timedelta(days=6)
    seen_at = "2026-09-09T19:25:00Z"
    coordinator = a_coordinator(coordination, after_visit)
    seen = await through(coordinator, booked, {"act": "attend", "done_at": seen_at})
    met = await the_need(coordination, need)
    assert (met.state, met.done_at.isoformat()) == (NeedState.MET, "2026-09-09T19:25:00+00:00")
    reported = await through(coordinator, seen, {"act": "interim-note", "text": "Echo ordered"}, REPORT)
    assert problem(await do(coordinator, reported, "close")) == (409, "referral.loop-open")
    assert problem(await do(coordinator, reported, "review")) == (403, "not-allowed")

    nurse = coordination.as_(Role.CASE_MANAGER, now=after_visit)
    closed = await through(nurse, reported, "review", {"act": "inform", "channel": "phone"}, "close")
    assert (closed["state"], closed["fhir"]["task"], closed["stage"]["due_at"]) == ("closed", "completed", None)
    assert closed["loop"]["reviewed_by"] == "case_manager-1"
    assert [one["act"] for one in closed["history"]] == [
        "send", "receive", "accept", "schedule", "attend", "interim-note", "report", "review", "inform", "close"
    ]  # fmt: skip
    attended = closed["history"][4]
    assert (attended["done_at"], attended["recorded_at"]) == (seen_at, "2026-09-10T19:20:00Z")


async def test_a_second_live_referral_of_a_need_is_refused_and_leaves_nothing(coordination: Api) -> None:
    made = await a_specialist(coordination)
    await slots_for(coordination, made, 1)
    need = await a_need(coordination)
    first = taken(await refer(coordination, need, made), 201)
    again = await refer(coordination, need, made, slot="earliest")
    assert problem(again) == (409, "referral.already-live")
    assert again.json()["referral_id"] == first["id"]
    slots = taken(await a_coordinator(coordination).get(f"/v1/specialists/{made['id']}/slots"))["items"]
    assert [slot["state"] for slot in slots] == ["open"]


async def test_two_referrals_of_one_need_at_the_same_moment_become_one(coordination: Api) -> None:
    made, need = await a_specialist(coordination), await a_need(coordination)
    answers = await asyncio.gather(*(refer(coordination, need, made) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


async def test_the_same_key_twice_orders_once(coordination: Api) -> None:
    made, need = await a_specialist(coordination), await a_need(coordination)
    body = {"specialist_id": made["id"], "clinical_question": "Titrate therapy?"}
    key = {"Idempotency-Key": str(uuid4())}
    client = a_coordinator(coordination)
    first, again = [await client.post(f"/v1/needs/{need}/referrals", json=body, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())


async def test_an_accept_racing_a_cancel_has_one_winner(coordination: Api) -> None:
    for _ in range(5):
        sent = await a_referral(coordination)
        client = a_coordinator(coordination)
        answers = await asyncio.gather(
            do(client, sent, "accept"), do(client, sent, "cancel", reason="ordered-in-error")
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        now = taken(await client.get(f"/v1/referrals/{sent['id']}"))
        winner = next(answer.json() for answer in answers if answer.status_code == 200)
        assert now["state"] == winner["state"]
        assert len(now["history"]) == 2


async def test_a_declined_referral_frees_the_need_and_the_next_one_settles_it(coordination: Api) -> None:
    made, other = await a_specialist(coordination), await a_specialist(coordination, name="Other")
    need = await a_need(coordination)
    sent = taken(await refer(coordination, need, made), 201)
    declined = await through(a_coordinator(coordination), sent, {"act": "decline", "reason": "no-capacity"})
    assert declined["stage"]["name"] == "re-route"
    assert (await the_need(coordination, need)).state is NeedState.IDENTIFIED
    taken(await refer(coordination, need, other), 201)
    settled = taken(await a_coordinator(coordination).get(f"/v1/referrals/{sent['id']}"))
    assert (settled["state"], settled["fhir"]["service_request"]) == ("re-routed", "revoked")


async def test_a_payers_authorization_comes_before_the_receiver(coordination: Api) -> None:
    made = await a_specialist(coordination)
    waiting = await a_referral(coordination, made, authorization_required=True)
    assert (waiting["state"], waiting["fhir"]["task"]) == ("awaiting-authorization", "requested")
    client = a_coordinator(coordination)
    assert problem(await do(client, waiting, "accept")) == (409, "referral.act-not-possible")
    sent = await through(client, waiting, {"act": "authorize", "number": "A-1", "valid_until": "2026-09-30"})
    assert (sent["state"], sent["authorization"]["number"]) == ("sent", "A-1")
    early = await do(client, sent, "expire")
    assert problem(early) == (409, "referral.still-valid")
    october = a_coordinator(coordination, FRIDAY + timedelta(days=27))
    assert (await through(october, sent, "expire"))["state"] == "expired"


async def test_a_specialist_sees_and_acts_on_what_is_addressed_to_them_only(coordination: Api) -> None:
    ruths = await a_specialist(coordination, user_subject="dr-ruth")
    sent, other = await a_referral(coordination, ruths), await a_referral(coordination)
    ruth = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject="dr-ruth")
    listed = taken(await ruth.get("/v1/referrals"))["items"]
    assert [one["id"] for one in listed] == [sent["id"]]
    hidden = await ruth.get(f"/v1/referrals/{other['id']}")
    assert problem(hidden) == problem(await do(ruth, other, "accept")) == (404, "not-found")
    # The receiver has an account, so nobody accepts in their place; each is told what they may do.
    refused = await do(a_coordinator(coordination), sent, "accept")
    assert problem(refused) == (403, "referral.not-your-part")
    hers = acts_of(taken(await ruth.get(f"/v1/referrals/{sent['id']}")))
    assert (hers["accept"], hers["decline"]) == (None, None)
    assert hers["cancel"] is not None
    assert (await through(ruth, sent, "accept"))["state"] == "accepted"


async def test_after_acceptance_the_receiver_confirms_a_cancellation(coordination: Api) -> None:
    ruths = await a_specialist(coordination, user_subject="dr-ruth")
    ruth = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject="dr-ruth")
    accepted = await through(ruth, await a_referral(coordination, ruths), "accept")
    client = a_coordinator(coordination)
    asked = await through(client, accepted, {"act": "cancel", "reason": "clinical-change"})
    assert (asked["state"], asked["stage"]["name"]) == ("accepted", "confirm-cancel")
    assert asked["fhir"]["business_status"] == "cancellation requested"
    assert problem(await do(ruth, asked, "schedule", **VISIT)) == (409, "referral.cancel-pending")
    assert problem(await do(client, asked, "confirm-cancel")) == (403, "referral.not-your-part")
    assert (await through(ruth, asked, "confirm-cancel"))["state"] == "cancelled"


async def test_two_missed_visits_and_then_the_patient_declines(coordination: Api) -> None:
    need = await a_need(coordination)
    sent = taken(await refer(coordination, need, await a_specialist(coordination)), 201)
    booked = await through(a_coordinator(coordination), sent, "accept", BOOKED)
    assert problem(await do(a_coordinator(coordination), booked, "no-show")) == (409, "referral.visit-ahead")
    later = a_coordinator(coordination, FRIDAY + timedelta(days=8))
    missed = await through(later, booked, "no-show", BOOKED, "no-show")
    assert (missed["no_shows"], missed["fhir"]["appointment"]) == (2, "noshow")
    assert problem(await do(later, missed, "schedule", **VISIT)) == (409, "referral.sender-decides")
    ended = await through(later, missed, {"act": "patient-declines", "reason": "Travelling"})
    assert ended["fhir"] == {
        "service_request": "revoked", "task": "cancelled", "business_status": "declined by patient",
        "appointment": "cancelled", "round": 1,
    }  # fmt: skip
    assert (await the_need(coordination, need)).state is NeedState.IDENTIFIED


async def test_a_waiver_closes_with_a_coded_reason_and_only_by_a_clinician(coordination: Api) -> None:
    sent = await a_referral(coordination)
    seen = await through(a_coordinator(coordination), sent, "accept", "attend")
    refused = await do(a_coordinator(coordination), seen, "waive", reason="report-unobtainable")
    assert problem(refused) == (403, "not-allowed")
    nurse = coordination.as_(Role.CASE_MANAGER, now=FRIDAY)
    assert problem(await do(nurse, seen, "waive", reason="because")) == (422, "code.unknown")
    closed = await through(nurse, seen, {"act": "waive", "reason": "report-unobtainable"})
    assert (closed["state"], closed["loop"]["waiver"]) == ("closed", "report-unobtainable")
    found = taken(await nurse.get(f"/v1/specialists/{sent['specialist_id']}"))
    assert (found["loops_sent"], found["loops_closed"]) == (1, 0)


async def test_a_closed_loop_counts_for_the_specialist_and_a_reopened_one_does_not(coordination: Api) -> None:
    nurse = coordination.as_(Role.CASE_MANAGER, now=FRIDAY)
    informed = {"act": "inform", "channel": "in-person"}
    loop = ("accept", "attend", REPORT, "review", informed, "close")
    closed = await through(nurse, await a_referral(coordination), *loop)
    address = f"/v1/specialists/{closed['specialist_id']}"
    assert taken(await nurse.get(address))["loops_closed"] == 1
    again = await through(nurse, closed, {"act": "reopen", "reason": "Report of another patient"})
    assert (again["state"], again["report"], again["fhir"]["round"]) == ("seen", None, 2)
    assert taken(await nurse.get(address))["loops_closed"] == 0


async def test_a_report_that_is_amended_must_be_read_and_explained_again(coordination: Api) -> None:
    nurse = coordination.as_(Role.CASE_MANAGER, now=FRIDAY)
    informed = {"act": "inform", "channel": "in-person"}
    sent = await a_referral(coordination)
    amended = await through(nurse, sent, "accept", "attend", REPORT, "review", informed, REPORT)
    assert (amended["loop"]["reviewed_at"], amended["loop"]["informed_by"]) == (None, None)
    assert problem(await do(nurse, amended, "close")) == (409, "referral.loop-open")


async def test_a_laboratory_need_is_not_met_by_the_visit_but_moves(coordination: Api) -> None:
    need = await a_need(coordination, NeedKind.A1C)
    lab = await a_specialist(coordination, specialty="laboratory")
    sent = taken(await refer(coordination, need, lab), 201)
    await through(a_coordinator(coordination), sent, "accept", "attend")
    assert (await the_need(coordination, need)).state is NeedState.IN_PROGRESS


async def test_times_that_cannot_be_are_refused(coordination: Api) -> None:
    sent, client = await a_referral(coordination), a_coordinator(coordination)
    tomorrow, yesterday = (FRIDAY + timedelta(days=1)).isoformat(), (FRIDAY - timedelta(days=1)).isoformat()
    assert problem(await do(client, sent, "receive", done_at=tomorrow)) == (422, "time.in-the-future")
    assert problem(await do(client, sent, "receive", done_at=yesterday)) == (422, "referral.done-before-ordered")
    assert problem(await do(client, sent, "receive", done_at="2026-09-04T19:00:00")) == (422, "time.without-zone")


async def test_a_closed_need_and_a_retired_specialist_are_refused(coordination: Api) -> None:
    made, need = await a_specialist(coordination), await a_need(coordination)
    await through(a_coordinator(coordination), taken(await refer(coordination, need, made), 201), "accept", "attend")
    other = await a_specialist(coordination, name="Other")
    assert problem(await refer(coordination, need, other)) == (409, "referral.need-closed")
    client = a_coordinator(coordination)
    taken(await client.post(f"/v1/specialists/{other['id']}/retire", headers={"If-Match": '"1"'}))
    fresh = await a_need(coordination)
    assert problem(await refer(coordination, fresh, other)) == (409, "specialist.retired")


async def test_another_organizations_need_and_referral_read_like_none(coordination: Api) -> None:
    sent = await a_referral(coordination)
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=FRIDAY)
    assert problem(await stranger.get(f"/v1/referrals/{sent['id']}")) == (404, "not-found")
    body = {"specialist_id": sent["specialist_id"], "clinical_question": "?"}
    answer = await stranger.post(f"/v1/needs/{UUID(sent['need_id'])}/referrals", json=body)
    assert problem(answer) == (404, "not-found")


async def test_what_was_done_comes_after_what_it_builds_on(coordination: Api) -> None:
    booked = await through(a_coordinator(coordination), await a_referral(coordination), "accept", BOOKED)
    late = a_coordinator(coordination, FRIDAY + timedelta(days=8))
    early = await do(late, booked, "attend", done_at="2026-09-05T10:00:00Z")
    assert problem(early) == (422, "referral.done-before-visit")
    missed = await do(late, booked, "no-show", done_at="2026-09-05T10:00:00Z")
    assert problem(missed) == (422, "referral.done-before-visit")
    seen = await through(late, booked, {"act": "attend", "done_at": "2026-09-11T17:30:00Z"})
    before = await do(late, seen, "report", summary="Stable", done_at="2026-09-10T20:00:00Z")
    assert problem(before) == (422, "referral.done-out-of-order")
    reported = await through(late, seen, {**REPORT, "done_at": "2026-09-11T20:00:00Z"})
    nurse = coordination.as_(Role.CASE_MANAGER, now=FRIDAY + timedelta(days=8))
    assert problem(await do(nurse, reported, "review", done_at="2026-09-11T19:59:00Z")) == (
        422,
        "referral.done-out-of-order",
    )
