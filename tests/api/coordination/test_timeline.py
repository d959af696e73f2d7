"""The timeline: every event once, with who, when done and when recorded, in pages that hold still."""

from datetime import datetime, timedelta
from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import DISCHARGED, a_discharge, at, days, need_of, tag
from tests.support.makers_directory import a_specialist, refer, taken


async def pages(api: Api, patient_id: str, *, limit: int = 50, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    params = {"limit": limit, **query}
    while True:
        page = taken(await at(api).get(f"/v1/patients/{patient_id}/timeline", params=params))
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


async def a_call(api: Api, patient_id: str, made: datetime, recorded: datetime) -> dict[str, Any]:
    body = {"patient_id": patient_id, "channel": "phone", "outcome": "voicemail", "started_at": made.isoformat()}
    return taken(await at(api, recorded).post("/v1/contacts", json=body), 201)


async def test_every_act_is_there_once_with_who_and_when(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    patient = stay["patient_id"]
    call = await a_call(coordination, patient, DISCHARGED + timedelta(hours=1), DISCHARGED + days(2))
    need = need_of(stay, "cardiology-referral")
    sent = taken(await refer(coordination, need["id"], await a_specialist(coordination)), 201)
    member = {"patient_id": patient, "role": "primary-care", "practitioner": "Dr. A", "starts_on": "2026-09-04"}
    taken(await at(coordination).post("/v1/care-teams", json=member), 201)
    found = await pages(coordination, patient, limit=7)
    assert len({each["key"] for each in found}) == len(found)
    assert [each["done_at"] for each in found] == sorted((each["done_at"] for each in found), reverse=True)
    histories = {}
    for one in stay["plan"]["needs"]:
        histories[one["id"]] = taken(await at(coordination).get(f"/v1/needs/{one['id']}"))["history"]
    acts = sum(len(history) for history in histories.values())
    assert sum(each["kind"] == "need" for each in found) == acts
    (heard,) = [each for each in found if each["kind"] == "contact"]
    assert heard == {
        "key": f"contact:{call['id']}", "kind": "contact", "what": "voicemail", "subject": "phone", "about": call["id"],
        "by": "coordinator-1", "done_at": call["started_at"], "recorded_at": call["recorded_at"], "code": "patient",
        "note": None,
    }  # fmt: skip
    referral = [each for each in found if each["kind"] == "referral"]
    assert {(each["what"], each["subject"], each["about"]) for each in referral} == {("send", "sent", sent["id"])}
    stays = [(each["what"], each["note"]) for each in found if each["kind"] == "stay"]
    assert stays == [("ended", "Example General"), ("begun", "Example General")]
    assert {each["kind"] for each in found} >= {"need", "contact", "referral", "stay", "risk", "care-team"}


async def test_kinds_narrow_it_and_what_is_recorded_late_comes_first_in_the_order_of_recording(
    coordination: Api,
) -> None:
    patient = (await a_discharge(coordination))["patient_id"]
    early = await a_call(coordination, patient, DISCHARGED + timedelta(hours=1), DISCHARGED + timedelta(hours=2))
    late = await a_call(coordination, patient, DISCHARGED + timedelta(minutes=30), DISCHARGED + days(5))
    assert [each["about"] for each in await pages(coordination, patient, kind="contact")] == [early["id"], late["id"]]
    recorded = await pages(coordination, patient, kind=["contact", "stay"], order="recorded", limit=1)
    assert [each["about"] for each in recorded][:2] == [late["id"], early["id"]]
    assert {each["kind"] for each in recorded} == {"contact", "stay"}


async def test_pages_hold_still_while_more_is_recorded(coordination: Api) -> None:
    patient = (await a_discharge(coordination))["patient_id"]
    calls = [
        await a_call(coordination, patient, DISCHARGED + timedelta(minutes=minute // 2), DISCHARGED + days(1))
        for minute in range(8)
    ]
    nurse = at(coordination)
    params: dict[str, str | int] = {"kind": "contact", "limit": 3}
    first = taken(await nurse.get(f"/v1/patients/{patient}/timeline", params=params))
    await a_call(coordination, patient, DISCHARGED + days(1), DISCHARGED + days(1))
    rest, cursor = list(first["items"]), first["next_cursor"]
    while cursor:
        page = taken(await nurse.get(f"/v1/patients/{patient}/timeline", params={**params, "cursor": cursor}))
        rest, cursor = rest + page["items"], page["next_cursor"]
    assert sorted(each["about"] for each in rest) == sorted(each["id"] for each in calls)


async def test_a_missed_clock_stands_on_it(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    boss = coordination.as_(Role.SUPERVISOR, now=DISCHARGED)
    taken(await boss.post("/v1/ops/run-jobs", json={"now": (DISCHARGED + days(40)).isoformat()}))
    missed = await pages(coordination, stay["patient_id"], kind="breach")
    assert missed
    assert {each["by"] for each in missed} == {None}
    assert all(each["recorded_at"] > each["done_at"] for each in missed)


async def test_kinds_that_somebody_may_not_list_are_withheld(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await a_call(coordination, stay["patient_id"], DISCHARGED, DISCHARGED)
    path = f"/v1/patients/{stay['patient_id']}/timeline"
    admin = coordination.as_(Role.CLINIC_ADMIN, now=DISCHARGED)
    page = taken(await admin.get(path, params={"limit": 200}))
    assert "contact" in {each["part"] for each in page["withheld"]}
    assert "contact" not in {each["kind"] for each in page["items"]}
    assert taken(await admin.get(path, params={"kind": "contact"}))["items"] == []
    assert problem(await at(coordination).get(path, params={"kind": "gossip"}))[0] == 422
    taken(await at(coordination).get(f"/v1/stays/{stay['id']}", headers=tag(stay)))
