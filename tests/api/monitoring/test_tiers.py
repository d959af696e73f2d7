"""Tiers: raised by what happens, with the inputs kept; loosened by a person only; what is overdue is surfaced."""

from typing import Any
from uuid import uuid4

from tests.support.apps import Api
from tests.support.clock_jobs import run_jobs
from tests.support.makers_monitoring import Patient, a_patient_with, as_coordination, enrolls, identity, local, path_of


async def shown(patient: Patient, now: str) -> dict[str, Any]:
    answer = await patient.client(now=now).get(f"{path_of(patient)}/summary")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_critical_alert_raises_the_tier_at_once_with_its_inputs(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00", tier="stable")
    raised = await patient.measures(45, "2026-09-03 07:00")
    severity = raised["alerts"][0]["severity"]
    summary = await shown(patient, "2026-09-03 08:00")
    line = summary["history"][-1]
    assert (line["act"], line["by"], line["before"], line["after"]) == (
        "tier",
        "clock",
        "stable",
        {"critical": "high", "high": "rising"}[severity],
    )
    assert [each["tier"] for each in line["inputs"]["criteria"]] == [summary["enrollment"]["tier"]]
    assert line["inputs"]["alerts"] == [[severity, "2026-09-03T11:00:00+00:00"]]


async def test_a_person_who_saw_it_is_not_overruled(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00", tier="stable")
    await patient.measures(45, "2026-09-03 07:00")
    version = (await shown(patient, "2026-09-03 08:00"))["enrollment"]["version"]
    body = {"tier": "stable", "reason": "Skipped lunch once, spoken with"}
    await patient.act(f"{path_of(patient)}/tier", body, version=version, now="2026-09-03 09:00")
    assert (await run_jobs(monitoring, "2026-09-05 09:00"))["looks"] == 1
    assert (await shown(patient, "2026-09-05 10:00"))["enrollment"]["tier"] == "stable"


async def test_less_close_is_only_suggested_and_settled_by_a_person(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00", tier="high")
    assert (await run_jobs(monitoring, "2026-09-14 23:00"))["looks"] == 1
    assert (await shown(patient, "2026-09-14 23:10"))["enrollment"]["tier_suggestion"] is None
    await run_jobs(monitoring, "2026-09-16 00:00")
    assert (await run_jobs(monitoring, "2026-09-16 00:00"))["looks"] == 0, "once a day"
    enrollment = (await shown(patient, "2026-09-16 08:00"))["enrollment"]
    assert (enrollment["tier"], enrollment["tier_suggestion"]["tier"]) == ("high", "stable")
    assert [each["kind"] for each in enrollment["reviews"]] == ["tier"]
    body = {"tier": "stable", "reason": "Goals met"}
    done = await patient.act(f"{path_of(patient)}/tier", body, version=enrollment["version"], now="2026-09-16 09:00")
    assert (done["tier"], done["tier_suggestion"], done["reviews"]) == ("stable", None, [])


async def test_a_discharge_sets_tier_high_and_after_thirty_days_less_is_suggested(monitoring: Api) -> None:
    person = identity()
    known = {"version": 1, **person}
    enrolled = (await enrolls(monitoring, "diabetes", "2026-09-01 08:00", patient=known, tier="stable")).json()
    patient = Patient(monitoring, enrolled["patient_id"], enrolled)
    stay = {
        "patient": {"version": 1, "coordination_id": str(uuid4()), **person},
        "started_at": local("2026-09-06 09:00").isoformat(),
        "ended_at": local("2026-09-08 15:00").isoformat(),
        "state": "finished",
        "lace": 11,
    }
    service = as_coordination(monitoring, local("2026-09-08 16:00"))
    for _ in range(2):
        assert (await service.put(f"/v1/stays/{uuid4()}", json=stay)).status_code == 200
    summary = await shown(patient, "2026-09-08 17:00")
    lines = [line for line in summary["history"] if line["act"] == "tier"]
    assert [(line["before"], line["after"]) for line in lines] == [("stable", "high")]
    assert [each["key"] for each in lines[0]["inputs"]["criteria"]] == ["post-discharge", "lace"]
    await run_jobs(monitoring, "2026-10-08 14:59")
    assert (await shown(patient, "2026-10-08 14:59"))["enrollment"]["tier_suggestion"] is None
    await run_jobs(monitoring, "2026-10-09 15:00")
    suggested = (await shown(patient, "2026-10-09 15:00"))["enrollment"]["tier_suggestion"]
    assert suggested["tier"] == "stable"


async def test_what_is_overdue_is_listed_until_somebody_settles_it(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-01 00:00", tier="stable")
    target = {
        "bound": "glucose.high",
        "limit": 240,
        "unit": "mg/dL",
        "reason": "Pregnancy is planned",
        "starts_at": local("2026-09-02 00:00").isoformat(),
        "review_by": "2026-10-01",
    }
    done = await patient.act(f"{path_of(patient)}/targets", target, version=1, now="2026-09-02 09:00")
    best = {"metric": "pef_best", "value": 420, "unit": "L/min", "set_at": local("2025-10-01 09:00").isoformat()}
    done = await patient.act(f"{path_of(patient)}/baselines", best, version=2, now="2026-09-02 09:10")
    assert done["baselines"][0]["expires_at"] == "2026-10-01T13:00:00Z"
    client = patient.client(now="2026-10-01 10:00")
    assert (await client.get("/v1/enrollments", params={"to_review": "true"})).json()["items"] == []
    await run_jobs(monitoring, "2026-10-01 10:00")
    (listed,) = (await client.get("/v1/enrollments", params={"to_review": "true"})).json()["items"]
    assert [(each["kind"], each["subject"]) for each in listed["reviews"]] == [
        ("baseline", "pef_best"),
        ("target", "glucose.high"),
    ]
    assert listed["targets"][0]["ends_at"] is None, "it still holds"
    version = listed["version"]
    again = {**best, "set_at": local("2026-10-01 09:00").isoformat()}
    await patient.act(f"{path_of(patient)}/baselines", again, version=version, now="2026-10-01 10:00")
    gone = f"{path_of(patient)}/targets/{listed['targets'][0]['id']}/withdraw"
    after = await patient.act(gone, {"reason": "Reviewed"}, version=version + 1, now="2026-10-01 10:10")
    assert after["reviews"] == []
    assert (await client.get("/v1/enrollments", params={"to_review": "true"})).json()["items"] == []
