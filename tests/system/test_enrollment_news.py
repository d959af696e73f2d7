"""How a patient is followed reaches coordination, who is responsible reaches monitoring: both services, for real."""

from typing import Any

from tests.support.apps import Pair, problem
from tests.support.makers_coordination import a_person, good
from tests.support.makers_monitoring import agreed, as_coordination, local
from tests.support.news import DAY, at, deliver


async def responsible(pair: Pair, patient: dict[str, Any], role: str, time: str) -> Any:
    body = {"patient_id": patient["id"], "role": role, "practitioner": f"Dr. {role.title()}", "starts_on": "2026-09-01"}
    return await good(await at(pair.coordination, time).post("/v1/care-teams", json=body))


async def followed(pair: Pair, patient: dict[str, Any], time: str) -> Any:
    answer = await at(pair.coordination, time).get("/v1/enrollments", params={"patient_id": patient["id"]})
    return (await good(answer))["items"]


async def test_state_tier_and_care_team_arrive_in_order_and_once(pair: Pair) -> None:
    desk = at(pair.coordination, "09:00")
    patient = await good(await desk.post("/v1/patients", json=a_person()))
    await responsible(pair, patient, "primary-care", "09:01")
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Discharged with heart failure"}
    made = await desk.post("/v1/needs", json=need)
    ask = {"protocol": "heart-failure", "tier": "rising", "consents": [agreed(local(DAY + "08:00").isoformat())]}
    path = f"/v1/needs/{(await good(made))['id']}/enroll"
    await good(await desk.post(path, json=ask, headers={"If-Match": made.headers["ETag"]}))
    await deliver(pair, "09:10")
    (known,) = await followed(pair, patient, "09:11")
    assert (known["state"], known["tier"], known["protocol"]) == ("active", "rising", "heart-failure")

    nurse = at(pair.monitoring, "10:00")
    (enrollment,) = (await good(await nurse.get("/v1/enrollments")))["items"]
    assert enrollment["id"] == known["id"]
    own = f"/v1/enrollments/{enrollment['id']}"
    tier = {"tier": "high", "reason": "Lives alone"}
    await good(await nurse.post(f"{own}/tier", json=tier, headers={"If-Match": '"1"'}))
    pause = {"kind": "travel", "reason": "Visits her sister"}
    await good(await nurse.post(f"{own}/pause", json=pause, headers={"If-Match": '"2"'}))
    covering = await responsible(pair, patient, "covering-clinician", "10:01")
    await deliver(pair, "10:10")
    (known,) = await followed(pair, patient, "10:11")
    assert (known["state"], known["tier"], known["tier_reason"], known["version"]) == (
        "paused",
        "high",
        "Lives alone",
        3,
    )

    own_patient = {"patient_id": enrollment["patient_id"]}
    team: Any = await good(await at(pair.monitoring, "10:12").get("/v1/care-teams", params=own_patient))
    assert [(each["role"], each["active"]) for each in team] == [("primary-care", True), ("covering-clinician", True)]
    leave = {"ends_on": "2026-09-03"}
    gone = f"/v1/care-teams/{covering['id']}/leave"
    await good(await at(pair.coordination, "11:00").post(gone, json=leave, headers={"If-Match": '"1"'}))
    await deliver(pair, "11:10")
    team = await good(await at(pair.monitoring, "11:11").get("/v1/care-teams", params=own_patient))
    assert {each["role"]: each["active"] for each in team} == {"primary-care": True, "covering-clinician": False}
    today = {**own_patient, "on": "2026-09-04"}
    team = await good(await at(pair.monitoring, "11:12").get("/v1/care-teams", params=today))
    assert [each["role"] for each in team] == ["primary-care"]
    for api in (pair.coordination, pair.monitoring):
        drift = await good(await at(api, "11:15").get("/v1/ops/drift"))
        assert (drift["drift"], drift["undelivered"]) == (0, 0)


async def test_an_older_version_changes_nothing_and_only_the_service_may_say_it(pair: Pair) -> None:
    patient = await good(await at(pair.coordination, "09:00").post("/v1/patients", json=a_person()))
    body = {
        "patient_id": patient["id"],
        "version": 3,
        "protocol": "diabetes",
        "protocol_version": "1.0.0",
        "state": "active",
        "tier": "high",
        "tier_reason": "A critical alert",
        "changed_at": local(DAY + "09:00").isoformat(),
    }
    path = f"/v1/enrollments/{patient['id']}"
    service = as_coordination(pair.coordination, local(DAY + "09:01"))
    await good(await service.put(path, json=body))
    older = await good(await service.put(path, json={**body, "version": 2, "tier": "stable"}))
    assert (older["version"], older["tier"]) == (3, "high")
    assert problem(await at(pair.coordination, "09:02").put(path, json=body))[0] == 403
    wrong = await service.put(path, json={**body, "enrollment_id": "00000000-0000-4000-8000-000000000001"})
    assert problem(wrong) == (422, "id.mismatch")


