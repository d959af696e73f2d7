"""Slots: published once, held by one, given back when the time is over (L7)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    a_need,
    a_referral,
    a_specialist,
    refer,
    slots_for,
    taken,
    through,
)


async def test_a_calendar_sent_twice_is_published_once(coordination: Api) -> None:
    made = await a_specialist(coordination)
    first = await slots_for(coordination, made, 1, 2, places=2)
    again = await slots_for(coordination, made, 1, 2, places=2)
    assert len(first) == 4
    assert first == again


async def test_slots_that_do_not_fit_the_entry_are_refused(coordination: Api) -> None:
    made = await a_specialist(coordination)
    address, client = f"/v1/specialists/{made['id']}/slots", a_coordinator(coordination)

    async def publish(start: str, **changes: object) -> tuple[int, str]:
        slot = {"starts_at": f"{start}T12:00:00Z", "ends_at": f"{start}T12:30:00Z", "modality": "video", **changes}
        return problem(await client.post(address, json={"slots": [slot]}))

    assert await publish("2026-09-01") == (422, "slot.in-the-past")
    assert await publish("2026-09-09", modality="home") == (422, "slot.modality-not-offered")
    assert await publish("2026-09-09", site_id=made["id"]) == (422, "slot.unknown-site")
    assert taken(await client.get(address))["items"] == []


async def test_a_specialist_publishes_for_themselves_only(coordination: Api) -> None:
    other = await a_specialist(coordination)
    ruth = coordination.as_(Role.SPECIALIST, now=FRIDAY, subject="dr-ruth")
    slot = {"starts_at": "2026-09-09T12:00:00Z", "ends_at": "2026-09-09T12:30:00Z", "modality": "video"}
    refused = await ruth.post(f"/v1/specialists/{other['id']}/slots", json={"slots": [slot]})
    assert problem(refused) == (403, "specialist.not-your-record")


async def test_k_slots_and_a_hundred_parallel_requests_give_exactly_k_holds(coordination: Api) -> None:
    """L7, over as many connections as the service has; who finds none free is told so, and asks again."""
    made = await a_specialist(coordination)
    slots = await slots_for(coordination, made, 1, 2, 3, 4, 5, 6, 7)
    needs = [await a_need(coordination) for _ in range(100)]

    again = asyncio.Semaphore(10)

    async def until_answered(need: UUID) -> httpx.Response:
        answer = await refer(coordination, need, made, slot="earliest")
        while answer.status_code == 503:
            # All at once again would find as few free as before, and on a busy machine for ever.
            async with again:
                answer = await refer(coordination, need, made, slot="earliest")
        return answer

    answers = await asyncio.gather(*map(until_answered, needs))
    held = [answer.json()["hold"]["slot_id"] for answer in answers if answer.status_code == 201]
    assert sorted(held) == sorted(slot["id"] for slot in slots)
    assert {problem(answer) for answer in answers if answer.status_code != 201} == {(409, "slot.none-open")}
    # A refused request leaves nothing half done: no referral, and the need can still be referred.
    listed = taken(await a_coordinator(coordination).get("/v1/referrals", params={"limit": 200}))["items"]
    assert len(listed) == 7


async def test_one_slot_and_many_who_want_that_very_one(coordination: Api) -> None:
    made = await a_specialist(coordination)
    slot = (await slots_for(coordination, made, 1))[0]["id"]
    needs = [await a_need(coordination) for _ in range(6)]
    answers = await asyncio.gather(*(refer(coordination, need, made, slot=slot) for need in needs))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {problem(answer)[1] for answer in answers if answer.status_code == 409} == {"slot.taken"}


async def test_a_hold_ends_by_itself_and_the_slot_is_anybodys_again(coordination: Api) -> None:
    made = await a_specialist(coordination)
    slot = (await slots_for(coordination, made, 5))[0]["id"]
    first = await a_referral(coordination, made, slot=slot, hold_hours=2)
    assert first["hold"] == {
        "slot_id": slot, "starts_at": "2026-09-09T19:20:00Z", "held_until": "2026-09-04T21:20:00Z"
    }  # fmt: skip
    need, within, past = await a_need(coordination), FRIDAY + timedelta(hours=2), FRIDAY + timedelta(hours=3)
    early = await refer(coordination, need, made, slot=slot, now=within - timedelta(seconds=1))
    assert problem(early) == (409, "slot.taken")
    late = taken(await refer(coordination, need, made, slot=slot, now=past), 201)
    assert late["hold"]["slot_id"] == slot
    # Whoever lost the hold is told so when they try to book it.
    client = a_coordinator(coordination, past)
    accepted = await through(client, first, "accept")
    booking = await client.post(
        f"/v1/referrals/{first['id']}/schedule",
        json={"slot_id": slot},
        headers={"If-Match": f'"{accepted["version"]}"'},
    )
    assert problem(booking) == (409, "slot.taken")


async def test_a_declined_referral_gives_its_slot_back(coordination: Api) -> None:
    made = await a_specialist(coordination)
    slot = (await slots_for(coordination, made, 5))[0]["id"]
    first = await a_referral(coordination, made, slot=slot)
    await through(a_coordinator(coordination), first, {"act": "decline", "reason": "no-capacity"})
    second = await a_referral(coordination, made, slot=slot)
    assert second["hold"]["slot_id"] == slot


async def test_a_slot_of_another_specialist_is_refused(coordination: Api) -> None:
    made, other = await a_specialist(coordination), await a_specialist(coordination, name="Other")
    slot = (await slots_for(coordination, other, 5))[0]["id"]
    refused = await refer(coordination, await a_need(coordination), made, slot=slot)
    assert problem(refused) == (422, "slot.of-another-specialist")
