"""The evidence of a month: §7b's counters and what they hang on."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, agreed, local, path_of, with_diabetes

NOW = "2026-09-30 18:00"


async def evidence(patient: Patient, month: str = "2026-09", now: str = NOW) -> dict[str, Any]:
    answer = await patient.client(now=now).get(f"/v1/patients/{patient.id}/evidence", params={"month": month})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def works(patient: Patient, programme: str, at: str, minutes: int, **more: Any) -> dict[str, Any]:
    body = {
        "patient_id": patient.id,
        "programme": programme,
        "credential": "rn",
        "started_at": local(at).isoformat(),
        "minutes": minutes,
        "activity": "call",
        **more,
    }
    answer = await patient.client(now="2026-10-02 09:00").post("/v1/time-entries", json=body)
    assert answer.status_code == 201, answer.text
    logged: dict[str, Any] = answer.json()
    return logged


def reached(counts: list[dict[str, Any]]) -> dict[str, int]:
    return {each["code"]: each["count"] for each in counts if each["count"]}


async def test_the_month_of_the_worked_example(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    mine = await patient.has_device("2026-09-01 00:00", source=f"meter-{patient.id}")
    silent = {15, 16, 17}
    items = [
        patient.item(
            "glucose_smbg",
            120,
            "mg/dL",
            f"2026-09-{day:02} 07:00",
            context={"entry": "manual"} if day == 24 else {},
            source=mine["source"],
        )
        for day in range(1, 31)
        if day not in silent
    ]
    await patient.batch(items, now=NOW)
    for day, minutes, contact in ((3, 6, "none"), (10, 14, "interactive"), (13, 15, "interactive"), (20, 4, "none")):
        await works(patient, "rpm", f"2026-09-{day:02} 09:00", minutes, contact=contact)
    for day, minutes in ((4, 6), (8, 5), (14, 9), (18, 5), (28, 3)):
        await works(patient, "ccm", f"2026-09-{day:02} 10:00", minutes)
    found = await evidence(patient)
    assert [(each["programme"], each["minutes"], reached(each["counts"])) for each in found["programmes"]] == [
        ("rpm", 39, {"99457": 1}),
        ("ccm", 28, {"99490": 1}),
    ]
    window = found["windows"][0]
    assert (window["first_day"], window["device_days"], reached(window["counts"])) == ("2026-09-01", 26, {"99454": 1})
    assert "2026-09-24" not in window["days"]
    assert not {*found["programmes"][0]["entries"]} & {*found["programmes"][1]["entries"]}
    assert "RPM: 39 minutes are logged; 99458 counts from 40." in found["missing"]
    assert "not billing advice" in found["notice"]


async def test_nineteen_minutes_and_fifty_nine_seconds_are_not_twenty(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await works(patient, "ccm", "2026-09-10 10:00", 10)
    await works(patient, "ccm", "2026-09-11 10:00", 9)
    nurse = patient.client(now="2026-10-02 09:00")
    body = {
        "patient_id": patient.id,
        "programme": "ccm",
        "credential": "rn",
        "started_at": local("2026-09-12 10:00:00").isoformat(),
        "ended_at": local("2026-09-12 10:00:59").isoformat(),
        "activity": "call",
    }
    await nurse.post("/v1/time-entries", json=body)
    ccm = (await evidence(patient))["programmes"][0]
    assert (ccm["seconds"], ccm["minutes"], reached(ccm["counts"])) == (1199, 19, {})
    second = {
        "started_at": local("2026-09-12 10:00:59").isoformat(),
        "ended_at": local("2026-09-12 10:01:00").isoformat(),
    }
    await nurse.post("/v1/time-entries", json={**body, **second})
    assert reached((await evidence(patient))["programmes"][0]["counts"]) == {"99490": 1}


async def test_a_call_over_the_month_end_gives_each_month_its_own_minutes(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await works(patient, "rpm", "2026-09-30 23:50", 20, contact="interactive")
    for month in ("2026-09", "2026-10"):
        rpm = (await evidence(patient, month, "2026-10-02 09:00"))["programmes"][0]
        assert (rpm["minutes"], reached(rpm["counts"])) == (10, {"99470": 1})


async def test_a_voided_entry_and_another_patients_count_nowhere(monitoring: Api) -> None:
    patient, other = await with_diabetes(monitoring), await with_diabetes(monitoring)
    entry = await works(patient, "ccm", "2026-09-10 10:00", 20)
    await works(other, "ccm", "2026-09-10 10:00", 20)
    await patient.act(f"/v1/time-entries/{entry['id']}/void", {"reason": "Twice"}, version=1, now="2026-10-02 09:00")
    assert (await evidence(patient))["programmes"] == []


async def test_typed_told_laboratory_and_voided_values_are_no_device_days(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await patient.has_device("2026-09-01 00:00")
    await patient.measures(120, "2026-09-01 07:00")
    await patient.sends("glucose_smbg", 121, "mg/dL", "2026-09-02 07:00", context={"entry": "manual"})
    await patient.sends("glucose_smbg", 121, "mg/dL", "2026-09-03 07:00", source="check-in:7")
    await patient.sends("hba1c", 7.9, "%", "2026-09-04 07:00")
    voided = await patient.measures(122, "2026-09-05 07:00")
    reading = voided["reading"]
    await patient.act(
        f"/v1/readings/{reading['id']}/void",
        {"reason": "A visitor"},
        version=reading["version"],
        now="2026-09-05 08:00",
    )
    await patient.measures(123, "2026-09-06 23:30")
    await patient.measures(124, "2026-09-06 23:50")
    window = (await evidence(patient))["windows"][0]
    assert window["days"] == ["2026-09-01", "2026-09-06"]
    assert reached(window["counts"]) == {"99445": 1}
    before = (await evidence(patient, now="2026-09-06 12:00"))["windows"][0]
    assert (before["device_days"], reached(before["counts"])) == (1, {})


async def test_consent_to_a_programme_is_asked_for(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    sentence = "No consent to take part in a programme was in force in this month."
    found = await evidence(patient)
    assert (found["consent"], sentence in found["missing"]) == (False, True)
    await patient.act(
        f"/v1/enrollments/{patient.enrollment['id']}/consents",
        agreed(local("2026-09-10 10:00").isoformat(), "program"),
        version=patient.enrollment["version"],
        now="2026-09-10 10:00",
    )
    found = await evidence(patient)
    assert (found["consent"], sentence in found["missing"]) == (True, False)
    assert (await evidence(patient, "2026-08"))["consent"] is False


async def test_a_month_that_is_none_and_a_strangers_patient_are_refused(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    nurse = patient.client(Role.AUDITOR, now=NOW)
    assert problem(await nurse.get(f"/v1/patients/{patient.id}/evidence", params={"month": "2026-13"}))[0] == 422
    nobody = await nurse.get("/v1/patients/018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12/evidence", params={"month": "2026-09"})
    assert problem(nobody) == (404, "not-found")


async def test_only_what_a_registered_device_sends_by_itself_in_its_time_is_a_device_day(monitoring: Api) -> None:
    patient, other = await with_diabetes(monitoring), await with_diabetes(monitoring)
    device = await patient.has_device("2026-09-02 08:00", source="meter-1")
    await patient.has_device("2026-09-02 08:00", source="meter-2", transmits=False)
    await other.has_device("2026-09-01 08:00", source="meter-3")
    await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-02 07:59", source="meter-1")  # before it was handed out
    await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-03 07:00", source="meter-1")
    await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-04 07:00", source="meter-2")  # read off, not sent
    await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-05 07:00", source="an-app")  # nobody's device
    path = f"/v1/devices/{device['id']}/return"
    await patient.act(path, {"reason": "Replaced"}, version=device["version"], now="2026-09-06 08:00")
    await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-06 07:59", source="meter-1", received="2026-09-07 08:00")
    await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-06 08:00", source="meter-1")
    await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-08 07:00", source="meter-1")
    window = (await evidence(patient))["windows"][0]
    assert (window["first_day"], window["days"]) == ("2026-09-03", ["2026-09-03", "2026-09-06"])
    assert (await evidence(other))["windows"] == []


async def blows(patient: Patient, days: list[int], source: str) -> None:
    items = [patient.item("pef", 400, "L/min", f"2026-09-{day:02} 07:00", source=source) for day in days]
    await patient.batch(items, now=NOW)


async def test_respiratory_days_and_set_up_count_from_two_days_on(monitoring: Api) -> None:
    expected: dict[int, tuple[dict[str, int], dict[str, int]]] = {
        1: ({}, {}),
        2: ({"99445": 1, "98984": 1}, {"99453": 1, "98975": 1}),
        15: ({"99445": 1, "98984": 1}, {"99453": 1, "98975": 1}),
        16: ({"99454": 1, "98976": 1}, {"99453": 1, "98975": 1}),
    }
    for days, (counts, set_up) in expected.items():
        patient = await a_patient_with(monitoring, "asthma", "2026-09-01 00:00")
        device = await patient.has_device("2026-09-01 00:00", source=f"meter-{patient.id}", kind="peak-flow-meter")
        await blows(patient, list(range(2, 2 + days)), device["source"])
        found = await evidence(patient)
        assert (reached(found["windows"][0]["counts"]), reached(found["set_up"]["counts"])) == (counts, set_up), days
        assert (found["set_up"]["first_used_on"], len(found["windows"][0]["respiratory_days"])) == ("2026-09-02", days)
        later = await evidence(patient, "2026-11", now="2026-11-30 18:00")
        assert later["set_up"] is None, "once"


async def test_a_glucose_meter_is_no_respiratory_device(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    device = await patient.has_device("2026-09-01 00:00", source=f"meter-{patient.id}")
    for day in (2, 3):
        await patient.sends("glucose_smbg", 120, "mg/dL", f"2026-09-{day:02} 07:00", source=device["source"])
    found = await evidence(patient)
    assert reached(found["windows"][0]["counts"]) == {"99445": 1}
    assert reached(found["set_up"]["counts"]) == {"99453": 1}


async def test_thirty_minutes_of_a_physicians_review_in_the_period(monitoring: Api) -> None:
    for minutes, counted in ((29, 0), (30, 1)):
        patient = await with_diabetes(monitoring)
        device = await patient.has_device("2026-09-01 00:00", source=f"meter-{patient.id}")
        await patient.sends("glucose_smbg", 120, "mg/dL", "2026-09-02 07:00", source=device["source"])
        await works(patient, "rpm", "2026-09-10 09:00", minutes, credential="physician")
        await works(patient, "rpm", "2026-09-11 09:00", 40)
        (window, *_) = (await evidence(patient))["windows"]
        review = next(each for each in window["counts"] if each["code"] == "99091")
        assert (window["review_minutes"], review["count"]) == (minutes, counted)
        assert review["not_with"] == ["99457", "99470"]


async def test_what_the_record_shows_of_apcm(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    before = {each["key"]: each["holds"] for each in (await evidence(patient))["apcm"]}
    assert before == {
        "consent": False, "access": False, "team": False, "care-plan": False, "risk": True, "conditions": True,
        "contact": False,
    }  # fmt: skip
    await a_patient_with(monitoring, "hypertension", "2026-09-10 09:00", patient_id=patient.id)
    await works(patient, "apcm", "2026-09-11 09:00", 5, contact="interactive")
    after = {each["key"]: each for each in (await evidence(patient))["apcm"]}
    assert after["contact"]["holds"]
    assert after["conditions"]["detail"] == "2 in the month: G0557, with risk"
    earlier = {each["key"]: each["holds"] for each in (await evidence(patient, "2026-07"))["apcm"]}
    assert not earlier["conditions"]


async def acts(patient: Patient, act: str, at: str, **body: str) -> None:
    client = patient.client(now=at)
    version = (await client.get(path_of(patient))).json()["version"]
    await patient.act(f"{path_of(patient)}/{act}", {"reason": "Said so", **body}, version=version, now=at)


async def elements(patient: Patient, month: str, now: str) -> dict[str, tuple[bool, str]]:
    found = (await evidence(patient, month, now))["apcm"]
    return {each["key"]: (each["holds"], each["detail"]) for each in found}


async def test_a_month_keeps_its_tier_its_case_manager_and_its_rota(monitoring: Api) -> None:
    """What is changed in October says nothing of September."""
    patient = await a_patient_with(monitoring, "diabetes", "2026-08-20 09:00", case_manager="ana")
    await acts(patient, "tier", "2026-09-12 09:00", tier="stable")
    await acts(patient, "case-manager", "2026-09-15 23:30", case_manager="ben")
    admin = monitoring.as_(Role.CLINIC_ADMIN, now=local("2026-09-20 09:00"))
    rota = {"always_covered": True}
    (await admin.put("/v1/rota", json=rota, headers={"If-Match": '"0"'})).raise_for_status()
    september = await elements(patient, "2026-09", "2026-09-30 23:59")
    assert september["risk"] == (True, "diabetes: high, stable from 2026-09-12")
    assert september["team"] == (True, "diabetes: ana, ben from 2026-09-15")
    hours = "the rota has hours, somebody day and night by the rota from 2026-09-20"
    assert september["access"] == (False, hours), "not through the whole month"
    await acts(patient, "tier", "2026-10-10 09:00", tier="rising")
    await acts(patient, "case-manager", "2026-10-10 09:30", case_manager="cleo")
    later = monitoring.as_(Role.CLINIC_ADMIN, now=local("2026-11-01 09:00"))
    (await later.put("/v1/rota", json={}, headers={"If-Match": '"1"'})).raise_for_status()
    assert await elements(patient, "2026-09", "2026-11-20 09:00") == september
    october = await elements(patient, "2026-10", "2026-11-20 09:00")
    assert october["access"] == (True, "somebody day and night by the rota")
    assert october["risk"] == (True, "diabetes: stable, rising from 2026-10-10")
    august = await elements(patient, "2026-08", "2026-11-20 09:00")
    assert (august["risk"][1], august["team"][1]) == ("diabetes: high", "diabetes: ana")
    assert august["access"] == (False, "the rota has hours")
    assert (await elements(patient, "2026-07", "2026-11-20 09:00"))["risk"] == (
        False,
        "nobody is followed under a tier",
    )
