"""What the receiver may ask, how a need is sent on, reminders, and cases that were closed without a report."""

from datetime import datetime, timedelta
from typing import Any

from shared.vocabulary import NeedState, Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    a_need,
    a_referral,
    a_specialist,
    do,
    refer,
    taken,
    the_need,
    through,
)
from tests.support.referral_bodies import BOOKED, REPORT, VISIT
from tests.support.sweeps import sweep, work_of


async def titles_of(api: Api, referral: dict[str, Any], now: datetime) -> list[str]:
    listed = taken(await a_coordinator(api, now).get("/v1/worklist?source=referral&limit=200"))["items"]
    return [one["title"] for one in listed if one["source_id"] == referral["id"]]


async def test_a_receiver_gives_back_what_it_accepted_and_the_need_is_sent_on(coordination: Api) -> None:
    ruths, other = await a_specialist(coordination, user_subject="dr-ruth"), await a_specialist(coordination, name="B")
    ruth, coordinator = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject="dr-ruth"), a_coordinator(coordination)
    need = await a_need(coordination)
    sent = taken(await refer(coordination, need, ruths), 201)
    asked = await through(ruth, sent, "accept", {"act": "return", "reason": "no-capacity"})
    assert (asked["state"], asked["stage"]["name"]) == ("accepted", "confirm-return")
    assert asked["fhir"]["business_status"] == "return requested"
    assert problem(await do(coordinator, asked, "cancel", reason="clinical-change")) == (409, "referral.return-pending")
    assert problem(await do(ruth, asked, "confirm-return")) == (403, "not-allowed")
    back = await through(coordinator, asked, "confirm-return")
    assert (back["state"], back["stage"]["name"], back["return_requested_at"]) == ("returned", "re-route", None)
    assert (await the_need(coordination, need)).state is NeedState.IDENTIFIED

    again = taken(await refer(coordination, need, other), 201)
    assert again["replaces_id"] == sent["id"]
    chain = [(one["specialist_name"], one["state"], one["reason"], one["replaces_id"]) for one in again["chain"]]
    assert chain == [("Dr. Ruth Example", "cancelled", "no-capacity", None), ("B", "sent", None, sent["id"])]
    # Whom else a need was sent to is the sender's business.
    assert taken(await ruth.get(f"/v1/referrals/{sent['id']}"))["chain"] == []


async def test_a_return_that_the_sender_refuses_leaves_the_receiver_bound(coordination: Api) -> None:
    made = await a_specialist(coordination, user_subject="dr-ruth")
    ruth = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject="dr-ruth")
    back = {"act": "return", "reason": "out-of-network"}
    asked = await through(ruth, await a_referral(coordination, made), "accept", back)
    assert problem(await do(ruth, asked, "schedule", **VISIT)) == (409, "referral.return-pending")
    refused = await through(a_coordinator(coordination), asked, "refuse-return")
    assert (refused["stage"]["name"], refused["return_requested_at"]) == ("schedule", None)
    kept = await through(ruth, refused, back, "withdraw-return")
    assert problem(await do(a_coordinator(coordination), kept, "confirm-return")) == (409, "referral.no-return-pending")


async def test_reminders_of_a_visit_are_work_until_they_are_given(coordination: Api) -> None:
    booked = await through(a_coordinator(coordination), await a_referral(coordination), "accept", BOOKED)
    assert await work_of(coordination, booked, FRIDAY) == [("remind-3", False), ("remind-1", False), ("visit", False)]
    tuesday, thursday = FRIDAY + timedelta(days=4), FRIDAY + timedelta(days=6)
    assert ("remind-3", True) in await work_of(coordination, booked, tuesday)
    told = await through(a_coordinator(coordination, tuesday), booked, "remind")
    assert await work_of(coordination, booked, tuesday) == [("remind-1", False), ("visit", False)]
    moved = {**VISIT, "starts_at": "2026-09-18T17:30:00Z", "ends_at": "2026-09-18T18:00:00Z", "by": "patient"}
    later = await through(a_coordinator(coordination, thursday), told, {"act": "reschedule", **moved})
    assert [stage for stage, _ in await work_of(coordination, later, thursday)] == ["remind-3", "remind-1", "visit"]
    off = await through(a_coordinator(coordination, thursday), later, {"act": "cancel-visit", "by": "patient"})
    assert [stage for stage, _ in await work_of(coordination, off, thursday)] == ["schedule"]


async def test_a_visit_tomorrow_is_reminded_of_once(coordination: Api) -> None:
    soon = {"starts_at": "2026-09-06T17:30:00Z", "ends_at": "2026-09-06T18:00:00Z", "modality": "video"}
    accepted = await through(a_coordinator(coordination), await a_referral(coordination), "accept")
    booked = await through(a_coordinator(coordination), accepted, {"act": "schedule", **soon})
    assert [stage for stage, _ in await work_of(coordination, booked, FRIDAY)] == ["remind-1", "visit"]


async def test_the_second_missed_visit_asks_the_sender_to_decide_by_its_own_clock(coordination: Api) -> None:
    booked = await through(a_coordinator(coordination), await a_referral(coordination), "accept", BOOKED)
    later = FRIDAY + timedelta(days=8)
    missed = await through(a_coordinator(coordination, later), booked, "no-show")
    assert missed["stage"]["name"] == "no-show"
    twice = await through(a_coordinator(coordination, later), missed, BOOKED, "no-show")
    assert twice["stage"]["name"] == "no-show-decision"
    assert [stage for stage, _ in await work_of(coordination, twice, later)] == ["no-show-decision"]
    tried = await through(a_coordinator(coordination, later), twice, "continue")
    assert tried["stage"]["name"] == "schedule"


async def test_a_case_closed_elsewhere_without_report_surfaces_at_once_and_once(coordination: Api) -> None:
    client = a_coordinator(coordination)
    seen = await through(client, await a_referral(coordination), "accept", "attend")
    elsewhere = await through(client, seen, "closed-elsewhere")
    assert elsewhere["fhir"]["business_status"] == "closed elsewhere, no report"
    assert await titles_of(coordination, seen, FRIDAY) == ["Closed elsewhere without report: obtain the report"]
    late = FRIDAY + timedelta(days=6)
    assert [await sweep(coordination, late) for _ in range(3)] == [1, 0, 0]
    (title,) = await titles_of(coordination, seen, late)
    assert title.startswith("Closed elsewhere, still no report")
    reported = await through(a_coordinator(coordination, late), elsewhere, REPORT)
    assert (reported["closed_elsewhere_at"], reported["stage"]["name"]) == (None, "review")


async def test_what_stalls_says_what_is_missing(coordination: Api) -> None:
    silent = await a_referral(coordination)
    seen = await through(a_coordinator(coordination), await a_referral(coordination), "accept", "attend")
    late = FRIDAY + timedelta(days=12)
    assert await sweep(coordination, late) == 2
    assert await titles_of(coordination, silent, late) == ["Nobody acknowledged: ask the receiver"]
    assert await titles_of(coordination, seen, late) == ["Attended, no report: chase the report"]
    assert await sweep(coordination, late) == 0
