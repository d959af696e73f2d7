"""What should have come and did not: opened on time, raised, held back, closed by the first data (clinical §1.11)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.vocabulary import Role
from tests.support.absent import missing, sweep
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import (
    Patient,
    a_patient_with,
    identity,
    local,
    stays,
    with_diabetes,
    with_heart_failure,
)

INSULIN = {"circumstances": ["insulin-treated"]}


async def on_insulin(api: Api, since: str = "2026-09-14 20:00") -> Patient:
    return await a_patient_with(api, "diabetes", since, **INSULIN)


async def expected_of(patient: Patient, now: str) -> dict[str, dict[str, Any]]:
    path = f"/v1/enrollments/{patient.enrollment['id']}/expectations"
    found = (await patient.client(now=now).get(path)).raise_for_status().json()
    return {each["key"]: each for each in found}


async def test_the_meter_left_at_home(monitoring: Api) -> None:
    """§7b: last reading Mon 09-14 21:30, low at 48 h, moderate at 72 h, closed by the first data."""
    patient = await on_insulin(monitoring)
    await patient.measures(164, "2026-09-14 21:30")
    assert await missing(patient, "2026-09-16 21:29") == {}
    assert await missing(patient, "2026-09-16 21:30") == {"SILENCE-GLUCOSE": "low"}
    assert await missing(patient, "2026-09-17 21:29") == {"SILENCE-GLUCOSE": "low"}
    assert await missing(patient, "2026-09-17 21:30") == {"SILENCE-GLUCOSE": "moderate"}
    assert await missing(patient, "2026-09-30 21:30") == {"SILENCE-GLUCOSE": "moderate"}, "never more by itself"
    (alert,) = await patient.alerts("2026-09-30 21:31")
    assert "last received Mon 2026-09-14 21:30" in alert["arithmetic"]
    assert alert["citation"] == "Project default, missing data (clinical §1.11)"
    answered = await patient.measures(201, "2026-09-30 22:00")
    assert [each["id"] for each in answered["alerts"]] == [alert["id"]]
    (closed,) = await patient.alerts("2026-09-30 22:01")
    assert (closed["state"], closed["disposition"]) == ("closed", "data-received")
    assert await missing(patient, "2026-10-02 21:59") == {}
    assert await missing(patient, "2026-10-02 22:00") == {"SILENCE-GLUCOSE": "low"}, "a new silence is a new alert"


async def test_who_never_started_is_silent_from_the_first_day(monitoring: Api) -> None:
    patient = await on_insulin(monitoring, "2026-09-14 08:00")
    assert await missing(patient, "2026-09-16 08:00") == {"SILENCE-GLUCOSE": "low"}
    (alert,) = await patient.alerts("2026-09-16 08:01")
    assert "expected from Mon 2026-09-14 08:00" in alert["arithmetic"]


async def test_without_insulin_a_week_is_waited(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    assert await missing(patient, "2026-09-07 23:59") == {}
    assert await missing(patient, "2026-09-08 00:00") == {"SILENCE-GLUCOSE-WEEK": "low"}
    assert await missing(patient, "2026-09-15 00:00") == {"SILENCE-GLUCOSE-WEEK": "moderate"}


async def test_weight_is_waited_for_until_noon_of_the_second_day(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await patient.weighs(81, "2026-09-08 07:00")
    assert await missing(patient, "2026-09-10 11:59") == {}
    assert await missing(patient, "2026-09-10 12:00") == {"SILENCE-WEIGHT": "low"}
    assert await missing(patient, "2026-09-11 12:00") == {"SILENCE-WEIGHT": "moderate"}


async def test_silence_is_judged_on_receipt(monitoring: Api) -> None:
    patient = await on_insulin(monitoring)
    await patient.sends("glucose_smbg", 140, "mg/dL", "2026-09-14 21:00", received="2026-09-16 20:00")
    assert await missing(patient, "2026-09-18 19:59") == {}
    assert await missing(patient, "2026-09-18 20:00") == {"SILENCE-GLUCOSE": "low"}


async def test_the_patients_own_order_replaces_the_wait(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    path = f"/v1/enrollments/{patient.enrollment['id']}/expectations"
    body = {"expectation": "SILENCE-GLUCOSE-WEEK", "per_day": 2, "low_hours": 48, "moderate_hours": 72, "reason": "Ill"}
    await patient.act(path, body, version=1, now="2026-09-01 08:00")
    unknown = {**body, "expectation": "SILENCE-WEIGHT"}
    answer = await patient.client(now="2026-09-01 08:00").post(path, json=unknown, headers={"If-Match": '"2"'})
    assert problem(answer) == (422, "expectation.unknown")
    assert await missing(patient, "2026-09-02 23:59") == {}
    assert await missing(patient, "2026-09-03 00:00") == {"SILENCE-GLUCOSE-WEEK": "low"}
    assert (await expected_of(patient, "2026-09-03 00:01"))["SILENCE-GLUCOSE-WEEK"]["ordered"]


async def test_nothing_is_missing_of_somebody_who_travels_or_lies_in_hospital(monitoring: Api) -> None:
    patient = await on_insulin(monitoring, "2026-09-14 08:00")
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    paused = await patient.act(f"{path}/pause", {"reason": "Travels"}, version=1, now="2026-09-15 08:00")
    assert await missing(patient, "2026-09-20 08:00") == {}
    resumed = await patient.act(f"{path}/resume", {"reason": "Back"}, version=paused["version"], now="2026-09-20 09:00")
    assert resumed["state"] == "active"
    assert await missing(patient, "2026-09-22 08:59") == {}
    assert await missing(patient, "2026-09-22 09:00") == {"SILENCE-GLUCOSE": "low"}
    await stays(patient, "2026-09-22 10:00", None)
    assert await missing(patient, "2026-09-22 10:01") == {}, "nothing more is expected of an inpatient"
    (closed,) = [each for each in await patient.alerts("2026-09-22 10:02") if each["rule"] == "SILENCE-GLUCOSE"]
    assert (closed["state"], closed["disposition"]) == ("closed", "not-expected")
    await stays(patient, "2026-09-22 10:00", "2026-09-25 10:00")
    assert await missing(patient, "2026-09-27 09:59") == {}
    assert await missing(patient, "2026-09-27 10:00") == {"SILENCE-GLUCOSE": "low"}


async def test_silence_after_an_unresolved_high_is_high_at_24_hours(monitoring: Api) -> None:
    patient = await on_insulin(monitoring)
    await sweep(monitoring, "2026-09-15 07:00")
    await patient.measures(50, "2026-09-15 08:00")
    assert await missing(patient, "2026-09-16 07:59") == {}
    assert await missing(patient, "2026-09-16 08:00") == {"SILENCE-GLUCOSE": "high"}


async def test_a_high_that_is_over_does_not_raise_the_silence_after_it(monitoring: Api) -> None:
    patient = await on_insulin(monitoring)
    await sweep(monitoring, "2026-09-15 07:00")
    await patient.measures(50, "2026-09-15 08:00")
    await patient.measures(110, "2026-09-15 08:15")
    assert await missing(patient, "2026-09-16 08:30") == {}
    assert await missing(patient, "2026-09-17 08:15") == {"SILENCE-GLUCOSE": "low"}


async def test_a_nurse_who_closes_it_is_not_asked_again_for_the_same_silence(monitoring: Api) -> None:
    patient = await on_insulin(monitoring, "2026-09-14 08:00")
    await missing(patient, "2026-09-16 08:00")
    (alert,) = await patient.alerts("2026-09-16 08:01")
    body = {"disposition": "resolved", "assessment": "Meter at home", "action": "Fetches it"}
    await patient.act(f"/v1/alerts/{alert['id']}/resolve", body, version=1, now="2026-09-16 10:00")
    assert await missing(patient, "2026-09-18 09:59") == {}
    assert await missing(patient, "2026-09-18 10:00") == {"SILENCE-GLUCOSE": "low"}


async def test_a1c_is_low_a_day_after_it_was_due_and_moderate_thirty_days_after(monitoring: Api) -> None:
    """§7b: 8.6 % on 05-18, not at goal: due 08-18, low from 08-19, moderate from 09-17; then due 12-25, a holiday."""
    patient = await with_diabetes(monitoring, "2026-08-01 09:00")
    await patient.sends("hba1c", 8.6, "%", "2026-05-18 09:00", received="2026-08-01 10:00")
    for now, stands in (
        ("2026-08-18 23:59", None),
        ("2026-08-19 00:00", "low"),
        ("2026-09-16 23:59", "low"),
        ("2026-09-17 00:00", "moderate"),
    ):
        await sweep(monitoring, now)
        assert (await patient.standing(now)).get("OVERDUE-A1C") == stands, now
    await patient.sends("hba1c", 8.2, "%", "2026-09-25 08:00")
    assert "OVERDUE-A1C" not in await patient.standing("2026-09-25 08:01")
    a1c = (await expected_of(patient, "2026-09-25 08:01"))["OVERDUE-A1C"]
    assert (a1c["due_on"], a1c["nudge_on"]) == ("2026-12-25", "2026-12-24")
    admin = monitoring.as_(Role.CLINIC_ADMIN, now=local("2026-09-25 08:01"))
    rota = await admin.put("/v1/rota", json={"holidays": "JP"}, headers={"If-Match": '"0"'})
    assert rota.status_code == 200, rota.text
    a1c = (await expected_of(patient, "2026-09-25 08:01"))["OVERDUE-A1C"]
    assert a1c["nudge_on"] == "2026-12-25", "a Friday on which this practice works"


async def test_the_sensors_indicator_ends_an_overdue_a1c(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, "2026-08-01 09:00")
    await patient.sends("hba1c", 8.6, "%", "2026-05-18 09:00", received="2026-08-01 10:00")
    await sweep(monitoring, "2026-08-19 00:00")
    assert (await patient.standing("2026-08-19 00:01")).get("OVERDUE-A1C") == "low"
    await patient.sends("cgm_gmi", 6.8, "%", "2026-08-20 08:00")
    assert "OVERDUE-A1C" not in await patient.standing("2026-08-20 08:01")
    a1c = (await expected_of(patient, "2026-08-20 08:01"))["OVERDUE-A1C"]
    assert a1c["due_on"] == "2027-02-20", "at goal: after six months"


async def test_one_dark_cloud_is_one_finding(monitoring: Api) -> None:
    patients = []
    for _ in range(12):
        patients.append(await a_patient_with(monitoring, "diabetes", "2026-09-14 06:00", patient=_someone(), **INSULIN))
        await patients[-1].sends("glucose_smbg", 140, "mg/dL", "2026-09-14 08:00", source="cloud-a/1")
    await sweep(monitoring, "2026-09-16 08:00")
    blackouts = monitoring.as_(Role.SUPERVISOR, now=local("2026-09-16 08:01"))
    (found,) = (await blackouts.get("/v1/blackouts", params={"live": True})).json()["items"]
    assert (found["cloud"], found["patients"]) == ("cloud-a", 12)
    for patient in patients:
        assert await patient.standing("2026-09-16 08:01") == {}
    await patients[0].sends("glucose_smbg", 130, "mg/dL", "2026-09-16 12:00", source="cloud-a/1")
    await sweep(monitoring, "2026-09-16 12:15")
    assert (await blackouts.get("/v1/blackouts", params={"live": True})).json()["items"] == []
    await sweep(monitoring, "2026-09-16 12:31")
    for patient in patients[2:]:
        await patient.sends("glucose_smbg", 130, "mg/dL", "2026-09-18 08:00", source="cloud-a/1")
    assert await missing(patients[1], "2026-09-18 12:14") == {}, "waiting begins with the end of the blackout"
    assert await missing(patients[1], "2026-09-18 12:31") == {"SILENCE-GLUCOSE": "low"}


def _someone() -> dict[str, Any]:
    return {"version": 1, **identity()}


async def test_few_silent_patients_of_a_cloud_are_each_asked_after(monitoring: Api) -> None:
    patient = await on_insulin(monitoring, "2026-09-14 06:00")
    await patient.sends("glucose_smbg", 140, "mg/dL", "2026-09-14 08:00", source="cloud-b/1")
    assert await missing(patient, "2026-09-16 08:00") == {"SILENCE-GLUCOSE": "low"}


_HOURS = st.lists(st.integers(min_value=1, max_value=200), min_size=1, max_size=6, unique=True)


@pytest.mark.usefixtures("monitoring")
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=_HOURS, sweeps=_HOURS)
async def test_any_sweeps_between_end_in_the_same_alerts(monitoring: Api, data: list[int], sweeps: list[int]) -> None:
    """L2: swept at any hours, any number of times, or only at the end, the same stands."""
    often, once = [await on_insulin(monitoring, "2026-09-01 00:00") for _ in range(2)]
    events = sorted([(hour, "data") for hour in data] + [(hour, "sweep") for hour in sweeps])
    for hour, kind in events:
        now = f"2026-09-{1 + hour // 24:02} {hour % 24:02}:00"
        if kind == "sweep":
            await sweep(monitoring, now)
            await sweep(monitoring, now)
        else:
            await often.measures(140, now)
    for hour in sorted(data):
        await once.measures(140, f"2026-09-{1 + hour // 24:02} {hour % 24:02}:00")
    end = "2026-09-12 00:00"
    assert await missing(often, end) == await missing(once, end) != {}
    began = [[a["began_at"] for a in await each.alerts(end) if a["state"] == "open"] for each in (often, once)]
    assert began[0] == began[1]
