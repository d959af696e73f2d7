"""What several protocols miss or find is one reason on the panel of one case manager, naming the others."""

from typing import Any

from services.monitoring.jobs import silence
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, local

SINCE, NOW = "2026-09-01 09:00", "2026-09-12 13:00"


async def reasons(patient: Patient) -> list[tuple[str | None, dict[str, Any]]]:
    answer = await patient.client(now=NOW).get("/v1/panel", params={"patient_id": patient.id})
    return [
        (entry["case_manager"], reason)
        for entry in answer.raise_for_status().json()["items"]
        for reason in entry["reasons"]
    ]


async def both(api: Api, first: str, second: str) -> Patient:
    """Followed under two protocols that wait for blood pressure, which stays away."""
    patient = await a_patient_with(api, "heart-failure", SINCE, case_manager=first)
    await a_patient_with(api, "hypertension", SINCE, patient_id=patient.id, case_manager=second)
    await patient.sends("bp_systolic", 124, "mm[Hg]", "2026-09-02 07:00")
    await patient.sends("bp_diastolic", 78, "mm[Hg]", "2026-09-02 07:00")
    await silence.run_once(api.sessions, [api.organization], local(NOW))
    return patient


async def test_one_silence_under_two_protocols_is_one_reason(monitoring: Api) -> None:
    patient = await both(monitoring, "nurse-1", "nurse-1")
    silent = [each for each in await patient.alerts(NOW) if each["rule"] == "SILENCE-BP"]
    assert {each["protocol"] for each in silent} == {"heart-failure", "hypertension"}
    (leading,) = [each for each in silent if each["event"]["leading"]]
    mine = {each["id"] for each in silent}
    (shown,) = [reason for _, reason in await reasons(patient) if reason["about"] in mine]
    assert shown["about"] == leading["id"]
    assert {each["alert_id"] for each in shown["also_under"]} == mine - {leading["id"]}


async def test_who_put_one_of_them_off_still_sees_what_nobody_answered(monitoring: Api) -> None:
    patient = await both(monitoring, "nurse-1", "nurse-1")
    silent = {each["event"]["leading"]: each for each in await patient.alerts(NOW) if each["rule"] == "SILENCE-BP"}
    snooze = {"until": local("2026-09-12 18:00").isoformat(), "reason": "Calls in the evening"}
    path = f"/v1/alerts/{silent[True]['id']}/snooze"
    await patient.act(path, snooze, version=silent[True]["version"], now=NOW)
    mine = {each["id"] for each in silent.values()}
    (shown,) = [reason for _, reason in await reasons(patient) if reason["about"] in mine]
    assert (shown["about"], shown["state"]) == (silent[False]["id"], "open")
    assert [each["alert_id"] for each in shown["also_under"]] == [silent[True]["id"]]


async def test_two_case_managers_have_it_each(monitoring: Api) -> None:
    patient = await both(monitoring, "nurse-1", "nurse-2")
    mine = {each["id"] for each in await patient.alerts(NOW) if each["rule"] == "SILENCE-BP"}
    shown = [(who, reason["also_under"]) for who, reason in await reasons(patient) if reason["about"] in mine]
    assert sorted(who or "" for who, _ in shown) == ["nurse-1", "nurse-2"]
    assert [others for _, others in shown] == [[], []]
