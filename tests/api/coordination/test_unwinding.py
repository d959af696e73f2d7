"""Death, readmission, a facility, leaving against advice: untouched work is withdrawn, the rest kept."""

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    Json,
    a_discharge,
    a_patient,
    a_person,
    a_stay,
    at,
    clock_of,
    discharge,
    good,
    local,
    need_of,
    new_york,
    tag,
)

LATER = new_york("2026-09-08 09:00")


async def read_need(api: Api, need: Json, now: str = "2026-09-08 10:00") -> Json:
    return await good(await at(api, new_york(now)).get(f"/v1/needs/{need['id']}"))


async def touched(api: Api, need: Json) -> Json:
    """Somebody takes a need on."""
    client = at(api, new_york("2026-09-04 17:00"))
    return await good(await client.post(f"/v1/needs/{need['id']}/assign", json={"owner": "jo"}, headers=tag(need)))


async def death(api: Api, stay: Json, deceased_at: str | None, now: str) -> Json:
    """A death is recorded, or taken back."""
    client = at(api, new_york(now))
    patient = await good(await client.get(f"/v1/patients/{stay['patient_id']}"))
    body = a_person(identifiers=patient["identifiers"], deceased_at=deceased_at and new_york(deceased_at).isoformat())
    return await good(await client.put(f"/v1/patients/{patient['id']}", json=body, headers=tag(patient)))


async def open_needs(api: Api, stay: Json) -> list[Json]:
    page = await at(api, LATER).get(f"/v1/needs?patient_id={stay['patient_id']}&open=true&limit=200")
    found: list[Json] = (await good(page))["items"]
    return found


async def work(api: Api, stay: Json) -> list[Json]:
    page = await good(await at(api, LATER).get(f"/v1/worklist?patient_id={stay['patient_id']}&limit=200"))
    found: list[Json] = page["items"]
    return found


