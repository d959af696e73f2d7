"""The timeline: every event once, with who, when done and when recorded, in pages that hold still."""

from datetime import datetime, timedelta
from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import DISCHARGED, a_discharge, a_patient, at, days, need_of, tag
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
        "note": None, "before": None, "after": None,
    }  # fmt: skip
    referral = [each for each in found if each["kind"] == "referral"]
    assert {(each["what"], each["subject"], each["about"]) for each in referral} == {("send", "sent", sent["id"])}
    stays = [(each["what"], each["note"]) for each in found if each["kind"] == "stay"]
    assert stays == [("discharge", "Example General"), ("admit", "Example General")]
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


async def test_words_documents_links_waits_and_merges_are_events_with_who_and_when(coordination: Api) -> None:
    specialist = await a_specialist(coordination)
    stay = await a_discharge(coordination)
    patient, client = stay["patient_id"], at(coordination)
    need = need_of(stay, "cardiology-referral")
    waiting = {"specialist_id": specialist["id"]}
    taken(await client.post(f"/v1/needs/{need['id']}/waitlist", json=waiting), 201)
    sent = taken(await refer(coordination, need["id"], specialist), 201)
    taken(await client.post(f"/v1/referrals/{sent['id']}/letters", json={"sender": "Nora"}), 201)
    said = (DISCHARGED - timedelta(hours=3)).isoformat()
    word = {"purpose": "referral", "said": "refused", "said_by": "patient", "mode": "verbal", "said_at": said}
    taken(await client.post(f"/v1/patients/{patient}/consents", json=word), 201)
    kinds = ["consent", "document", "reply-link", "waitlist"]
    found = await pages(coordination, patient, kind=kinds)
    told = {(each["kind"], each["what"], each["subject"], each["code"], each["by"]) for each in found}
    assert told == {
        ("waitlist", "join", "cardiology-referral", None, "coordinator-1"),
        ("document", "added", "referral-letter", "letter", "coordinator-1"),
        ("reply-link", "made", "letter", None, "coordinator-1"),
        ("reply-link", "closed", "letter", "consent", None),
        ("consent", "refused", "referral", None, "coordinator-1"),
    }
    (consent,) = [each for each in found if each["kind"] == "consent"]
    assert datetime.fromisoformat(consent["done_at"]) < datetime.fromisoformat(consent["recorded_at"])


async def test_a_merge_and_its_undoing_stand_on_both_timelines(coordination: Api) -> None:
    first, second = [await a_patient(coordination) for _ in range(2)]
    client = at(coordination)
    body = {"into": second["id"], "reason": "Registered twice"}
    taken(await client.post(f"/v1/patients/{first['id']}/merge", json=body, headers=tag(first)))
    for one in (first, second):
        (merged,) = await pages(coordination, one["id"], kind="merge")
        assert (merged["what"], merged["note"], merged["by"]) == ("merged", "Registered twice", "coordinator-1")
