"""A patient's word against outreach or a referral takes effect on live referrals at once, and so does one for it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, do, taken, through
from tests.support.referral_bodies import BOOKED
from tests.support.sweeps import stages_of

AGAIN = BOOKED | {"act": "reschedule", "starts_at": "2026-09-14T17:30:00Z", "ends_at": "2026-09-14T18:00:00Z"}
WITHHELD = (403, "consent.withheld")


async def say(
    api: Api, referral: dict[str, Any], purpose: str, said: str, to: str | None = None, minutes: int = 0
) -> None:
    now = FRIDAY + timedelta(minutes=minutes)
    body = {"purpose": purpose, "recipient": to, "said": said, "said_by": "patient", "mode": "verbal"}
    path = f"/v1/patients/{referral['patient']['id']}/consents"
    taken(await a_coordinator(api, now).post(path, json=body), 201)


async def work_of(api: Api, referral: dict[str, Any]) -> list[str]:
    return await stages_of(api, referral, FRIDAY + timedelta(hours=1))


async def test_nobody_is_reminded_who_refused_outreach_and_again_once_they_allow_it(coordination: Api) -> None:
    client = a_coordinator(coordination)
    booked = await through(client, await a_referral(coordination), "accept", BOOKED)
    await say(coordination, booked, "outreach", "refused")
    assert await work_of(coordination, booked) == ["visit"]
    assert problem(await do(client, booked, "remind")) == WITHHELD
    moved = await through(client, booked, {**AGAIN, "by": "patient"})
    assert await work_of(coordination, moved) == ["visit"]
    await say(coordination, booked, "outreach", "given", minutes=2)
    assert await work_of(coordination, moved) == ["remind-1", "remind-3", "visit"]
    later = a_coordinator(coordination, FRIDAY + timedelta(minutes=3))
    await through(later, moved, "remind")
    assert await work_of(coordination, moved) == ["remind-1", "visit"]


@pytest.mark.parametrize("how", ["another word", "a request taken back", "another time"])
async def test_a_reminder_that_was_given_is_work_again_only_for_another_time(coordination: Api, how: str) -> None:
    client = a_coordinator(coordination)
    booked = await through(client, await a_referral(coordination), "accept", BOOKED, "remind")
    assert await work_of(coordination, booked) == ["remind-1", "visit"]
    if how == "another word":
        await say(coordination, booked, "outreach", "refused", "phone")
    elif how == "a request taken back":
        await through(client, booked, {"act": "cancel", "reason": "clinical-change"}, "withdraw-cancel")
    else:
        await through(client, booked, {**AGAIN, "by": "patient"})
    again = ["remind-3"] if how == "another time" else []
    assert await work_of(coordination, booked) == ["remind-1", *again, "visit"]


async def test_who_refused_telephone_calls_is_told_the_plan_in_another_way(coordination: Api) -> None:
    late = a_coordinator(coordination, FRIDAY + timedelta(days=8))
    report = {"act": "report", "summary": "Stable"}
    booked = await through(a_coordinator(coordination), await a_referral(coordination), "accept", BOOKED)
    reported = await through(late, booked, "attend", report)
    await say(coordination, reported, "outreach", "refused", "phone")
    assert problem(await do(late, reported, "inform", channel="phone")) == WITHHELD
    assert (await through(late, reported, {"act": "inform", "channel": "in-person"}))["loop"][
        "informed_by"
    ] == "in-person"


@pytest.mark.parametrize("to_one", [True, False])
async def test_a_live_referral_against_the_patients_word_is_work_until_it_ends(coordination: Api, to_one: bool) -> None:
    client = a_coordinator(coordination, FRIDAY + timedelta(hours=1))
    sent = await a_referral(coordination)
    to = sent["specialist_id"] if to_one else None
    await say(coordination, sent, "referral", "refused", to)
    assert await work_of(coordination, sent) == ["acknowledge", "consent-withdrawn"]
    await say(coordination, sent, "referral", "given", to, minutes=1)
    assert await work_of(coordination, sent) == ["acknowledge"]
    await say(coordination, sent, "referral", "revoked", to, minutes=2)
    accepted = await through(client, sent, "accept")
    assert await work_of(coordination, sent) == ["consent-withdrawn", "schedule"]
    await through(client, accepted, {"act": "cancel", "reason": "clinical-change"}, "confirm-cancel")
    assert await work_of(coordination, sent) == []


async def test_a_word_against_another_specialist_is_no_work(coordination: Api) -> None:
    sent, other = await a_referral(coordination), await a_referral(coordination)
    await say(coordination, sent, "referral", "refused", other["specialist_id"])
    assert await work_of(coordination, sent) == ["acknowledge"]


async def test_a_word_about_a_specialist_holds_however_their_id_is_written(coordination: Api) -> None:
    client = a_coordinator(coordination)
    draft = await a_referral(coordination, send=False)
    await say(coordination, draft, "referral", "refused", draft["specialist_id"].upper())
    assert problem(await do(client, draft, "send")) == WITHHELD


async def test_a_word_about_another_specialist_moves_no_work(coordination: Api) -> None:
    sent, other = await a_referral(coordination), await a_referral(coordination)
    client = a_coordinator(coordination, FRIDAY + timedelta(hours=1))

    async def work() -> list[dict[str, Any]]:
        items = taken(await client.get("/v1/worklist?source=referral&limit=200"))["items"]
        return [one for one in items if (one["source_id"], one["stage"]) == (sent["id"], "consent-withdrawn")]

    await say(coordination, sent, "referral", "refused", sent["specialist_id"])
    before = await work()
    await say(coordination, sent, "referral", "refused", other["specialist_id"], minutes=5)
    assert len(before) == 1
    assert await work() == before
