"""Referrals under /fhir/R4: read, searched by FHIR's words, kept behind the same walls."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, taken, through
from tests.support.referral_bodies import BOOKED, REPORT

FHIR = "/fhir/R4"


def an_ehr(api: Api, **more: Any) -> httpx.AsyncClient:
    return api.as_(Role.INTEGRATION, now=FRIDAY, **more)


async def ids(client: httpx.AsyncClient, path: str) -> set[str]:
    bundle = taken(await client.get(f"{FHIR}/{path}"))
    return {entry["resource"]["id"] for entry in bundle.get("entry", [])}


async def test_one_referral_as_order_task_and_appointment(coordination: Api) -> None:
    booked = await through(a_coordinator(coordination), await a_referral(coordination), "accept", BOOKED)
    ehr = an_ehr(coordination)
    order = taken(await ehr.get(f"{FHIR}/ServiceRequest/{booked['id']}"))
    assert (order["status"], order["intent"], order["priority"]) == ("active", "order", "urgent")
    assert order["reasonCode"] == [{"text": "Titrate therapy?"}]
    task = taken(await ehr.get(f"{FHIR}/Task/{booked['id']}-1"))
    assert (task["status"], task["businessStatus"]["text"]) == ("in-progress", "scheduled")
    assert task["focus"] == {"reference": f"ServiceRequest/{booked['id']}"}
    visit = taken(await ehr.get(f"{FHIR}/Appointment/{booked['id']}"))
    assert (visit["status"], visit["start"], visit["end"]) == (
        "booked", "2026-09-11T17:30:00Z", "2026-09-11T18:00:00Z"
    )  # fmt: skip


async def test_searches_by_fhirs_words_find_what_the_table_means_by_them(coordination: Api) -> None:
    client, ehr = a_coordinator(coordination), an_ehr(coordination)
    sent = await a_referral(coordination)
    booked = await through(client, await a_referral(coordination), "accept", BOOKED)
    declined = await through(client, await a_referral(coordination), {"act": "decline", "reason": "out-of-network"})
    later = FRIDAY + timedelta(days=8)
    seen = await through(
        a_coordinator(coordination, later), await through(client, await a_referral(coordination), "accept"), "attend"
    )
    one, two = booked["id"], seen["id"]
    assert await ids(ehr, "Task?status=in-progress") == {f"{one}-1", f"{two}-1"}
    assert await ids(ehr, "Task?business-status=5.1.1,4.0") == {f"{one}-1", f"{declined['id']}-1"}
    assert await ids(ehr, "Task?status=in-progress&business-status=4.0") == set()
    assert await ids(ehr, f"Task?focus=ServiceRequest/{one}") == {f"{one}-1"}
    assert await ids(ehr, f"Task?_id={one}-1,{two}-1&focus=ServiceRequest/{two}") == {f"{two}-1"}
    assert await ids(ehr, f"ServiceRequest?patient=Patient/{sent['patient']['id']}") == {sent["id"]}
    assert await ids(ehr, "ServiceRequest?status=active&authored=2026-09-04") == {
        sent["id"], one, declined["id"], two
    }  # fmt: skip
    assert await ids(ehr, "ServiceRequest?authored=lt2026-09-04") == set()
    assert await ids(ehr, "Appointment?date=2026-09-11") == {one}
    assert await ids(ehr, "Appointment?status=booked") == {one}
    assert await ids(ehr, "Appointment?status=noshow,cancelled") == set()
    assert (await ehr.get(f"{FHIR}/Appointment/{sent['id']}")).status_code == 404


async def test_pages_follow_one_another(coordination: Api) -> None:
    made = {(await a_referral(coordination))["id"] for _ in range(3)}
    ehr, found, path = an_ehr(coordination), set[str](), f"{FHIR}/ServiceRequest?_count=1"
    for _ in range(3):
        bundle = taken(await ehr.get(path))
        found |= {entry["resource"]["id"] for entry in bundle["entry"]}
        path = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    assert (found, path) == (made, "")


async def test_a_reopened_referral_keeps_the_task_that_ended(coordination: Api) -> None:
    nurse = coordination.as_(Role.CASE_MANAGER, now=FRIDAY)
    loop = ("accept", "attend", REPORT, "review", {"act": "inform", "channel": "phone"}, "close")
    closed = await through(nurse, await a_referral(coordination), *loop)
    again = await through(nurse, closed, {"act": "reopen", "reason": "Report of another patient"})
    ehr = an_ehr(coordination)
    first, second = [taken(await ehr.get(f"{FHIR}/Task/{again['id']}-{number}")) for number in (1, 2)]
    assert (first["status"], second["status"]) == ("completed", "in-progress")
    for wrong in ("3", "0", "x", "-1", "01", "99999999999"):
        assert (await ehr.get(f"{FHIR}/Task/{again['id']}-{wrong}")).status_code == 404


async def test_what_a_referral_replaces_is_told(coordination: Api) -> None:
    sent = await a_referral(coordination)
    client = a_coordinator(coordination)
    await through(client, sent, {"act": "decline", "reason": "no-capacity"})
    body = {"specialist_id": sent["specialist_id"], "clinical_question": "Again?"}
    again = taken(await client.post(f"/v1/needs/{sent['need_id']}/referrals", json=body), 201)
    order = taken(await an_ehr(coordination).get(f"{FHIR}/ServiceRequest/{again['id']}"))
    assert order["replaces"] == [{"reference": f"ServiceRequest/{sent['id']}"}]


async def test_another_clinic_finds_nothing(coordination: Api) -> None:
    booked = await through(a_coordinator(coordination), await a_referral(coordination), "accept", BOOKED)
    stranger = an_ehr(coordination, organization=uuid4())
    for path in (f"ServiceRequest/{booked['id']}", f"Task/{booked['id']}-1", f"Appointment/{booked['id']}"):
        assert (await stranger.get(f"{FHIR}/{path}")).status_code == 404
    assert await ids(stranger, "Task") == await ids(stranger, "Appointment") == set()
