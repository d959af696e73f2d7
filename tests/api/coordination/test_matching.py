"""Candidates over HTTP: what the directory, the slots and the referrals say becomes a ranking with reasons."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.vocabulary import NeedKind, Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    a_need,
    a_specialist,
    refer,
    slots_for,
    taken,
)

HOME = {"latitude": "40.7128", "longitude": "-74.0060"}


async def candidates(api: Api, need: UUID, **query: object) -> list[dict[str, Any]]:
    answer = await a_coordinator(api).get(f"/v1/needs/{need}/candidates", params=query)  # type: ignore[arg-type]
    return list(taken(answer)["candidates"])


def why_not(candidate: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in candidate["reasons"] if reason["passed"] is False]


async def test_the_eligible_are_ranked_and_the_excluded_say_why(coordination: Api) -> None:
    dear = await a_specialist(coordination, name="Dear", prices=[{"amount": "90.00", "payer": "Medicare"}])
    cheap = await a_specialist(coordination, name="Cheap")
    unpriced = await a_specialist(coordination, name="Unpriced", prices=[{"amount": "10.00"}])
    late = await a_specialist(coordination, name="Late")
    await a_specialist(coordination, name="Kidney", specialty="nephrology")
    await a_specialist(coordination, name="Elsewhere", coverages=[{"payer": "Aetna"}])
    await a_specialist(coordination, name="Young", max_age=65)
    for one in (dear, cheap, unpriced):
        await slots_for(coordination, one, 5)
    await slots_for(coordination, late, 40)
    found = await candidates(coordination, await a_need(coordination), **HOME)
    assert [(one["name"], one["rank"]) for one in found if one["eligible"]] == [
        ("Cheap", 1), ("Dear", 2), ("Unpriced", 3)
    ]  # fmt: skip
    assert (found[0]["patient_cost"], found[0]["distance_km"]) == ("40.00", "6.3")
    assert found[2]["patient_cost"] is None
    assert "unknown" in next(r["text"] for r in found[2]["reasons"] if r["code"] == "cost")
    excluded = {one["name"]: why_not(one) for one in found if not one["eligible"]}
    assert {name: codes[0] for name, codes in excluded.items()} == {
        "Late": "in-time", "Kidney": "specialty", "Elsewhere": "coverage", "Young": "age"
    }  # fmt: skip
    assert all(one["rank"] is None and len(one["reasons"]) == 10 for one in found if not one["eligible"])


async def test_a_slot_that_is_held_is_no_longer_offered(coordination: Api) -> None:
    made = await a_specialist(coordination)
    early, later = await slots_for(coordination, made, 2, 5)
    need = await a_need(coordination)
    assert (await candidates(coordination, need))[0]["earliest"]["slot_id"] == early["id"]
    taken(await refer(coordination, await a_need(coordination), made, slot=early["id"]), 201)
    assert (await candidates(coordination, need))[0]["earliest"]["slot_id"] == later["id"]


async def test_what_the_coordinator_adds_narrows_the_choice(coordination: Api) -> None:
    made = await a_specialist(coordination, modalities=["in-person"])
    await slots_for(coordination, made, 2, modality="in-person")
    need = await a_need(coordination)
    assert (await candidates(coordination, need))[0]["eligible"]
    assert why_not((await candidates(coordination, need, modality="video"))[0]) == ["modality"]
    assert why_not((await candidates(coordination, need, max_km="2", **HOME))[0]) == ["distance"]
    soon = (FRIDAY + timedelta(days=1)).isoformat()
    assert why_not((await candidates(coordination, need, see_by=soon))[0]) == ["in-time"]
    assert await candidates(coordination, need, specialty="podiatry", excluded="false") == []


async def test_the_needs_kind_says_which_specialties_are_wanted(coordination: Api) -> None:
    await a_specialist(coordination, name="Diet", specialty="dietetics")
    await a_specialist(coordination)
    need = await a_need(coordination, NeedKind.NUTRITION_EDUCATION, born=date(1990, 1, 1))
    assert [one["name"] for one in await candidates(coordination, need) if one["eligible"]] == ["Diet"]


async def test_half_a_place_and_an_unknown_need_are_refused(coordination: Api) -> None:
    need, client = await a_need(coordination), a_coordinator(coordination)
    half = await client.get(f"/v1/needs/{need}/candidates", params={"latitude": "40.7"})
    assert problem(half) == (422, "candidates.half-a-place")
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=FRIDAY)
    assert problem(await stranger.get(f"/v1/needs/{need}/candidates")) == (404, "not-found")


async def test_a_referral_keeps_what_its_choice_cost_beside_the_others(coordination: Api) -> None:
    dear = await a_specialist(coordination, name="Dear", prices=[{"amount": "90.00", "payer": "Medicare"}])
    cheap = await a_specialist(coordination, name="Cheap")
    await a_specialist(coordination, name="Unpriced", prices=[])
    client, need = a_coordinator(coordination), await a_need(coordination)
    referral = taken(await refer(coordination, need, dear), 201)
    # What the directory says later does not change what was known then.
    body = {"free": 0, "as_of": FRIDAY.isoformat()}
    taken(await client.post(f"/v1/specialists/{cheap['id']}/capacity", json=body, headers={"If-Match": '"1"'}))
    found = taken(await client.get(f"/v1/referrals/{referral['id']}/choice"))
    assert found == {
        "referral_id": referral["id"], "specialist_id": dear["id"], "chosen_at": "2026-09-04T19:20:00Z",
        "chosen_rank": 2, "chosen_cost": "90.00", "cheapest_id": cheap["id"], "cheapest_cost": "40.00",
        "median_cost": "65.00", "adequate": 3, "priced": 2, "currency": "USD",
    }  # fmt: skip
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=FRIDAY)
    assert problem(await stranger.get(f"/v1/referrals/{referral['id']}/choice")) == (404, "not-found")
