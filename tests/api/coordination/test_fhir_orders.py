"""An EHR's orders become needs of the same set (issue's §1): shared, idempotent, strictest clock, taken back."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import DISCHARGED, Json, a_discharge, a_patient, at, good, local, need_of
from tests.support.makers_directory import a_referral, taken
from tests.support.makers_fhir import a_bundle, entry, refusal, statuses

R4 = "/fhir/R4"
OURS = "urn:careweave:need-kind"
SNOMED = "http://snomed.info/sct"


def ehr(api: Api) -> httpx.AsyncClient:
    return api.as_(Role.INTEGRATION, now=DISCHARGED)


def an_order(patient: str, kind: str = "retinal-exam", **changes: Any) -> Json:
    known: Json = {
        "resourceType": "ServiceRequest",
        "identifier": [{"system": "https://example.org/orders", "value": str(uuid4())}],
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": OURS, "code": kind}]},
        "subject": {"reference": f"Patient/{patient}"},
        "authoredOn": "2026-09-04T15:20:00-04:00",
        "reasonCode": [{"text": "Ordered at the visit"}],
    }
    return {**known, **changes}


async def placed(api: Api, order: Json) -> Json:
    return taken(await ehr(api).post(f"{R4}/ServiceRequest", json=order), 201)


async def ended(api: Api, order: Json, status: str) -> httpx.Response:
    tag = {"If-Match": f'W/"{order["meta"]["versionId"]}"'}
    return await ehr(api).put(f"{R4}/ServiceRequest/{order['id']}", json={**order, "status": status}, headers=tag)


async def needs(api: Api, patient: str) -> list[Json]:
    return list((await good(await at(api).get(f"/v1/needs?patient_id={patient}")))["items"])


async def test_an_order_opens_a_need_with_its_clock_and_is_read_back(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    due: Json = {
        "occurrencePeriod": {"end": "2026-09-18"},
        "priority": "urgent",
        "requester": {"display": "Dr. Ada Example"},
    }
    order = await placed(coordination, an_order(patient, **due))
    (need,) = await needs(coordination, patient)
    assert (need["kind"], need["priority"]) == ("retinal-exam", "urgent")
    assert need["reasons"][0]["source"] == {"kind": "ehr", "id": order["id"]}
    assert need["reasons"][0]["text"] == "Ordered at the visit"
    assert local(need["due_at"]) == "Fri 2026-09-18 23:59"
    assert "+14 days" in need["clocks"][0]["explanation"] or "14" in need["clocks"][0]["explanation"]
    assert (order["status"], order["occurrencePeriod"]) == ("active", {"end": "2026-09-18"})
    assert order["requester"] == {"display": "Dr. Ada Example"}


async def test_by_its_identifier_an_order_is_placed_once_also_at_once(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    order = an_order(patient)
    once = {"If-None-Exist": f"identifier=https://example.org/orders|{order['identifier'][0]['value']}"}
    path = f"{R4}/ServiceRequest"
    answers = await asyncio.gather(*(ehr(coordination).post(path, json=order, headers=once) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert refusal(await ehr(coordination).post(path, json=order)) == (409, ["identifier.taken"])
    (need,) = await needs(coordination, patient)
    assert len(need["reasons"]) == 1


def day_after(days: int) -> str:
    return (date(2026, 9, 4) + timedelta(days=days)).isoformat()


ORDERS = st.lists(
    st.tuples(st.sampled_from(["routine", "urgent", "stat"]), st.integers(5, 40), st.sampled_from(["Eyes", "Yearly"])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ORDERS, st.booleans())
async def test_orders_for_one_thing_share_a_need_with_the_strictest_clock(
    coordination: Api, asked: list[tuple[str, int, str]], at_once: bool
) -> None:
    patient = (await a_patient(coordination))["id"]
    family = {"patient_id": patient, "kind": "retinal-exam", "reason": "Family"}
    await good(await at(coordination).post("/v1/needs", json=family))
    made = [
        an_order(patient, priority=priority, reasonCode=[{"text": text}], occurrenceDateTime=day_after(days))
        for priority, days, text in asked
    ]
    if at_once:
        await asyncio.gather(*(placed(coordination, order) for order in made))
    else:
        bundle = a_bundle("transaction", *(entry(order) for order in made))
        assert statuses(await ehr(coordination).post(R4, json=bundle)) == ["201"] * len(made)
    (need,) = await needs(coordination, patient)
    assert len(need["reasons"]) == 1 + len(made)
    assert sorted(r["text"] for r in need["reasons"]) == sorted(["Family", *(text for _, _, text in asked)])
    ranks = ["routine", "urgent", "asap", "stat"]
    assert need["priority"] == max((one for one, _, _ in asked), key=ranks.index)
    (clock,) = need["clocks"]
    assert clock["due_on"] == min(order["occurrenceDateTime"] for order in made)


async def test_an_order_that_is_taken_back_takes_only_untouched_work_with_it(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    first, second = await placed(coordination, an_order(patient)), await placed(coordination, an_order(patient))
    # Another reason still holds.
    answer = taken(await ended(coordination, first, "revoked"))
    assert answer["issue"][0]["details"]["coding"][0]["code"] == "need.kept"
    (need,) = await needs(coordination, patient)
    assert need["state"] == "identified"
    assert [one["withdrawn_at"] is None for one in need["reasons"] if one["source"]["id"] == first["id"]] == [False]
    # The last one withdraws it.
    assert taken(await ended(coordination, second, "entered-in-error"))["status"] == "entered-in-error"
    (need,) = await needs(coordination, patient)
    assert (need["state"], need["closed_code"]) == ("withdrawn", "entered-in-error")
    # What somebody works on stays, and says so.
    third = await placed(coordination, an_order(patient))
    (need,) = [one for one in await needs(coordination, patient) if one["state"] == "identified"]
    told = {"If-Match": f'"{need["version"]}"'}
    await good(await at(coordination).post(f"/v1/needs/{need['id']}/progress", json={}, headers=told))
    said = taken(await ended(coordination, third, "revoked"))["issue"][0]["details"]["text"]
    assert said.startswith("Its need stays")
    kept = await good(await at(coordination).get(f"/v1/needs/{need['id']}"))
    assert (kept["state"], kept["history"][-1]["act"], kept["history"][-1]["code"]) == (
        "in-progress", "order-ended", "order-revoked",
    )  # fmt: skip
    again = taken(await ehr(coordination).get(f"{R4}/ServiceRequest/{third['id']}"))
    assert again["status"] == "revoked"
    assert taken(await ended(coordination, again, "revoked"))["meta"] == again["meta"]
    assert refusal(await ended(coordination, again, "active")) == (409, ["order.ended"])


async def test_an_order_stands_as_its_need_does(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    order = await placed(coordination, an_order(patient))
    (need,) = await needs(coordination, patient)
    told = {"If-Match": f'"{need["version"]}"'}
    met = {"done_at": DISCHARGED.isoformat(), "evidence": {"kind": "document"}}
    await good(await at(coordination).post(f"/v1/needs/{need['id']}/meet", json=met, headers=told))
    assert taken(await ehr(coordination).get(f"{R4}/ServiceRequest/{order['id']}"))["status"] == "completed"
    for status, hits in (("completed", 1), ("active", 0), ("revoked", 0)):
        found = taken(await ehr(coordination).get(f"{R4}/ServiceRequest?patient={patient}&status={status}"))
        assert len(found.get("entry", [])) == hits, status


async def test_an_order_joins_what_a_discharge_asked_for_of_the_same_stay(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    where: Json = {"encounter": {"reference": f"Encounter/{stay['id']}"}}
    await placed(coordination, an_order(stay["patient_id"], "nutrition-education", **where))
    asked = [one for one in await needs(coordination, stay["patient_id"]) if one["kind"] == "nutrition-education"]
    assert len(asked) == 1
    assert {reason["source"]["kind"] for reason in asked[0]["reasons"]} == {"stay", "ehr"}
    assert asked[0]["due_at"] <= need_of(stay, "nutrition-education")["due_at"]


async def test_orders_and_referrals_are_one_list_in_pages(coordination: Api) -> None:
    referral = await a_referral(coordination)
    patient = referral["patient"]["id"]
    orders = [(await placed(coordination, an_order(patient)))["id"] for _ in range(3)]
    seen, address = [], f"{R4}/ServiceRequest?patient={patient}&_count=2"
    while address:
        page = taken(await ehr(coordination).get(address))
        seen += [one["resource"]["id"] for one in page["entry"]]
        address = next((one["url"] for one in page["link"] if one["relation"] == "next"), "")
    assert seen == [*reversed(orders), referral["id"]]
    by_code = taken(await ehr(coordination).get(f"{R4}/ServiceRequest?code={OURS}|retinal-exam&authored=2026-09-04"))
    assert len(by_code["entry"]) == 3
    as_it_is = taken(await ehr(coordination).get(f"{R4}/ServiceRequest/{referral['id']}"))
    assert refusal(await ended(coordination, as_it_is, "revoked")) == (405, ["method.not-offered"])


async def test_each_bad_order_has_its_code(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    nephrology = {"code": {"coding": [{"system": SNOMED, "code": "306125004"}]}}
    backwards = {"occurrencePeriod": {"start": "2026-09-20", "end": "2026-09-18"}}
    bad: list[tuple[Json, str]] = [
        (nephrology, "code.unknown"),
        ({"code": {"text": "Eyes"}}, "code.unknown"),
        ({"intent": "proposal"}, "code.unknown"),
        ({"status": "draft"}, "code.unknown"),
        ({"priority": "soon"}, "code.unknown"),
        ({"doNotPerform": True}, "element.not-taken"),
        ({"subject": {"reference": f"Patient/{uuid4()}"}}, "reference.unknown"),
        (backwards, "period.backwards"),
        ({"occurrenceDateTime": "2026-09-01"}, "order.due-before-ordered"),
        ({"identifier": None}, "element.missing"),
    ]
    for changes, code in bad:
        sent = {name: value for name, value in an_order(patient, **changes).items() if value is not None}
        status, codes = refusal(await ehr(coordination).post(f"{R4}/ServiceRequest", json=sent))
        assert codes == [code], changes
        assert 400 <= status < 500
    assert await needs(coordination, patient) == []
    order = await placed(coordination, an_order(patient))
    assert refusal(await ended(coordination, {**order, "priority": "stat"}, "active")) == (409, ["order.changed"])
    assert refusal(await ended(coordination, order, "completed")) == (409, ["order.changed"])
    stale = {**order, "meta": {"versionId": "9"}}
    assert refusal(await ended(coordination, stale, "revoked")) == (412, ["version.stale"])


async def test_a_snomed_code_names_the_kind(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    code: Json = {"code": {"coding": [{"system": SNOMED, "code": "183519002"}], "text": "Referral to cardiology"}}
    order = await placed(coordination, an_order(patient, reasonCode=None, **code) | {"reasonCode": [{"text": "HF"}]})
    (need,) = await needs(coordination, patient)
    assert (need["kind"], order["code"]["text"]) == ("cardiology-referral", "Referral to cardiology")
