"""A1C is due by the patient's own goal; depression, distress and asthma control are looked at yearly (§1.2, §1.4)."""

from typing import Any

import pytest

from services.monitoring.jobs import silence
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, local, with_diabetes
from tests.support.revising import published

SINCE = "2026-08-01 09:00"


async def expected(patient: Patient, key: str, now: str) -> dict[str, Any]:
    await silence.run_once(patient.api.sessions, [patient.api.organization], local(now))
    path = f"/v1/enrollments/{patient.enrollment['id']}/expectations"
    found = (await patient.client(now=now).get(path)).raise_for_status().json()
    return next(each for each in found if each["key"] == key)


async def aims(patient: Patient, limit: float, unit: str, now: str) -> dict[str, Any]:
    goal = {
        "bound": "a1c.goal", "limit": limit, "unit": unit, "reason": "Complex health, as agreed",
        "starts_at": local(now).isoformat(), "review_by": "2027-03-01",
    }  # fmt: skip
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    version = (await patient.client(now=now).get(path)).json()["version"]
    return dict(await patient.act(f"{path}/targets", goal, version=version, now=now))


async def test_a1c_is_due_by_the_patients_own_goal_while_it_holds(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, SINCE)
    await patient.sends("hba1c", 7.6, "%", "2026-07-20 09:00", received="2026-08-01 10:00")
    assert (await expected(patient, "OVERDUE-A1C", "2026-08-01 11:00"))["due_on"] == "2026-10-20"
    kept = (await aims(patient, 8, "%", "2026-08-02 09:00"))["targets"][0]
    assert kept["limits"] == {"%": "8", "mmol/mol": "64"}
    assert (await expected(patient, "OVERDUE-A1C", "2026-08-02 11:00"))["due_on"] == "2027-01-20"
    assert "OVERDUE-A1C" not in await patient.standing("2026-10-21 00:00")
    await silence.run_once(monitoring.sessions, [monitoring.organization], local("2026-10-21 00:01"))
    assert "OVERDUE-A1C" not in await patient.standing("2026-10-21 00:02"), "not asked quarterly for ever"
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    version = (await patient.client(now="2026-10-22 09:00").get(path)).json()["version"]
    gone = f"{path}/targets/{kept['id']}/withdraw"
    await patient.act(gone, {"reason": "Fitter again"}, version=version, now="2026-10-22 09:00")
    assert (await expected(patient, "OVERDUE-A1C", "2026-10-22 09:01"))["due_on"] == "2026-10-20"
    assert (await patient.standing("2026-10-22 09:02"))["OVERDUE-A1C"] == "low"


async def test_what_is_overdue_by_the_patients_own_goal_is_explained_by_it(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, SINCE)
    await patient.sends("hba1c", 7.6, "%", "2026-07-20 09:00", received="2026-08-01 10:00")
    await aims(patient, 8, "%", "2026-08-02 09:00")
    late = "2027-01-21 00:01"
    await silence.run_once(monitoring.sessions, [monitoring.organization], local(late))
    (alert,) = [each for each in await patient.alerts(late) if each["rule"] == "OVERDUE-A1C"]
    told = (await patient.client(now=late).get(f"/v1/alerts/{alert['id']}/explanation")).raise_for_status().json()
    assert "due 2027-01-20" in alert["arithmetic"]
    assert told["recomputed"]["agrees"], told["recomputed"]


async def test_at_the_goal_itself_is_not_below_it(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, SINCE)
    await patient.sends("hba1c", 64, "mmol/mol", "2026-07-20 09:00", received="2026-08-01 10:00")
    await aims(patient, 8, "%", "2026-08-02 09:00")
    assert (await expected(patient, "OVERDUE-A1C", "2026-08-02 11:00"))["due_on"] == "2026-10-20"


async def test_a_goal_is_the_protocols_and_moves_with_the_patient_to_another_version(monitoring: Api) -> None:
    other = await a_patient_with(monitoring, "hypertension", SINCE)
    body = {
        "bound": "a1c.goal", "limit": 8, "unit": "%", "reason": "x",
        "starts_at": local(SINCE).isoformat(), "review_by": "2027-03-01",
    }  # fmt: skip
    path = f"/v1/enrollments/{other.enrollment['id']}/targets"
    answer = await other.client(now=SINCE).post(path, json=body, headers={"If-Match": '"1"'})
    assert problem(answer) == (422, "target.unknown-bound")
    patient = await with_diabetes(monitoring, SINCE)
    await aims(patient, 8, "%", "2026-08-02 09:00")
    own = await published(monitoring, high=("220", "12.2"))
    path = f"/v1/enrollments/{patient.enrollment['id']}/migration"
    preview = await patient.client(now="2026-09-20 10:00").get(path, params={"to_version": own["name"]})
    assert preview.json()["targets"] == [], preview.text


@pytest.mark.parametrize(
    ("protocol", "key", "metric", "value"),
    [
        ("diabetes", "OVERDUE-DEPRESSION", "phq2", 1),
        ("diabetes", "OVERDUE-DEPRESSION", "phq9", 4),
        ("diabetes", "OVERDUE-DISTRESS", "dds2", 1.5),
        ("diabetes", "OVERDUE-DISTRESS", "dds17", 1.5),
        ("asthma", "OVERDUE-REVIEW", "act", 22),
        ("asthma", "OVERDUE-REVIEW", "gina4", 0),
    ],
)
async def test_what_is_looked_at_yearly(monitoring: Api, protocol: str, key: str, metric: str, value: float) -> None:
    patient = await a_patient_with(monitoring, protocol, SINCE)
    assert (await expected(patient, key, "2026-08-31 23:00"))["due_on"] == "2026-08-31", "a month after the start"
    assert key not in await patient.standing("2026-08-31 23:01")
    await silence.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-01 00:01"))
    assert (await patient.standing("2026-09-01 00:02"))[key] == "low"
    await patient.sends(metric, value, "{score}", "2026-09-02 09:00")
    assert key not in await patient.standing("2026-09-02 09:01")
    after = await expected(patient, key, "2026-09-02 09:02")
    assert after["due_on"] == "2027-09-02"