async def test_the_lace_of_a_discharge_reaches_the_tier_of_whoever_is_followed(pair: Pair) -> None:
    desk = at(pair.coordination, "09:00")
    patient = await good(await desk.post("/v1/patients", json=a_person()))
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Heart failure"}
    made = await desk.post("/v1/needs", json=need)
    ask = {"protocol": "heart-failure", "tier": "stable", "consents": [agreed(local(DAY + "08:00").isoformat())]}
    path = f"/v1/needs/{(await good(made))['id']}/enroll"
    await good(await desk.post(path, json=ask, headers={"If-Match": made.headers["ETag"]}))
    await deliver(pair, "09:10")
    admitted = {"patient_id": patient["id"], "started_at": "2026-08-30T11:40:00-04:00"}
    made = await at(pair.coordination, "09:20").post("/v1/stays", json=admitted)
    discharge = {
        "ended_at": "2026-09-04T15:20:00-04:00",
        "diagnoses": [{"system": "icd-10-cm", "code": code} for code in ("I13.0", "I50.23", "E11.22")],
        "facts": {"admission_type": "emergency", "ed_visits_6_months": 1, "admissions_12_months": 1},
    }
    path = f"/v1/stays/{(await good(made))['id']}/discharge"
    tag = {"If-Match": made.headers["ETag"]}
    done = await good(await at(pair.coordination, "15:30").post(path, json=discharge, headers=tag))
    assert next(s["total"] for s in done["risk"]["scores"] if s["algorithm"] == "lace-2010") == 13
    await deliver(pair, "15:40")
    (enrollment,) = (await good(await at(pair.monitoring, "15:50").get("/v1/enrollments")))["items"]
    assert enrollment["tier"] == "high"
    assert "LACE 13" in enrollment["tier_reason"]


async def asked(pair: Pair, need_id: str, time: str, body: dict[str, Any]) -> Any:
    desk = at(pair.coordination, time)
    made = await desk.get(f"/v1/needs/{need_id}")
    return await good(
        await desk.post(f"/v1/needs/{need_id}/enroll", json=body, headers={"If-Match": made.headers["ETag"]})
    )


async def test_what_monitoring_refuses_of_a_request_is_told_at_the_need_and_holds_nothing_up(pair: Pair) -> None:
    desk = at(pair.coordination, "09:00")
    patient = await good(await desk.post("/v1/patients", json=a_person()))
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Discharged with heart failure"}
    need_id = (await good(await desk.post("/v1/needs", json=need)))["id"]
    agreement = [agreed(local(DAY + "08:00").isoformat())]
    dry = {"metric": "dry_weight", "unit": "kg", "set_at": local(DAY + "08:00").isoformat()}
    ask: dict[str, Any] = {"protocol": "heart-failure", "consents": agreement}

    tag = {"If-Match": (await desk.get(f"/v1/needs/{need_id}")).headers["ETag"]}
    body = {**ask, "baselines": [{**dry, "value": 8100}]}
    refused = await desk.post(f"/v1/needs/{need_id}/enroll", json=body, headers=tag)
    assert (problem(refused), "8100 kg is outside" in refused.text) == ((422, "baseline.refused"), True)
    await asked(pair, need_id, "09:01", {**ask, "circumstances": ["no-such-thing"]})
    await deliver(pair, "09:10")
    known = await good(await at(pair.coordination, "09:11").get(f"/v1/needs/{need_id}"))
    assert known["state"] == "identified"
    assert "no-such-thing" in known["history"][-1]["note"]
    await asked(pair, need_id, "09:12", {**ask, "baselines": [{**dry, "value": 81}]})
    await deliver(pair, "09:20")
    (first,) = await followed(pair, patient, "09:21")
    assert (first["protocol"], first["state"]) == ("heart-failure", "active")

    await asked(pair, need_id, "09:22", {"protocol": "diabetes", "consents": agreement})
    await deliver(pair, "09:30")
    known = await good(await at(pair.coordination, "09:31").get(f"/v1/needs/{need_id}"))
    assert "under heart-failure already" in known["history"][-1]["note"]
    parked = await at(pair.coordination, "09:32").get("/v1/ops/messages")
    assert (parked.status_code, parked.json()) == (200, [])

    person = {**a_person(), "deceased_at": local(DAY + "09:40").isoformat()}
    current = await desk.get(f"/v1/patients/{patient['id']}")
    person["identifiers"] = patient["identifiers"]
    later = at(pair.coordination, "09:45")
    await good(
        await later.put(f"/v1/patients/{patient['id']}", json=person, headers={"If-Match": current.headers["ETag"]})
    )
    await deliver(pair, "09:50")
    (ended,) = await followed(pair, patient, "09:51")
    assert ended["state"] == "ended"