async def test_a_death_ends_every_need_and_empties_the_worklist(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    rehab = await touched(coordination, need_of(stay, "cardiac-rehab-referral"))
    await death(coordination, stay, "2026-09-06 08:00", "2026-09-07 09:00")
    assert await open_needs(coordination, stay) == []
    assert await work(coordination, stay) == []
    begun = await read_need(coordination, rehab)
    assert (begun["state"], begun["closed_code"]) == ("not-met", "deceased")
    call = await read_need(coordination, need_of(stay, "contact-interactive"))
    assert (call["state"], call["closed_code"]) == ("withdrawn", "deceased")
    assert [(e["act"], local(e["done_at"]), local(e["recorded_at"])) for e in call["history"]][1:] == [
        ("withdraw", "Sun 2026-09-06 08:00", "Mon 2026-09-07 09:00")
    ]


async def test_a_death_recorded_in_error_lets_the_needs_stand_again(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    before = {need["id"]: need["due_at"] for need in await open_needs(coordination, stay)}
    await death(coordination, stay, "2026-09-06 08:00", "2026-09-07 09:00")
    await death(coordination, stay, None, "2026-09-07 10:00")
    assert {need["id"]: need["due_at"] for need in await open_needs(coordination, stay)} == before
    assert len(await work(coordination, stay)) == len(before)


async def test_nothing_is_begun_for_whoever_has_died_and_what_was_is_still_documented(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    waived = need_of(stay, "cardiac-rehab-referral")
    code = {"code": "patient-declined"}
    await good(await at(coordination).post(f"/v1/needs/{waived['id']}/waive", json=code, headers=tag(waived)))
    await death(coordination, stay, "2026-09-06 08:00", "2026-09-07 09:00")
    patient, client = stay["patient_id"], at(coordination, LATER)
    body = {"patient_id": patient, "kind": "supplies", "reason": "Strips ran out"}
    assert problem(await client.post("/v1/needs", json=body)) == (409, "patient.deceased")
    ended = await read_need(coordination, need_of(stay, "contact-interactive"))
    (reopen,) = [act for act in ended["acts"] if act["act"] == "reopen"]
    assert (reopen["allowed"], reopen["reason"]) == (False, "the patient has died")
    page = await good(await client.get(f"/v1/needs?patient_id={patient}&limit=200"))
    offered = {need["id"]: act["allowed"] for need in page["items"] for act in need["acts"] if act["act"] == "reopen"}
    assert waived["id"] in offered, "it had ended before the death"
    assert not any(offered.values())
    again = await client.post(f"/v1/needs/{ended['id']}/reopen", json={}, headers=tag(ended))
    assert problem(again) == (409, "patient.deceased")
    member = {"patient_id": patient, "role": "pharmacist", "practitioner": "P. Pharma", "starts_on": "2026-09-01"}
    assert problem(await client.post("/v1/care-teams", json=member)) == (409, "patient.deceased")
    late = {**member, "ends_on": "2026-09-06"}
    assert problem(await client.post("/v1/care-teams", json={**late, "ends_on": "2026-09-07"}))[0] == 409
    assert (await client.post("/v1/care-teams", json=late)).status_code == 201, "who was responsible until then"
    call = {
        "patient_id": patient, "channel": "phone", "contacted": "caregiver", "outcome": "reached",
        "started_at": new_york("2026-09-05 10:00").isoformat(),
    }  # fmt: skip
    told = await client.post("/v1/contacts", json=call)
    assert told.status_code == 201, f"what was done before the death: {told.text}"
    assert await work(coordination, stay) == []


async def test_what_monitoring_had_on_its_way_at_the_death_is_kept_and_withdrawn_at_once(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await death(coordination, stay, "2026-09-06 08:00", "2026-09-07 09:00")
    body = {"patient_id": stay["patient_id"], "kind": "supplies", "reason": "Strips ran out"}
    monitoring = at(coordination, LATER, Role.SERVICE)
    monitoring.headers["Careweave-Organization"] = str(coordination.organization)
    asked = await good(await monitoring.post("/v1/needs", json=body))
    assert (asked["state"], asked["closed_code"]) == ("withdrawn", "deceased")
    assert await work(coordination, stay) == []


async def test_who_dies_in_hospital_is_on_record_as_deceased_until_that_is_undone(coordination: Api) -> None:
    first = await a_discharge(coordination)
    again = await a_stay(coordination, {"id": first["patient_id"]}, started=new_york("2026-09-07 09:00"))
    died = new_york("2026-09-08 08:00")
    done = await discharge(coordination, again, ended=died, disposition="expired", now=LATER)
    client = at(coordination, LATER)
    patient = await good(await client.get(f"/v1/patients/{first['patient_id']}"))
    assert local(patient["deceased_at"]) == "Tue 2026-09-08 08:00"
    assert done["plan"]["needs"] == []
    assert await open_needs(coordination, first) == []
    url = f"/v1/stays/{again['id']}/discharge/cancel"
    await good(await client.post(url, json={"reason": "Another patient"}, headers=tag(done)))
    patient = await good(await client.get(f"/v1/patients/{first['patient_id']}"))
    assert patient["deceased_at"] is None
    assert "advance-care-plan" in {need["kind"] for need in await open_needs(coordination, first)}


async def test_a_discharge_told_after_the_death_opens_nothing(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    await death(coordination, stay, "2026-09-04 20:00", "2026-09-05 09:00")
    late = await discharge(coordination, stay, now=new_york("2026-09-05 10:00"))
    assert (late["plan"]["needs"], late["plan"]["explanation"]) == ([], "the patient died: no needs were opened")


async def test_a_readmission_withdraws_untouched_work_and_pauses_the_rest(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    visit = await touched(coordination, need_of(stay, "visit-face-to-face"))
    back = new_york("2026-09-07 03:00")
    again = await a_stay(coordination, {"id": stay["patient_id"]}, started=back)
    call = await read_need(coordination, need_of(stay, "contact-interactive"))
    assert (call["state"], call["closed_code"]) == ("withdrawn", "readmitted")
    held = await read_need(coordination, visit)
    assert (held["due_at"], [c["state"] for c in held["clocks"]], held["owner"]) == (None, ["paused", "paused"], "jo")
    kept = {need["kind"]: need for need in await open_needs(coordination, stay)}
    assert {"discharge-summary-received", "contact-interactive", "readmission-watch"}.isdisjoint(kept)
    assert kept["nutrition-education"]["due_at"] is None
    ended = await discharge(coordination, again, ended=new_york("2026-09-10 12:00"), diagnoses=[])
    assert ended["plan"]["needs"] == []
    resumed = await read_need(coordination, visit, "2026-09-10 13:00")
    assert local(clock_of(resumed, "visit")["due_at"]) == "Mon 2026-09-14 23:59"
    assert [pause["reason"] for pause in resumed["clocks"][0]["pauses"]] == [f"in hospital: stay {again['id']}"]


async def test_resuming_by_hand_ends_the_pause_by_hand_and_not_the_hospitals(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    url = f"/v1/needs/{need_of(stay, 'advance-care-plan')['id']}"
    early, client = at(coordination, new_york("2026-09-05 09:00")), at(coordination, LATER)
    need = await good(await early.get(url))
    need = await good(await early.post(f"{url}/pause", json={"reason": "Family away"}, headers=tag(need)))
    again = await a_stay(coordination, {"id": stay["patient_id"]}, started=new_york("2026-09-07 03:00"))
    need = await good(await client.post(f"{url}/resume", json={}, headers=tag(await good(await client.get(url)))))
    assert (need["due_at"], need["clocks"][0]["state"]) == (None, "paused")
    assert {p["reason"]: p["until"] and local(p["until"]) for p in need["clocks"][0]["pauses"]} == {
        "Family away": "Tue 2026-09-08 09:00",
        f"in hospital: stay {again['id']}": None,
    }
    refused = await client.post(f"{url}/resume", json={}, headers=tag(need))
    assert problem(refused) == (409, "need.still-in-hospital")
    words = {"reason": f"in hospital: stay {again['id']}"}
    assert problem(await client.post(f"{url}/pause", json=words, headers=tag(need))) == (409, "need.pause-impossible")
    await discharge(coordination, again, ended=new_york("2026-09-10 12:00"), plan="never")
    # Day 30 after the fourth, and the five days on which the clocks stood still at midnight.
    assert local((await read_need(coordination, need, "2026-09-10 13:00"))["due_at"]) == "Fri 2026-10-09 23:59"


async def test_a_readmission_that_never_was_leaves_no_trace_on_the_clocks(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await touched(coordination, need_of(stay, "visit-face-to-face"))
    before = {need["kind"]: need["due_at"] for need in await open_needs(coordination, stay)}
    again = await a_stay(coordination, {"id": stay["patient_id"]}, started=new_york("2026-09-07 03:00"))
    client = at(coordination, LATER)
    await good(await client.post(f"/v1/stays/{again['id']}/cancel", json={"reason": "Wrong"}, headers=tag(again)))
    assert {need["kind"]: need["due_at"] for need in await open_needs(coordination, stay)} == before


@pytest.mark.parametrize("how", [{"planned": True}, {"stay_class": "emergency"}])
async def test_a_planned_stay_only_pauses_and_an_emergency_visit_does_nothing(coordination: Api, how: Json) -> None:
    stay = await a_discharge(coordination)
    await a_stay(coordination, {"id": stay["patient_id"]}, started=new_york("2026-09-07 03:00"), **how)
    call = await read_need(coordination, need_of(stay, "contact-interactive"), "2026-09-07 04:00")
    assert call["state"] == "identified"
    assert (call["due_at"] is None) is ("planned" in how)
    summary = await read_need(coordination, need_of(stay, "discharge-summary-received"))
    assert summary["due_at"] is not None


async def test_an_old_stay_told_late_disturbs_no_work_of_today(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    before = {need["kind"]: need["due_at"] for need in await open_needs(coordination, stay)}
    await a_stay(coordination, {"id": stay["patient_id"]}, started=new_york("2025-03-01 08:00"))
    assert {need["kind"]: need["due_at"] for need in await open_needs(coordination, stay)} == before


@pytest.mark.parametrize("disposition", ["skilled-nursing", "rehabilitation", "long-term-care"])
async def test_who_goes_to_a_facility_has_its_papers_chased_and_is_watched(coordination: Api, disposition: str) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    plan = (await discharge(coordination, stay, disposition=disposition))["plan"]
    assert {need["kind"]: local(need["due_at"]) for need in plan["needs"]} == {
        "discharge-summary-received": "Sun 2026-09-06 23:59",
        "pending-results-chase": "Wed 2026-09-09 23:59",
        "readmission-watch": "Sun 2026-10-04 23:59",
        "facility-discharge-watch": "Fri 2026-09-18 23:59",
    }
    left = {each["kind"]: each["because"] for each in plan["left_out"]}
    assert "the facility does this" in left["contact-interactive"]
    assert [window["name"] for window in plan["windows"]] == ["readmission-watch"]


async def test_who_leaves_against_advice_is_called_the_next_day(coordination: Api) -> None:
    plan = (await a_discharge(coordination, disposition="against-advice"))["plan"]
    call, medicines = need_of({"plan": plan}, "contact-interactive"), need_of({"plan": plan}, "medicines-in-hand")
    assert (local(call["due_at"]), call["priority"]) == ("Sat 2026-09-05 15:20", "urgent")
    assert local(clock_of(call, "programme")["due_at"]) == "Wed 2026-09-09 23:59"
    assert local(medicines["due_at"]) == "Tue 2026-09-08 23:59"
    assert "readmission-watch" in {need["kind"] for need in plan["needs"]}
    assert "readmission-watch" not in {window["name"] for window in plan["windows"]}


async def test_a_breach_says_how_serious_it_is(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    now = new_york("2026-09-07 15:21")
    supervisor = coordination.as_("supervisor", now=now)  # type: ignore[arg-type]
    await good(await supervisor.post("/v1/ops/run-jobs", json={"now": now.isoformat()}))
    need = await read_need(coordination, need_of(stay, "contact-interactive"), "2026-09-07 15:22")
    assert [(b["clock"], b["late"], b["severity"], local(b["due_at"])) for b in need["breaches"]] == [
        ("clinical", "late-clinical", "moderate", "Mon 2026-09-07 15:20")
    ]
