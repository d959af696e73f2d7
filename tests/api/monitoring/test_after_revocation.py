"""After the consent to be monitored is revoked: what was recorded stays and is read; what comes is judged by nobody."""

from typing import Any

from services.monitoring.jobs import check_ins, escalation, silence
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, local
from tests.support.messages import messages

BEGUN, GONE, LATER = "2026-09-01 08:00", "2026-09-05 12:00", "2026-09-20 12:00"


async def revoked(api: Api) -> Patient:
    """Followed for days, with a reading and a low that stands; then the patient no longer agrees."""
    patient = await a_patient_with(api, "diabetes", BEGUN, circumstances=["insulin-treated"])
    await patient.measures(140, "2026-09-04 08:00")
    await patient.measures(60, "2026-09-05 08:00")
    assert await patient.standing("2026-09-05 08:01") != {}
    path = f"/v1/enrollments/{patient.enrollment['id']}/consents/revoke"
    version = await of(patient, GONE, f"/v1/enrollments/{patient.enrollment['id']}")
    body = {"purpose": "monitoring", "revoked_by": "patient", "mode": "verbal", "reason": "Wants to be left alone"}
    await patient.act(path, body, version=version["version"], now=GONE)
    return patient


async def of(patient: Patient, now: str, path: str, **query: Any) -> Any:
    answer = await patient.client(now=now).get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_was_recorded_is_kept_and_read_as_before(monitoring: Api) -> None:
    patient = await revoked(monitoring)
    window = {"from": local(BEGUN).isoformat(), "to": local(LATER).isoformat()}
    chart = await of(patient, LATER, "/v1/readings/series", patient_id=patient.id, metric="glucose_smbg", **window)
    assert chart["values"] == [140.0, 60.0]
    (low,) = [each for each in await patient.alerts(LATER) if not each["rule"].startswith("SILENCE")]
    assert (low["state"], low["evidence"] != []) == ("open", True), "a finding of before is still to be answered"
    enrollment = await of(patient, LATER, f"/v1/enrollments/{patient.enrollment['id']}")
    assert (enrollment["state"], enrollment["end_reason"]) == ("ended", "consent-revoked")
    await escalation.run_once(monitoring.sessions, [monitoring.organization], local(LATER))
    told = await of(patient, LATER, "/v1/escalations", alert_id=low["id"])
    assert [each["tier"] for each in told["items"]] == ["moderate-lead-nurse"], "and escalates until somebody does"


async def test_what_comes_later_is_kept_and_judged_by_nobody(monitoring: Api) -> None:
    patient = await revoked(monitoring)
    before = await patient.alerts(GONE)
    needs = len(await messages(monitoring, "NeedIdentified"))
    answered = await patient.measures(40, "2026-09-06 08:00")
    assert answered["alerts"] == []
    await escalation.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-06 08:01"))
    assert [each["id"] for each in await patient.alerts("2026-09-06 09:00")] == [each["id"] for each in before]
    assert len(await messages(monitoring, "NeedIdentified")) == needs


async def test_nobody_is_asked_after_or_called(monitoring: Api) -> None:
    patient = await revoked(monitoring)
    for job in (check_ins, silence):
        await job.run_once(monitoring.sessions, [monitoring.organization], local(LATER))
    assert not [rule for rule in await patient.standing(LATER) if rule.startswith(("SILENCE", "OVERDUE"))]
    waiting = await of(patient, LATER, "/v1/check-ins", patient_id=patient.id)
    assert not [each for each in waiting["items"] if each["state"] in ("due", "in-progress")]
    panel = await monitoring.as_(Role.CASE_MANAGER, now=local(LATER)).get("/v1/panel")
    assert [each["patient_id"] for each in panel.json()["items"]] == []
