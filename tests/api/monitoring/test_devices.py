"""Devices: with whom, from when until when; what a device sends for somebody else is put aside."""

from typing import Any
from uuid import uuid4

import pytest

from services.monitoring.domain.devices import Assignment, somebody_elses
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, local, with_diabetes

SCALE = {"kind": "scale", "serial": "SN-1", "source": "scale-1"}


async def given(patient: Patient, at: str, **more: Any) -> Any:
    path = f"/v1/enrollments/{patient.enrollment['id']}/devices"
    return await patient.client(now=at).post(path, json={**SCALE, **more})


async def weighed(patient: Patient, at: str, source: str = "scale-1") -> Any:
    return await patient.tries("body_weight", 81.0, "kg", at, source=source)


async def test_what_a_device_sends_for_another_patient_is_put_aside(monitoring: Api) -> None:
    owner, other = await with_diabetes(monitoring), await with_diabetes(monitoring)
    device = (await given(owner, "2026-09-02 08:00")).json()
    assert (device["source"], device["assigned_by"], device["ends_at"]) == ("scale-1", "case_manager-1", None)
    assert (await weighed(owner, "2026-09-03 07:00")).status_code == 201
    aside = await weighed(other, "2026-09-03 07:05")
    assert problem(aside) == (422, "device.other-patient")
    issue = (await other.client(now="2026-09-03 08:00").get(f"/v1/reading-issues/{aside.json()['issue_id']}")).json()
    assert (issue["outcome"], issue["code"], issue["patient_id"]) == ("quarantined", "device.other-patient", other.id)
    assert (await weighed(other, "2026-09-03 07:10", source="scale-2")).status_code == 201, "nobody's device"

    path = f"/v1/devices/{device['id']}/return"
    back = await owner.act(path, {"reason": "Replaced"}, version=1, now="2026-09-05 08:00")
    assert (back["returned_by"], back["ends_at"]) == ("case_manager-1", "2026-09-05T12:00:00Z")
    assert (await given(other, "2026-09-05 09:00")).status_code == 201
    assert (await weighed(other, "2026-09-06 07:00")).status_code == 201
    late = await other.tries("body_weight", 82, "kg", "2026-09-04 07:00", source="scale-1", received="2026-09-06 08:00")
    assert problem(late) == (422, "device.other-patient"), "the instant of measurement counts, not the arrival"
    listed = (await owner.client(now="2026-09-06 09:00").get("/v1/devices", params={"patient_id": owner.id})).json()
    assert [each["return_reason"] for each in listed["items"]] == ["Replaced"]


async def test_a_device_is_with_one_patient_unless_a_household_shares_it(monitoring: Api) -> None:
    one, two = await with_diabetes(monitoring), await with_diabetes(monitoring)
    assert (await given(one, "2026-09-02 08:00")).status_code == 201
    assert problem(await given(two, "2026-09-02 09:00")) == (409, "device.taken")
    assert problem(await given(two, "2026-09-02 09:00", shared=True)) == (409, "device.taken")
    household = {"serial": "SN-2", "source": "scale-home", "shared": True}
    for patient in (one, two):
        assert (await given(patient, "2026-09-02 10:00", **household)).status_code == 201
        assert (await weighed(patient, "2026-09-03 07:00", source="scale-home")).status_code == 201
    stranger = await with_diabetes(monitoring)
    assert problem(await weighed(stranger, "2026-09-03 07:00", source="scale-home")) == (422, "device.other-patient")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"kind": "bp-cuffless"}, (422, "device.not-accepted")),
        ({"kind": "bp-cuff-upper-arm"}, (422, "device.not-accepted")),
        ({"kind": "bp-cuff-upper-arm", "validated": True}, None),
        ({"starts_at": local("2026-09-03 00:00").isoformat()}, (422, "device.period")),
    ],
)
async def test_only_what_can_be_trusted_is_handed_out(
    monitoring: Api, more: dict[str, Any], expected: tuple[int, str] | None
) -> None:
    patient = await with_diabetes(monitoring)
    answer = await given(patient, "2026-09-02 08:00", **more)
    assert (answer.status_code if expected is None else problem(answer)) == (expected or 201)


async def test_a_device_comes_back_once(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    device = (await given(patient, "2026-09-02 08:00")).json()
    path = f"/v1/devices/{device['id']}/return"
    early = {"reason": "x", "ends_at": local("2026-09-01 08:00").isoformat()}
    client = patient.client(now="2026-09-03 08:00")
    assert problem(await client.post(path, json=early, headers={"If-Match": '"1"'})) == (422, "device.period")
    await patient.act(path, {"reason": "Broken"}, version=1, now="2026-09-03 08:00")
    again = await client.post(path, json={"reason": "Broken"}, headers={"If-Match": '"2"'})
    assert problem(again) == (409, "device.returned")


def test_the_instants_at_both_ends() -> None:
    owner, other = uuid4(), uuid4()
    start, end = local("2026-09-02 08:00"), local("2026-09-05 08:00")
    known = [Assignment("scale-1", owner, start, end)]
    assert not somebody_elses(known, owner, start)
    assert somebody_elses(known, other, start)
    assert not somebody_elses(known, other, end)
