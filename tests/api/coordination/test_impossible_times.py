"""What cannot have been then is refused with a code of its own, and changes nothing."""

from datetime import datetime, timedelta

import httpx
import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    ADMITTED,
    DISCHARGED,
    FAILING_HEART,
    Json,
    a_patient,
    a_person,
    a_stay,
    at,
    discharge,
    good,
    tag,
)
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
from tests.support.makers_fhir import an_encounter

MONDAY = DISCHARGED + timedelta(days=3)


async def died(api: Api, patient: Json, at_: datetime | None) -> httpx.Response:
    """A coordinator records a death, or takes it back."""
    path = f"/v1/patients/{patient['id']}"
    known = await good(await at(api, MONDAY).get(path))
    body = a_person(identifiers=patient["identifiers"], deceased_at=at_ and at_.isoformat())
    return await at(api, MONDAY).put(path, json=body, headers=tag(known))


@pytest.mark.parametrize("ended", [False, True])
async def test_nobody_died_before_a_stay_that_is_on_record(coordination: Api, ended: bool) -> None:
    patient = await a_patient(coordination)
    stay = await a_stay(coordination, patient)
    if ended:
        await discharge(coordination, stay)
    refused = await died(coordination, patient, ADMITTED - timedelta(minutes=1))
    assert problem(refused) == (409, "patient.died-before-record")
    assert refused.json()["stay_id"] == stay["id"]
    assert f"{ADMITTED:%Y-%m-%d}" in refused.json()["detail"]
    known = await good(await at(coordination, MONDAY).get(f"/v1/patients/{patient['id']}"))
    assert (known["deceased_at"], known["version"]) == (None, 1)
    assert (await died(coordination, patient, ADMITTED + timedelta(minutes=1))).status_code == 200


async def test_a_stay_entered_in_error_is_no_sign_of_life(coordination: Api) -> None:
    patient = await a_patient(coordination)
    stay = await a_stay(coordination, patient)
    path = f"/v1/stays/{stay['id']}/enter-in-error"
    wrong = {"reason": "It was somebody else"}
    await good(await at(coordination).post(path, json=wrong, headers=tag(stay)))
    assert (await died(coordination, patient, ADMITTED - timedelta(days=1))).status_code == 200


@pytest.mark.parametrize(
    ("channel", "contacted", "outcome", "status"),
    [
        ("home-visit", "patient", "reached", 409),
        ("in-person", "patient", "reached", 409),
        ("phone", "patient", "reached", 200),
        ("home-visit", "caregiver", "reached", 200),
        ("home-visit", "patient", "no-answer", 200),
    ],
)
async def test_whoever_was_met_in_person_lived(
    coordination: Api, channel: str, contacted: str, outcome: str, status: int
) -> None:
    patient = await a_patient(coordination)
    contact = {
        "patient_id": patient["id"],
        "channel": channel,
        "contacted": contacted,
        "outcome": outcome,
        "started_at": DISCHARGED.isoformat(),
    }
    await good(await at(coordination).post("/v1/contacts", json=contact))
    answer = await died(coordination, patient, DISCHARGED - timedelta(hours=1))
    assert answer.status_code == status, answer.text
    if status == 409:
        assert problem(answer) == (409, "patient.died-before-record")


async def test_a_visit_that_took_place_is_a_sign_of_life_and_a_planned_one_is_not(coordination: Api) -> None:
    patient = await a_patient(coordination)
    client = at(coordination, MONDAY, Role.INTEGRATION)
    who, ahead = f"Patient/{patient['id']}", {"start": (MONDAY + timedelta(days=1)).isoformat()}
    await good(await client.post("/fhir/R4/Encounter", json=an_encounter(who, status="planned", period=ahead)))
    assert (await died(coordination, patient, DISCHARGED)).status_code == 200
    assert (await died(coordination, patient, None)).status_code == 200
    took = {"start": (MONDAY - timedelta(hours=2)).isoformat(), "end": (MONDAY - timedelta(hours=1)).isoformat()}
    await good(await client.post("/fhir/R4/Encounter", json=an_encounter(who, period=took)))
    refused = await died(coordination, patient, DISCHARGED)
    assert (problem(refused), "visit_id" in refused.json()) == ((409, "patient.died-before-record"), True)


@pytest.mark.parametrize("path", ["discharge", "discharge/preview"])
async def test_nobody_is_followed_who_died_in_hospital(coordination: Api, path: str) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    body = {"ended_at": DISCHARGED.isoformat(), "disposition": "expired", "diagnoses": FAILING_HEART}
    ask = {"enroll": {"protocol": "heart-failure"}}
    address = f"/v1/stays/{stay['id']}/{path}"
    refused = await at(coordination).post(address, json={**body, **ask}, headers=tag(stay))
    assert problem(refused) == (422, "stay.nobody-to-follow")
    known = await good(await at(coordination).get(f"/v1/stays/{stay['id']}"))
    assert (known["state"], known["version"]) == ("in-progress", 1)
    await good(await at(coordination).post(address, json=body, headers=tag(stay)))


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "referral.visit-before-order"), (731, "time.too-far-ahead"), (0, None), (730, None)]
)
async def test_a_visit_is_booked_for_a_day_on_which_it_can_be(coordination: Api, days: int, code: str | None) -> None:
    client = a_coordinator(coordination)
    accepted = await through(client, await a_referral(coordination), "accept")
    start = FRIDAY + timedelta(days=days)
    times: Json = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=30)).isoformat()}
    answer = await do(client, accepted, "schedule", **times, modality="video")
    if code is None:
        assert taken(answer)["state"] == "scheduled"
        return
    assert problem(answer) == (422, code)
    known = taken(await client.get(f"/v1/referrals/{accepted['id']}"))
    assert (known["state"], known["visit"], known["version"]) == ("accepted", None, accepted["version"])


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"valid_until": "2026-09-03"}, "referral.validity-over"),
        ({"ordered_at": "1952-03-01T12:00:00Z"}, "need.done-before-birth"),
        ({"valid_until": "2026-09-04"}, None),
    ],
)
async def test_a_referral_is_ordered_in_the_patients_life_and_is_still_valid(
    coordination: Api, told: Json, code: str | None
) -> None:
    need = await a_need(coordination)
    answer = await refer(coordination, need, await a_specialist(coordination), **told)
    if code is None:
        assert taken(answer, 201)["state"] == "sent"
        return
    assert problem(answer) == (422, code)
    assert (await the_need(coordination, need)).state == "identified"


async def test_an_authorization_that_is_over_is_refused(coordination: Api) -> None:
    waiting = await a_referral(coordination, authorization_required=True)
    client = a_coordinator(coordination)
    refused = await do(client, waiting, "authorize", number="A-1", valid_until="2025-09-30")
    assert problem(refused) == (422, "referral.validity-over")
    assert (await through(client, waiting, {"act": "authorize", "number": "A-1"}))["state"] == "sent"
