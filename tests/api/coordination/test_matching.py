"""Candidates over HTTP: what the directory, the slots and the referrals say becomes a ranking with reasons."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from services.coordination.domain import matching as matching_rules
from services.coordination.store import directory_sieve, needs
from services.coordination.usecases import matching, offers
from shared.db.session import transaction
from shared.vocabulary import NeedKind, Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import a_patient, a_stay, discharge, need_of
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    a_need,
    a_specialist,
    refer,
    slots_for,
    taken,
    the_need,
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


async def test_another_specialty_is_referred_to_where_it_is_said_to_be_meant(coordination: Api) -> None:
    rehab = await a_specialist(coordination, name="Rehab", specialty="cardiac-rehabilitation")
    need = await a_need(coordination)
    refused = await refer(coordination, need, rehab)
    assert problem(refused) == (422, "referral.specialty-does-not-fit")
    assert "usually met by cardiology, and this is cardiac-rehabilitation" in refused.json()["detail"]
    assert problem(await refer(coordination, need, rehab, specialty="cardiology")) == problem(refused)
    waits = {"specialist_id": rehab["id"]}
    client, path = a_coordinator(coordination), f"/v1/needs/{need}/waitlist"
    assert problem(await client.post(path, json=waits)) == problem(refused)
    assert taken(await client.get("/v1/referrals", params={"need_id": str(need)}))["items"] == []
    meant = await refer(coordination, need, rehab, specialty="cardiac-rehabilitation")
    assert taken(meant, 201)["specialist_id"] == rehab["id"]


async def test_a_visit_after_copd_is_for_a_lung_specialist_and_not_for_the_heart(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    ended = await discharge(
        coordination, stay, diagnoses=[{"system": "icd-10-cm", "code": "J44.1", "role": "principal"}]
    )
    for specialty in ("pulmonology", "family-medicine", "cardiology", "psychiatry"):
        made = await a_specialist(coordination, name=specialty, specialty=specialty)
        await slots_for(coordination, made, 3)
    visit = await candidates(coordination, UUID(need_of(ended, "visit-face-to-face")["id"]))
    assert {one["name"] for one in visit if one["eligible"]} == {"pulmonology", "family-medicine"}
    assert {one["name"] for one in visit if "specialty" in why_not(one)} <= {"cardiology", "psychiatry"}
    mind = await candidates(coordination, await a_need(coordination, NeedKind.MENTAL_HEALTH_VISIT))
    assert {one["name"] for one in mind if one["eligible"]} == {"psychiatry"}


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


async def wish(api: Api, need: UUID, **said: object) -> str:
    """Say what the need's patient asks for; answers the patient's id."""
    patient = str((await the_need(api, need)).patient_id)
    client, path = a_coordinator(api), f"/v1/patients/{patient}/care-preferences"
    before = taken(await client.get(path))
    taken(await client.put(path, json=said, headers={"If-Match": f'"{before["version"]}"'}))
    return patient


async def test_matching_goes_by_what_the_patient_asks_for(coordination: Api) -> None:
    woman = await a_specialist(coordination, name="Woman", gender="female")
    man = await a_specialist(coordination, name="Man", gender="male", prices=[{"amount": "9.00", "payer": "Medicare"}])
    near = await a_specialist(coordination, name="Near", modalities=["in-person"])
    for one in (woman, man):
        await slots_for(coordination, one, 2)
    await slots_for(coordination, near, 2, modality="in-person")
    need = await a_need(coordination)
    await wish(coordination, need, clinician_gender="female", gender_required=True, prefer=[near["id"]])
    found = await candidates(coordination, need)
    assert [(one["name"], one["tier"]) for one in found if one["eligible"]] == [("Near", 0), ("Woman", 2)]
    assert {one["name"]: why_not(one) for one in found if not one["eligible"]} == {"Man": ["gender"]}
    patient = await wish(coordination, need, avoid=[woman["id"]], max_km="2.0", **HOME)
    found = await candidates(coordination, need)
    assert [one["name"] for one in found if one["eligible"]] == ["Man"]
    assert {one["name"]: why_not(one) for one in found if not one["eligible"]} == {
        "Near": ["distance"], "Woman": ["wish"]
    }  # fmt: skip
    client, path = a_coordinator(coordination), f"/v1/patients/{patient}/care-preferences"
    assert problem(await client.put(path, json={}, headers={"If-Match": '"1"'})) == (412, "version.stale")
    unknown = {"prefer": [str(uuid4())]}
    assert problem(await client.put(path, json=unknown, headers={"If-Match": '"2"'})) == (404, "not-found")


async def test_a_preferred_network_comes_first_and_the_cheaper_choice_stays_visible(coordination: Api) -> None:
    inside = await a_specialist(
        coordination, name="Inside", networks=["Tier one"], prices=[{"amount": "70.00", "payer": "Medicare"}]
    )
    outside = await a_specialist(coordination, name="Outside")
    boss, rule = coordination.as_(Role.SUPERVISOR, now=FRIDAY), {"network": "tier ONE", "payer": "Medicare"}
    put = await boss.put("/v1/preferred-networks", json={"networks": [rule]}, headers={"If-Match": '"0"'})
    assert taken(put)["version"] == 1
    need, client = await a_need(coordination), a_coordinator(coordination)
    found = taken(await client.get(f"/v1/needs/{need}/candidates", params={"limit": 1}))
    eligible, *_ = found["candidates"]
    assert (eligible["name"], eligible["tier"], eligible["above_cheapest"]) == ("Inside", 1, "30.00")
    assert (found["cheapest_id"], found["cheapest_cost"], found["more"]) == (outside["id"], "40.00", True)
    only = {"networks": [{**rule, "only": True}]}
    taken(await boss.put("/v1/preferred-networks", json=only, headers={"If-Match": '"1"'}))
    one = taken(await client.get(f"/v1/needs/{need}/candidates/{outside['id']}"))
    assert (one["eligible"], why_not(one)) == (False, ["network"])
    assert taken(await client.get(f"/v1/needs/{need}/candidates/{inside['id']}"))["rank"] == 1


async def test_the_sieve_never_costs_anybody_their_place(coordination: Api) -> None:
    """What the database lets through, judged in parts, is ranked as the whole directory judged at once."""
    dice = Random(7)
    for number in range(60):
        made = await a_specialist(coordination, **_anybody(dice, number))
        days = dice.sample(range(1, 20), dice.choice((0, 1, 2)))
        await slots_for(coordination, made, *days, modality=made["modalities"][0]) if days else None
    need = await a_need(coordination)
    rules = {"networks": [{"network": "one"}]}
    boss = coordination.as_(Role.SUPERVISOR, now=FRIDAY)
    taken(await boss.put("/v1/preferred-networks", json=rules, headers={"If-Match": '"0"'}))
    for said in ({}, {"clinician_gender": "female", "gender_required": True, "max_km": "9.0", **HOME}):
        await wish(coordination, need, **said)
        async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
            search = await matching.begun(tx, await needs.get(tx, need), matching.Asked(), now=FRIDAY)
            everybody = await offers.whole(tx, await directory_sieve.first(tx, (), limit=100), FRIDAY)
        assert len(everybody) == 60
        expected = [str(one.offer.id) for one in matching_rules.rank(search.wanted, everybody, FRIDAY) if one.eligible]
        assert len(expected) > 3
        for limit in (1, 3, 200):
            found = await candidates(coordination, need, limit=limit)
            assert [one["specialist_id"] for one in found if one["eligible"]] == expected[:limit]


def _anybody(dice: Random, number: int) -> dict[str, Any]:
    latitude, longitude = 40.71 + dice.uniform(-0.2, 0.2), -74.0 + dice.uniform(-0.2, 0.2)
    site = {"name": "S", "address": "1 S", "time_zone": "America/New_York"}
    placed = {"latitude": f"{latitude:.4f}", "longitude": f"{longitude:.4f}"} if number % 5 else {}
    return {
        "name": f"Dr. {number:02}",
        "specialty": dice.choice(("cardiology", "cardiology", "nephrology")),
        "languages": dice.choice((["en"], ["en-US", "es"], ["es"])),
        "interpreter": dice.random() < 0.2,
        "modalities": dice.choice((["in-person"], ["video"], ["in-person", "video"], ["home"])),
        "gender": dice.choice((None, "female", "male")),
        "max_age": dice.choice((None, None, 60)),
        "networks": dice.choice(([], [], ["One"])),
        "coverages": dice.choice(([{"payer": "medicare"}], [{"payer": "Medicare", "plans": ["B"]}], [{"payer": "X"}])),
        "prices": [{"amount": f"{dice.choice((10, 20, 20, 30))}.00", "payer": "Medicare"}] if number % 4 else [],
        "sites": [{**site, **placed}],
        "capacity": {"free": dice.randint(0, 2), "as_of": "2026-09-01T12:00:00Z"},
    }
