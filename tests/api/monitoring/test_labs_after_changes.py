"""Potassium and creatinine come due from a change of the list of medicines, and results meet them (clinical §1.3)."""

from typing import Any

import pytest

from services.monitoring.jobs import silence
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.diuretics import DRUG, NOW, SWOLLEN, on_furosemide
from tests.support.makers_monitoring import a_patient_with, local
from tests.support.makers_plans import EMPAGLIFLOZIN, Practice, entitles, starts
from tests.support.messages import messages

RULE = "OVERDUE-LABS-CHANGE"
LISINOPRIL = {**EMPAGLIFLOZIN, "rxnorm": "29046", "name": "lisinopril", "dose": 10}
NEED = "labs-potassium-creatinine"
BEGUN, CHANGED = "2026-08-20 09:00", "2026-09-01 10:00"


async def on_lisinopril(api: Api, protocol: str = "heart-failure") -> Practice:
    await entitles(api)
    patient = await a_patient_with(api, protocol, BEGUN)
    await patient.sends("potassium", 4.4, "mmol/L", "2026-08-20 09:30")
    await patient.sends("creatinine", 1.0, "mg/dL", "2026-08-20 09:30")
    plan = await starts(api, patient.id, LISINOPRIL, EMPAGLIFLOZIN, at=BEGUN)
    await silence.run_once(api.sessions, [api.organization], local(BEGUN))
    return Practice(api, patient, plan, {})


async def ordered(practice: Practice, at: str = CHANGED, name: str = "lisinopril", **change: Any) -> dict[str, Any]:
    """A prescriber changes a dose, a nurse tells the patient."""
    body = {"plan_id": practice.plan["id"], "medicine_id": practice.line(name), "reason": "Pressure", **change}
    body = {"kind": "dose", "dose": 20, **body} if not change else body
    answer = await practice.as_(Role.PRESCRIBER, at).post("/v1/plan-changes/order", json=body)
    assert answer.status_code == 201, answer.text
    return await practice.taught(answer.json(), at)


async def missing(practice: Practice, now: str) -> str | None:
    await silence.run_once(practice.api.sessions, [practice.api.organization], local(now))
    return (await practice.patient.standing(now)).get(RULE)


async def expected(practice: Practice, now: str) -> dict[str, Any]:
    path = f"/v1/enrollments/{practice.patient.enrollment['id']}/expectations"
    found = (await practice.patient.client(now=now).get(path)).raise_for_status().json()
    (one,) = [each for each in found if each["key"] == RULE]
    return dict(one)


@pytest.mark.parametrize("protocol", ["heart-failure", "ckd", "hypertension"])
async def test_a_new_dose_asks_for_both_within_two_weeks(monitoring: Api, protocol: str) -> None:
    practice = await on_lisinopril(monitoring, protocol)
    assert (await expected(practice, CHANGED))["due_on"] is None
    change = await ordered(practice)
    assert change["state"] == "effective"
    asked = await expected(practice, "2026-09-01 10:01")
    assert asked["due_on"] == "2026-09-15"
    assert "1 to 2 weeks after a start or change" in asked["citation"]
    assert await missing(practice, "2026-09-15 23:59") is None
    assert await missing(practice, "2026-09-16 00:00") == "low"
    assert await missing(practice, "2026-09-21 23:59") == "low"
    assert await missing(practice, "2026-09-22 00:00") == "moderate"
    assert [each["kind"] for each in await messages(monitoring, "NeedIdentified")].count(NEED) == 1
    (alert,) = [each for each in await practice.patient.alerts("2026-09-22 00:01") if each["rule"] == RULE]
    assert "lisinopril, dose of 2026-09-01: from 2026-09-08 to 2026-09-15" in alert["arithmetic"]
    assert alert["citation"] == asked["citation"]
    client = practice.patient.client(now="2026-09-22 00:02")
    explained = (await client.get(f"/v1/alerts/{alert['id']}/explanation")).json()
    assert explained["recomputed"]["agrees"] is True
    panel = (await client.get("/v1/panel")).json()["items"]
    assert any(each["patient_id"] == practice.patient.id for each in panel)


