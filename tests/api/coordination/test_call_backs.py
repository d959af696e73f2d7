"""What a contact leaves to be done stands on the worklist beside needs and referral stages."""

from datetime import timedelta
from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import DISCHARGED, a_discharge, a_patient, at, days, need_of, tag
from tests.support.makers_directory import taken

TOMORROW = DISCHARGED + days(1)


async def listed(api: Api, **query: str) -> list[dict[str, Any]]:
    return list(taken(await at(api).get("/v1/worklist", params=query))["items"])


async def call(api: Api, patient: str, outcome: str = "voicemail", **more: Any) -> Any:
    body = {"patient_id": patient, "channel": "phone", "outcome": outcome, "started_at": DISCHARGED.isoformat()}
    return await at(api, DISCHARGED + timedelta(minutes=5)).post("/v1/contacts", json={**body, **more})


async def test_a_call_back_is_its_callers_until_the_next_contact(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    first = taken(await call(coordination, patient, call_back_at=TOMORROW.isoformat()), 201)
    (work,) = await listed(coordination, owner="me")
    told = (work["source"], work["source_id"], work["stage"], work["patient_id"], work["payer"])
    assert told == ("contact", first["id"], "call-back", patient, "Medicare")
    assert work["due_at"] == TOMORROW.isoformat().replace("-04:00", "Z").replace("15:20", "19:20")
    later = DISCHARGED + days(2)
    second = taken(await call(coordination, patient, "no-answer", call_back_at=later.isoformat()), 201)
    assert [each["source_id"] for each in await listed(coordination, source="contact")] == [second["id"]]
    taken(await call(coordination, patient, "reached"), 201)
    assert await listed(coordination) == []


async def test_a_call_back_for_a_need_is_as_pressing_and_found_by_the_same_words(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    need = need_of(stay, "contact-interactive")
    told = {"need_id": need["id"], "call_back_at": TOMORROW.isoformat()}
    taken(await call(coordination, stay["patient_id"], **told), 201)
    (work,) = await listed(coordination, source="contact", kind="contact-interactive", facility="Example General")
    assert work["priority"] == need["priority"]


async def test_a_call_back_before_the_contact_is_refused_and_nothing_is_kept(coordination: Api) -> None:
    patient = (await a_patient(coordination))["id"]
    answer = await call(coordination, patient, call_back_at=(DISCHARGED - days(1)).isoformat())
    assert problem(answer) == (422, "contact.call-back-too-early")
    assert taken(await at(coordination).get(f"/v1/contacts?patient_id={patient}"))["items"] == []


async def test_nobody_is_called_back_who_has_died(coordination: Api) -> None:
    known = await a_patient(coordination)
    taken(await call(coordination, known["id"], call_back_at=TOMORROW.isoformat()), 201)
    words = ("identifiers", "family", "given", "birth_date", "sex", "time_zone", "coverage")
    told = {name: known[name] for name in words} | {"deceased_at": DISCHARGED.isoformat()}
    boss = at(coordination, DISCHARGED + timedelta(minutes=10), Role.SUPERVISOR)
    taken(await boss.put(f"/v1/patients/{known['id']}", json=told, headers=tag(known)))
    assert await listed(coordination) == []
