"""Alerts: what a nurse sees and does, and what coordination is asked for."""

from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, closed, identity, local, with_diabetes
from tests.support.messages import messages

NOW = "2026-09-10 12:00"


async def a_low(patient: Patient, value: float = 50, at: str = NOW) -> dict[str, Any]:
    """The alert of a low value."""
    found: dict[str, Any] = (await patient.measures(value, at))["alerts"][0]
    return found


async def test_an_alert_carries_all_that_is_needed_to_check_it(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient)
    found = (await patient.client(now=NOW).get(f"/v1/alerts/{alert['id']}")).json()
    (evidence,) = found["evidence"]
    reading = (await patient.client(now=NOW).get(f"/v1/readings/{evidence['reading_id']}")).json()
    assert reading["value"] == "50"
    assert "50 mg/dL" in found["arithmetic"]
    assert "54" in found["arithmetic"]
    assert found["citation"]
    assert (found["protocol"], found["protocol_version"]) == ("diabetes", "1.0.0")
    assert {act["act"] for act in found["acts"] if act["allowed"]} == {"acknowledge", "snooze", "resolve"}


async def test_who_may_not_act_is_told_why(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient)
    seen = (await patient.client(Role.AUDITOR, now=NOW).get(f"/v1/alerts/{alert['id']}")).json()
    assert all(not act["allowed"] and "auditor" in act["reason"] for act in seen["acts"])


async def test_acknowledged_is_opened_again_only_by_something_worse(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient, 66)
    done = await patient.act(f"/v1/alerts/{alert['id']}/acknowledge", {"note": "Calling"}, version=1, now=NOW)
    assert (done["state"], done["acknowledged_by"], done["acknowledge_note"]) == (
        "acknowledged",
        "case_manager-1",
        "Calling",
    )
    await patient.measures(65, "2026-09-10 12:05")
    (same,) = await patient.alerts("2026-09-10 12:06")
    assert (same["state"], len(same["evidence"])) == ("acknowledged", 2)
    await patient.measures(50, "2026-09-10 12:10")
    (worse,) = await patient.alerts("2026-09-10 12:11")
    assert (worse["state"], worse["severity"]) == ("open", "high")


async def test_a_snooze_needs_an_end_that_fits_and_is_over_by_itself(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient, 66)
    path = f"/v1/alerts/{alert['id']}/snooze"
    client = patient.client(now=NOW)
    too_long = {"until": "2026-10-10T12:00:00Z", "reason": "Quiet"}
    assert problem(await client.post(path, json=too_long, headers={"If-Match": '"1"'})) == (
        422,
        "alert.snooze-too-long",
    )
    over = {**too_long, "until": "2001-01-01T12:00:00Z"}
    refused = await client.post(path, json=over, headers={"If-Match": '"1"'})
    assert problem(refused) == (422, "alert.snooze-in-the-past")
    quiet = {"until": local("2026-09-10 18:00").isoformat(), "reason": "Ate, will measure again"}
    await patient.act(path, quiet, version=1, now=NOW)
    for now, state in (("2026-09-10 17:00", "snoozed"), ("2026-09-10 18:01", "open")):
        page = await patient.client(now=now).get("/v1/alerts", params={"patient_id": patient.id, "state": state})
        assert [each["state"] for each in page.json()["items"]] == [state], now


async def test_a_closure_says_enough(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient)
    path = f"/v1/alerts/{alert['id']}/resolve"
    client = patient.client(now=NOW)
    tag = {"If-Match": '"1"'}
    body = closed(NOW, "escalated")
    assert problem(await client.post(path, json=body, headers=tag)) == (422, "alert.closure-incomplete")
    invented = await client.post(path, json={**body, "disposition": "source-corrected"}, headers=tag)
    assert invented.status_code == 422
    done = (await client.post(path, json={**body, "informed": "On-call physician"}, headers=tag)).json()
    assert (done["state"], done["disposition"], done["closure"]["informed"]) == (
        "resolved",
        "escalated",
        "On-call physician",
    )
    again = await client.post(path, json={**body, "informed": "x"}, headers={"If-Match": '"2"'})
    assert problem(again) == (409, "alert.wrong-state")


async def test_a_resolved_alert_is_not_raised_again_by_what_it_already_held(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient)
    await patient.act(f"/v1/alerts/{alert['id']}/resolve", closed(NOW), version=1, now=NOW)
    again = await patient.sends("glucose_smbg", 50, "mg/dL", NOW, received="2026-09-10 13:00")
    assert (again["outcome"], again["alerts"]) == ("duplicate", [])
    fresh = await patient.measures(51, "2026-09-10 14:00")
    assert fresh["alerts"][0]["id"] != alert["id"]


async def test_voiding_the_only_evidence_closes_the_alert(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = await a_low(patient)
    path = f"/v1/readings/{alert['evidence'][0]['reading_id']}/void"
    done = await patient.act(path, {"reason": "Somebody else's finger"}, version=1, now="2026-09-10 12:10")
    assert done["reading"]["status"] == "entered-in-error"
    assert [each["state"] for each in done["alerts"]] == ["closed"]
    client = patient.client(now="2026-09-10 12:20")
    twice = await client.post(path, json={"reason": "x"}, headers={"If-Match": '"2"'})
    assert problem(twice) == (409, "reading.already-void")
    same = await patient.tries("glucose_smbg", 50, "mg/dL", NOW, received="2026-09-10 12:30")
    assert same.json()["outcome"] == "duplicate", "a voided value does not come back by being sent again"


async def test_coordination_is_asked_once_per_alert_when_it_is_high(monitoring: Api) -> None:
    person = {"version": 1, "coordination_id": str(uuid4()), **identity()}
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00", patient=person)
    alert = await a_low(patient, 66)
    assert await messages(monitoring, "NeedIdentified") == []
    await patient.measures(50, "2026-09-10 12:05")
    await patient.measures(45, "2026-09-10 12:10")
    (asked,) = await messages(monitoring, "NeedIdentified")
    assert asked["patient_id"] == person["coordination_id"]
    assert (asked["kind"], asked["priority"]) == ("alert-follow-up", "urgent")
    assert asked["source"] == {"kind": "monitoring-alert", "id": alert["id"]}


async def test_the_first_reading_and_laboratory_results_are_told_once(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "heart-failure", "2026-09-04 15:20", request_id=str(uuid4()))
    await patient.sends("body_weight", 80, "kg", "2026-09-01 07:00", received="2026-09-04 16:00")
    assert await messages(monitoring, "NeedEvidence") == [], "what was measured before does not count"
    await patient.weighs(81.1, "2026-09-05 07:05")
    await patient.weighs(81.0, "2026-09-06 07:10")
    labs = [
        patient.item("potassium", 4.9, "mmol/L", "2026-09-16 09:00"),
        patient.item("creatinine", 1.9, "mg/dL", "2026-09-16 09:00"),
    ]
    await patient.batch(labs, now="2026-09-16 15:00")
    first, lab = await messages(monitoring, "NeedEvidence")
    assert (first["evidence"], first["metric"]) == ("first-reading", "body_weight")
    assert first["patient_identifiers"][0]["value"].startswith("EX-")
    assert (lab["evidence"], sorted(lab["metrics"])) == ("lab-result", ["creatinine", "egfr", "potassium"])
