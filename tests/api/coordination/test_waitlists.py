"""Waitlists: in order, each place to one, each offer once, and what nobody answers to the next."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.coordination.jobs import waitlists
from shared.vocabulary import Priority, Role
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
)

ASKED = {"clinical_question": "Titrate therapy?"}


async def join(api: Api, need: UUID, specialist: dict[str, Any], now: datetime = FRIDAY) -> dict[str, Any]:
    body = {"specialist_id": specialist["id"]}
    return taken(await a_coordinator(api, now).post(f"/v1/needs/{need}/waitlist", json=body), 201)


async def entry(api: Api, known: dict[str, Any]) -> dict[str, Any]:
    listed = taken(await a_coordinator(api).get("/v1/waitlist", params={"need_id": known["need_id"]}))["items"]
    return next(one for one in listed if one["id"] == known["id"])


async def sweep(api: Api, now: datetime = FRIDAY) -> int:
    return await waitlists.run_once(api.sessions, [api.organization], now)


async def answer(api: Api, known: dict[str, Any], act: str, now: datetime = FRIDAY) -> Any:
    body = ASKED if act == "accept" else None
    headers = {"If-Match": f'"{known["version"]}"'}
    return await a_coordinator(api, now).post(f"/v1/waitlist/{known['id']}/{act}", json=body, headers=headers)


async def test_a_place_that_comes_free_is_offered_to_the_first_in_order(coordination: Api) -> None:
    made = await a_specialist(coordination)
    (slot,) = await slots_for(coordination, made, 5)
    holder = await a_referral(coordination, made, slot=slot["id"])
    routine = await join(coordination, await a_need(coordination, priority=Priority.ROUTINE), made)
    first = await join(coordination, await a_need(coordination), made)
    second = await join(coordination, await a_need(coordination), made, FRIDAY + timedelta(minutes=1))
    waiting = [await entry(coordination, one) for one in (first, second, routine)]
    assert [(one["state"], one["position"]) for one in waiting] == [("waiting", 1), ("waiting", 2), ("waiting", 3)]
    assert await sweep(coordination) == 0
    taken(await do(a_coordinator(coordination), holder, "decline", reason="no-capacity"))
    assert [await sweep(coordination), await sweep(coordination)] == [1, 0]
    offered = await entry(coordination, first)
    assert (offered["state"], offered["slot_id"], offered["position"]) == ("offered", slot["id"], None)
    assert (await entry(coordination, second))["position"] == 1
    # Held for the one it is offered to: nobody else gets it.
    refused = await refer(coordination, await a_need(coordination), made, slot=slot["id"])
    assert problem(refused) == (409, "slot.taken")
    work = taken(await a_coordinator(coordination).get("/v1/worklist", params={"stage": "waitlist-offer"}))["items"]
    assert [one["source_id"] for one in work] == [first["need_id"]]
    referral = taken(await answer(coordination, offered, "accept"), 201)
    assert referral["hold"]["slot_id"] == slot["id"]
    assert (await entry(coordination, first))["referral_id"] == referral["id"]
    work = taken(await a_coordinator(coordination).get("/v1/worklist", params={"stage": "waitlist-offer"}))["items"]
    assert work == []


async def test_places_that_suit_nobody_are_passed_over(coordination: Api) -> None:
    made = await a_specialist(coordination)
    by_video, anyhow = [await a_need(coordination) for _ in range(2)]
    patient = taken(await a_coordinator(coordination).get(f"/v1/needs/{by_video}"))["patient_id"]
    url = f"/v1/patients/{patient}/care-preferences"
    wish = {"modalities": ["video"]}
    taken(await a_coordinator(coordination).put(url, json=wish, headers={"If-Match": '"0"'}))
    first = await join(coordination, by_video, made)
    early = [FRIDAY + timedelta(days=2, minutes=30 * n) for n in range(3)]
    places = [
        {
            "starts_at": at.isoformat(),
            "ends_at": (at + timedelta(minutes=30)).isoformat(),
            "modality": "in-person",
            "site_id": made["sites"][0]["id"],
        }
        for at in early
    ]
    taken(await a_coordinator(coordination).post(f"/v1/specialists/{made['id']}/slots", json={"slots": places}), 201)
    assert await sweep(coordination) == 0
    video = (await slots_for(coordination, made, 5, modality="video"))[-1]
    assert [await sweep(coordination), await sweep(coordination)] == [1, 0]
    assert (await entry(coordination, first))["slot_id"] == video["id"]
    second = await join(coordination, anyhow, made, FRIDAY + timedelta(minutes=1))
    assert datetime.fromisoformat((await entry(coordination, second))["slot_starts_at"]) == early[0]


async def test_an_offer_that_nobody_answers_goes_to_the_next_once(coordination: Api) -> None:
    made = await a_specialist(coordination)
    first, second = [await join(coordination, await a_need(coordination), made) for _ in range(2)]
    await slots_for(coordination, made, 5)
    assert await sweep(coordination) == 1
    offered = await entry(coordination, first)
    over = FRIDAY + timedelta(hours=48)
    assert problem(await answer(coordination, offered, "accept", over)) == (409, "waitlist.offer-over")
    assert [await sweep(coordination, over), await sweep(coordination, over)] == [1, 0]
    assert (await entry(coordination, first))["state"] == "expired"
    assert (await entry(coordination, second))["state"] == "offered"
    assert problem(await answer(coordination, await entry(coordination, first), "accept", over)) == (
        409, "waitlist.nothing-offered"
    )  # fmt: skip


async def test_two_sweeps_at_once_offer_each_place_once(coordination: Api) -> None:
    made = await a_specialist(coordination)
    joined = [await join(coordination, await a_need(coordination), made) for _ in range(5)]
    slots = await slots_for(coordination, made, 1, 2, 3)
    made_ = await asyncio.gather(*(sweep(coordination) for _ in range(4)))
    assert sum(made_) + await sweep(coordination) == 3
    found = [await entry(coordination, one) for one in joined]
    assert sorted(one["slot_id"] for one in found if one["slot_id"]) == sorted(slot["id"] for slot in slots)
    assert sum(one["state"] == "waiting" for one in found) == 2


async def test_who_leaves_gives_the_offered_place_to_the_next(coordination: Api) -> None:
    made = await a_specialist(coordination)
    await slots_for(coordination, made, 5)
    first = await join(coordination, await a_need(coordination), made)
    assert first["state"] == "offered"
    second = await join(coordination, await a_need(coordination), made)
    assert second["state"] == "waiting"
    assert taken(await answer(coordination, first, "leave"))["state"] == "left"
    assert (await entry(coordination, second))["state"] == "offered"
    gone = await entry(coordination, first)
    assert problem(await answer(coordination, gone, "leave")) == (409, "waitlist.over")


async def test_a_need_waits_once_with_each_and_not_when_it_is_met(coordination: Api) -> None:
    made, need = await a_specialist(coordination), await a_need(coordination)
    await join(coordination, need, made)
    client, body = a_coordinator(coordination), {"specialist_id": made["id"]}
    again = await client.post(f"/v1/needs/{need}/waitlist", json=body)
    assert problem(again) == (409, "waitlist.already-on-it")
    other = await a_specialist(coordination, name="Other")
    taken(await refer(coordination, need, other), 201)
    await slots_for(coordination, made, 5)
    assert await sweep(coordination) == 0
    listed = taken(await client.get("/v1/waitlist", params={"specialist_id": made["id"]}))["items"]
    assert [one["state"] for one in listed] == ["closed"]
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=FRIDAY)
    assert taken(await stranger.get("/v1/waitlist"))["items"] == []
    headers = {"If-Match": '"1"'}
    refused = await stranger.post(f"/v1/waitlist/{listed[0]['id']}/leave", headers=headers)
    assert problem(refused) == (404, "not-found")


async def test_a_place_that_does_not_suit_goes_to_whom_it_suits(coordination: Api) -> None:
    made = await a_specialist(coordination)
    picky, easy = await a_need(coordination), await a_need(coordination)
    first, second = await join(coordination, picky, made), await join(coordination, easy, made)
    path, said = f"/v1/patients/{first['patient_id']}/care-preferences", {"modalities": ["in-person"]}
    taken(await a_coordinator(coordination).put(path, json=said, headers={"If-Match": '"0"'}))
    await slots_for(coordination, made, 5, modality="video")
    assert await sweep(coordination) == 1
    assert (await entry(coordination, first))["state"] == "waiting"
    assert (await entry(coordination, second))["state"] == "offered"


async def test_a_need_with_a_live_referral_joins_no_waitlist(coordination: Api) -> None:
    made = await a_specialist(coordination)
    sent = await a_referral(coordination, made)
    body = {"specialist_id": made["id"]}
    client = a_coordinator(coordination)
    refused = await client.post(f"/v1/needs/{sent['need_id']}/waitlist", json=body)
    assert problem(refused) == (409, "referral.already-live")
    assert taken(await client.get("/v1/waitlist", params={"need_id": sent["need_id"]}))["items"] == []
