"""Time entries over HTTP: what counts, what is refused, and what stays on record."""

import asyncio
from typing import Any

import httpx

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, local, with_diabetes

NOW = "2026-10-02 09:00"


def spent(patient: Patient, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {
        "patient_id": patient.id,
        "programme": "rpm",
        "credential": "rn",
        "started_at": local(start).isoformat(),
        "ended_at": local(end).isoformat(),
        "activity": "call",
        **more,
    }


async def logs(
    patient: Patient, start: str, end: str, *, role: Role = Role.CASE_MANAGER, **more: Any
) -> httpx.Response:
    return await patient.client(role, now=NOW).post("/v1/time-entries", json=spent(patient, start, end, **more))


async def test_seconds_are_kept_and_the_caller_is_the_staff(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    answer = await logs(patient, "2026-09-10 10:00:00", "2026-09-10 10:19:59", contact="interactive")
    assert answer.status_code == 201, answer.text
    entry = answer.json()
    assert (entry["seconds"], entry["staff"], entry["recorded_by"]) == (1199, "case_manager-1", "case_manager-1")
    assert [(act["act"], act["allowed"]) for act in entry["acts"]] == [("correct", True), ("void", True)]
    read = await patient.client(Role.AUDITOR, now=NOW).get(answer.headers["location"])
    assert read.json() == {**entry, "acts": read.json()["acts"]}
    assert [act["allowed"] for act in read.json()["acts"]] == [False, False]


async def test_minutes_stand_for_an_end_and_one_of_the_two_is_given(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    nurse = patient.client(now=NOW)
    body = spent(patient, "2026-09-10 10:00", "2026-09-10 10:20")
    both = await nurse.post("/v1/time-entries", json={**body, "minutes": 20})
    assert problem(both)[0] == 422
    only = {**body, "minutes": 20}
    del only["ended_at"]
    assert (await nurse.post("/v1/time-entries", json=only)).json()["seconds"] == 1200


async def test_a_minute_of_one_patient_is_taken_once_by_whomever_and_for_whatever(monitoring: Api) -> None:
    patient, other = await with_diabetes(monitoring), await with_diabetes(monitoring)
    first = (await logs(patient, "2026-09-10 10:00", "2026-09-10 10:20")).json()
    twice = await logs(
        patient, "2026-09-10 10:19", "2026-09-10 10:30", role=Role.PHARMACIST, credential="pharmacist", programme="ccm"
    )
    assert problem(twice) == (409, "time-entry.overlap")
    assert twice.json()["entry_id"] == first["id"]
    assert (await logs(patient, "2026-09-10 10:20", "2026-09-10 10:30", programme="ccm")).status_code == 201
    assert (await logs(other, "2026-09-10 10:00", "2026-09-10 10:20")).status_code == 201


async def test_two_at_the_same_moment_have_one_winner(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    answers = await asyncio.gather(
        *(logs(patient, "2026-09-10 10:00", f"2026-09-10 10:{20 + n}", staff=f"nurse-{n}") for n in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_a_correction_replaces_and_a_void_removes_and_both_stay_on_record(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    wrong = (await logs(patient, "2026-09-10 10:00", "2026-09-10 10:40")).json()
    body = spent(patient, "2026-09-10 10:00", "2026-09-10 10:14", reason="Ended earlier")
    del body["patient_id"]
    right = await patient.act(f"/v1/time-entries/{wrong['id']}/correct", body, version=1, now=NOW)
    assert (right["replaces"], right["seconds"]) == (wrong["id"], 840)
    # The minutes the wrong entry held are free again.
    assert (await logs(patient, "2026-09-10 10:14", "2026-09-10 10:20", programme="ccm")).status_code == 201
    nurse = patient.client(now=NOW)
    again = await nurse.post(
        f"/v1/time-entries/{wrong['id']}/void", json={"reason": "twice"}, headers={"If-Match": '"2"'}
    )
    assert problem(again) == (409, "time-entry.voided")
    await patient.act(f"/v1/time-entries/{right['id']}/void", {"reason": "Other patient"}, version=1, now=NOW)
    kept = (await nurse.get("/v1/time-entries", params={"patient_id": patient.id})).json()["items"]
    assert [(one["seconds"], one["void_reason"], one["voided_by"]) for one in kept] == [
        (2400, "Ended earlier", "case_manager-1"),
        (840, "Other patient", "case_manager-1"),
        (360, None, None),
    ]
    standing = await nurse.get("/v1/time-entries", params={"patient_id": patient.id, "standing": True})
    assert [one["programme"] for one in standing.json()["items"]] == ["ccm"]


async def test_a_correction_that_would_count_twice_leaves_everything_as_it_was(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    entry = (await logs(patient, "2026-09-10 10:00", "2026-09-10 10:10")).json()
    await logs(patient, "2026-09-10 10:10", "2026-09-10 10:20")
    body = spent(patient, "2026-09-10 10:00", "2026-09-10 10:12", reason="Longer")
    del body["patient_id"]
    nurse = patient.client(now=NOW)
    path = f"/v1/time-entries/{entry['id']}"
    refused = await nurse.post(f"{path}/correct", json=body, headers={"If-Match": '"1"'})
    assert problem(refused) == (409, "time-entry.overlap")
    assert (await nurse.get(path)).json()["voided_at"] is None


async def test_days_follow_the_practices_clock_and_until_it_has_one_the_patients(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    entry = (await logs(patient, "2026-09-30 23:50", "2026-10-01 00:10")).json()
    assert (entry["zone"], [piece["day"] for piece in entry["pieces"]]) == (
        "America/New_York",
        ["2026-09-30", "2026-10-01"],
    )
    admin = monitoring.as_(Role.CLINIC_ADMIN, now=local(NOW))
    assert (await admin.get("/v1/practice")).json()["time_zone"] is None
    said = await admin.put("/v1/practice", json={"time_zone": "America/Los_Angeles"}, headers={"If-Match": '"0"'})
    assert (said.status_code, said.json()["version"]) == (200, 1)
    late = await admin.put("/v1/practice", json={"time_zone": "UTC"}, headers={"If-Match": '"0"'})
    assert problem(late) == (412, "version.stale")
    read = (await admin.get(f"/v1/time-entries/{entry['id']}")).json()
    assert [(piece["day"], piece["seconds"]) for piece in read["pieces"]] == [("2026-09-30", 1200)]


async def test_rpm_and_rtm_are_not_for_one_patient_in_one_month(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await logs(patient, "2026-09-10 10:00", "2026-09-10 10:10")
    september = await logs(patient, "2026-09-29 10:00", "2026-09-29 10:10", programme="rtm")
    assert problem(september) == (409, "time-entry.rpm-with-rtm")
    assert (await logs(patient, "2026-10-01 10:00", "2026-10-01 10:10", programme="rtm")).status_code == 201


async def test_a_patient_of_nobody_and_time_to_come_are_refused(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    assert problem(await logs(patient, "2026-10-02 08:50", "2026-10-02 09:01")) == (422, "time-entry.times")
    unknown = "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12"
    stranger = await logs(patient, "2026-09-10 10:00", "2026-09-10 10:10", patient_id=unknown)
    assert problem(stranger) == (404, "not-found")