async def test_results_of_the_eighth_day_count_and_of_the_seventh_do_not(monitoring: Api) -> None:
    practice = await on_lisinopril(monitoring)
    await ordered(practice)
    await practice.patient.sends("potassium", 4.9, "mmol/L", "2026-09-07 23:59")
    await practice.patient.sends("creatinine", 1.1, "mg/dL", "2026-09-07 23:59")
    assert await missing(practice, "2026-09-16 00:00") == "low"
    await practice.patient.sends("potassium", 4.9, "mmol/L", "2026-09-08 00:00", received="2026-09-16 09:00")
    assert await missing(practice, "2026-09-16 09:01") == "low", "creatinine is still missing"
    await practice.patient.sends("creatinine", 1.1, "mg/dL", "2026-09-08 00:00", received="2026-09-16 10:00")
    assert await missing(practice, "2026-09-16 10:01") is None
    (closed,) = [each for each in await practice.patient.alerts("2026-09-16 10:02") if each["rule"] == RULE]
    assert (closed["state"], closed["disposition"]) == ("closed", "data-received")
    assert (await expected(practice, "2026-09-16 10:02"))["due_on"] is None


async def test_another_medicine_and_a_stop_ask_for_nothing(monitoring: Api) -> None:
    practice = await on_lisinopril(monitoring)
    await ordered(practice, name="empagliflozin", kind="dose", dose=25)
    await ordered(practice, kind="stop")
    assert (await expected(practice, "2026-09-02 09:00"))["due_on"] is None
    assert await missing(practice, "2026-10-15 09:00") is None


async def test_what_was_ordered_and_nobody_was_told_asks_for_nothing(monitoring: Api) -> None:
    practice = await on_lisinopril(monitoring)
    body = {"plan_id": practice.plan["id"], "medicine_id": practice.line("lisinopril"), "kind": "dose", "dose": 20}
    answer = await practice.as_(Role.PRESCRIBER, CHANGED).post("/v1/plan-changes/order", json=body | {"reason": "Up"})
    assert answer.status_code == 201, answer.text
    assert (await expected(practice, "2026-09-02 09:00"))["due_on"] is None
    assert await missing(practice, "2026-10-15 09:00") is None


async def test_what_is_started_counts_from_the_day_it_is_taken(monitoring: Api) -> None:
    practice = await on_lisinopril(monitoring)
    spironolactone = {**LISINOPRIL, "rxnorm": "9997", "name": "spironolactone", "dose": 25}
    begins = {name: value for name, value in spironolactone.items() if name not in ("prescriber", "prescribed_at")}
    body = {"plan_id": practice.plan["id"], "kind": "start", "medicine": begins, "reason": "LVEF 30 %"}
    answer = await practice.as_(Role.PRESCRIBER, CHANGED).post("/v1/plan-changes/order", json=body)
    assert answer.status_code == 201, answer.text
    said = {"said_back": "Tomorrow", "understood": True, "starts_at": local("2026-09-02 08:00").isoformat()}
    await practice.done(answer.json(), "teach-back", CHANGED, body=said)
    await practice.time_passes("2026-09-02 08:00")
    assert (await expected(practice, "2026-09-02 08:01"))["due_on"] == "2026-09-05", "an MRA at three days"
    assert await missing(practice, "2026-09-05 23:59") is None
    assert await missing(practice, "2026-09-06 00:00") == "low"


async def test_a_burst_goes_by_the_days_of_its_standing_order(monitoring: Api) -> None:
    """§7a: applied on Wed 09-09, labs window 09-16 to 09-19."""
    practice = await on_furosemide(monitoring)
    await practice.taught(await practice.steps(80, NOW, name=DRUG, signs=SWOLLEN), NOW)
    assert await missing(practice, "2026-09-19 23:59") is None
    assert (await expected(practice, "2026-09-19 23:59"))["due_on"] == "2026-09-19"
    assert await missing(practice, "2026-09-20 00:00") == "low"
