"""What becomes of referrals when the patient dies, and when that was recorded in error."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.coordination.jobs import stalled
from shared.vocabulary import NeedState
from tests.support.apps import Api, problem
from tests.support.makers_coordination import Json, a_person, at, good, new_york, tag
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
from tests.support.sweeps import stages_of

TOLD = new_york("2026-09-07 09:00")
DIED = "2026-09-06 08:00"
SOON = {"act": "schedule", "starts_at": "2026-09-05T17:30:00Z", "ends_at": "2026-09-05T18:00:00Z", "modality": "video"}


async def death(api: Api, referral: Json, at_: str | None = DIED) -> None:
    """The death of a referral's patient is recorded, or taken back."""
    known = await good(await at(api, TOLD).get(f"/v1/patients/{referral['patient']['id']}"))
    body = a_person(identifiers=known["identifiers"], deceased_at=at_ and new_york(at_).isoformat())
    await good(await at(api, TOLD).put(f"/v1/patients/{known['id']}", json=body, headers=tag(known)))


async def fresh(api: Api, referral: Json) -> dict[str, Any]:
    return taken(await a_coordinator(api, TOLD).get(f"/v1/referrals/{referral['id']}"))


async def work_of(api: Api, referral: Json) -> list[str]:
    return await stages_of(api, referral, TOLD)


async def booked(api: Api) -> tuple[Json, Json]:
    """A referral whose visit is booked on a slot nine days ahead, and its specialist."""
    made = await a_specialist(api)
    (slot,) = await slots_for(api, made, 9)
    sent = taken(await refer(api, await a_need(api), made, slot=slot["id"]), 201)
    return await through(a_coordinator(api), sent, "accept", "schedule"), made


async def test_a_death_ends_a_booked_referral_frees_its_slot_and_has_the_receiver_told(coordination: Api) -> None:
    referral, made = await booked(coordination)
    assert await work_of(coordination, referral) == ["remind-1", "remind-3", "visit"]
    await death(coordination, referral)
    ended = await fresh(coordination, referral)
    last = ended["history"][-1]
    assert (ended["state"], last["act"], last["done_at"]) == ("cancelled", "patient-died", "2026-09-06T12:00:00Z")
    slots = taken(await a_coordinator(coordination, TOLD).get(f"/v1/specialists/{made['id']}/slots"))["items"]
    assert [slot["state"] for slot in slots] == ["open"]
    assert await work_of(coordination, referral) == ["tell-receiver"]
    need = await the_need(coordination, UUID(referral["need_id"]))
    assert (need.state, need.closed_code, need.scheduled_for, need.means) == (NeedState.NOT_MET, "deceased", None, None)
    # Told on Monday, Labor Day: one business day on is Tuesday.
    assert ended["stage"]["due_at"] == "2026-09-09T03:59:59.999999Z"
    assert problem(await do(a_coordinator(coordination, TOLD), ended, "remind")) == (409, "referral.act-not-possible")
    told = await through(a_coordinator(coordination, TOLD), ended, "confirm-cancel")
    assert (told["state"], told["stage"]["due_at"], await work_of(coordination, referral)) == ("cancelled", None, [])
    assert problem(await do(a_coordinator(coordination, TOLD), told, "confirm-cancel")) == (
        409,
        "referral.receiver-knows",
    )
    late = TOLD + timedelta(days=30)
    assert await stalled.run_once(coordination.sessions, [coordination.organization], late) == 0


@pytest.mark.parametrize(("acts", "state", "left"), [
    ((), "cancelled", ["tell-receiver"]),
    (("receive", "accept"), "cancelled", ["tell-receiver"]),
    (({"act": "decline", "reason": "no-capacity"},), "re-routed", []),
    (("accept", SOON, {"act": "cancel-visit", "by": "patient"}), "cancelled", ["tell-receiver"]),
    (("accept", SOON), "scheduled", ["visit"]),
])  # fmt: skip
async def test_a_death_at_each_stage(coordination: Api, acts: tuple[Any, ...], state: str, left: list[str]) -> None:
    referral = await through(a_coordinator(coordination), await a_referral(coordination), *acts)
    await death(coordination, referral)
    assert ((await fresh(coordination, referral))["state"], await work_of(coordination, referral)) == (state, left)


async def test_a_visit_before_the_death_is_recorded_and_a_missed_one_is_not_booked_again(coordination: Api) -> None:
    referral = await through(a_coordinator(coordination), await a_referral(coordination), "accept", SOON)
    await death(coordination, referral)
    client = a_coordinator(coordination, TOLD)
    assert problem(await do(client, await fresh(coordination, referral), "remind")) == (409, "referral.patient-died")
    missed = await through(client, await fresh(coordination, referral), "no-show")
    assert (missed["state"], [one["act"] for one in missed["history"]][-2:]) == (
        "cancelled",
        ["no-show", "patient-died"],
    )
    assert await work_of(coordination, referral) == ["tell-receiver"]


async def test_a_death_in_error_makes_a_draft_again_that_can_be_sent(coordination: Api) -> None:
    referral, _ = await booked(coordination)
    await death(coordination, referral)
    assert problem(
        await do(a_coordinator(coordination, TOLD), await fresh(coordination, referral), "reopen", reason="x")
    ) == (
        409,
        "referral.patient-died",
    )
    await death(coordination, referral, None)
    again = await fresh(coordination, referral)
    assert (again["state"], await work_of(coordination, referral)) == ("draft", [])
    sent = await through(a_coordinator(coordination, TOLD), again, "send")
    need = await the_need(coordination, UUID(referral["need_id"]))
    assert (sent["state"], need.state) == ("sent", NeedState.ARRANGED)


async def test_nobody_is_referred_who_has_died(coordination: Api) -> None:
    referral = await a_referral(coordination, now=FRIDAY)
    await death(coordination, referral)
    need = UUID(referral["need_id"])
    client = at(coordination, TOLD)
    ended = await good(await client.get(f"/v1/needs/{need}"))
    reopened = await client.post(f"/v1/needs/{need}/reopen", json={}, headers=tag(ended))
    assert problem(reopened) == (409, "patient.deceased")
    refused = await refer(coordination, need, {"id": referral["specialist_id"]}, now=TOLD)
    assert problem(refused)[0] == 409
