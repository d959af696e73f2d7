"""Values beyond a soft limit are kept, flagged, and wait for somebody to say that they are right (clinical §1.0.2)."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, a_patient_with, local, with_diabetes, with_heart_failure

LATER = "2026-09-08 09:00"


async def waiting(patient: Patient, now: str = LATER) -> list[str]:
    answer = await patient.client(now=now).get("/v1/readings/unverified", params={"patient_id": patient.id})
    assert answer.status_code == 200, answer.text
    return [reading["id"] for reading in answer.json()["items"]]


async def test_a_flagged_value_waits_until_somebody_verifies_it(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    usual = await patient.sends("heart_rate", 88, "/min", "2026-09-08 07:00")
    strange = await patient.sends("heart_rate", 155, "/min", "2026-09-08 07:05")
    assert (usual["reading"]["flags"], bool(strange["reading"]["flags"])) == ([], True)
    assert await waiting(patient) == [strange["reading"]["id"]]
    path = f"/v1/readings/{strange['reading']['id']}/verify"
    done = await patient.act(path, {"how": "Counted the pulse on the phone"}, version=1, now=LATER)
    assert (done["reading"]["version"], done["reading"]["value"]) == (2, "155")
    assert done["reading"]["context"] == {"verified": True}
    assert await waiting(patient) == []
    versions = (await patient.client(now=LATER).get(f"/v1/readings/{strange['reading']['id']}/versions")).json()
    assert [(each["version"], each["reason"]) for each in versions] == [(1, "Counted the pulse on the phone")]
    again = await patient.client(now=LATER).post(path, json={"how": "x"}, headers={"If-Match": '"2"'})
    assert problem(again) == (409, "reading.already-verified")
    stale = await patient.client(now=LATER).post(path, json={"how": "x"}, headers={"If-Match": '"1"'})
    assert problem(stale) == (412, "version.stale")


async def test_a_weight_that_jumped_counts_for_the_rules_once_it_is_verified(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await patient.weighs(81.0, "2026-09-06 07:00")
    jumped = await patient.weighs(86.0, "2026-09-07 07:00")
    before = await patient.standing("2026-09-07 08:00")
    assert "W24" not in before
    assert "W-VERIFY" in before
    path = f"/v1/readings/{jumped['reading']['id']}/verify"
    await patient.act(path, {"how": "Weighed again while on the phone"}, version=1, now="2026-09-07 08:00")
    after = await patient.standing("2026-09-07 08:01")
    assert after["W24"] == "high"
    assert "W-VERIFY" not in after


async def test_what_was_voided_or_corrected_into_range_waits_no_longer(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    wrong = await patient.sends("heart_rate", 155, "/min", "2026-09-08 07:05")
    typed = await patient.sends("heart_rate", 160, "/min", "2026-09-08 07:10")
    assert len(await waiting(patient)) == 2
    await patient.act(f"/v1/readings/{wrong['reading']['id']}/void", {"reason": "x"}, version=1, now=LATER)
    body = {"value": 60, "unit": "/min", "reason": "Typed 160 for 60"}
    await patient.act(f"/v1/readings/{typed['reading']['id']}/correct", body, version=1, now=LATER)
    assert await waiting(patient) == []
    verify = await patient.client(now=LATER).post(
        f"/v1/readings/{wrong['reading']['id']}/verify", json={"how": "x"}, headers={"If-Match": '"2"'}
    )
    assert problem(verify) == (409, "reading.already-void")


async def test_assistants_dietitians_and_coordinators_collect_and_do_not_assess(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    collecting = (Role.NURSE_ASSISTANT, Role.DIETITIAN, Role.COORDINATOR, Role.SUPERVISOR, Role.INTEGRATION)
    for number, role in enumerate((Role.CASE_MANAGER, Role.PHARMACIST, Role.PRESCRIBER)):
        strange = await patient.sends("heart_rate", 155, "/min", f"2026-09-08 07:0{number}")
        path = f"/v1/readings/{strange['reading']['id']}/verify"
        for other in collecting:
            refused = await patient.client(other, now=LATER).post(path, json={"how": "x"}, headers={"If-Match": '"1"'})
            assert problem(refused) == (403, "not-allowed"), other
        assert await waiting(patient) == [strange["reading"]["id"]]
        await patient.act(path, {"how": "Counted the pulse"}, version=1, now=LATER, role=role)
        assert await waiting(patient) == []


async def test_nobody_sends_a_value_as_verified_and_a_correction_is_verified_anew(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    said = await patient.tries("heart_rate", 155, "/min", "2026-09-08 07:00", context={"verified": True})
    assert said.status_code == 422
    strange = await patient.sends("heart_rate", 155, "/min", "2026-09-08 07:00")
    path = f"/v1/readings/{strange['reading']['id']}"
    await patient.act(f"{path}/verify", {"how": "Counted the pulse"}, version=1, now=LATER)
    corrected = {"value": 158, "unit": "/min", "reason": "Typed 155 for 158"}
    for context in ({"verified": True}, None):
        body = corrected if context is None else {**corrected, "context": context}
        client = patient.client(Role.NURSE_ASSISTANT, now=LATER)
        answer = await client.post(f"{path}/correct", json=body, headers={"If-Match": '"2"'})
        assert answer.status_code == (422 if context else 200), answer.text
    assert await waiting(patient) == [strange["reading"]["id"]]


async def test_a_device_may_not_verify_itself_and_pages_neither_skip_nor_repeat(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    sent = [await patient.sends("heart_rate", 151 + i, "/min", f"2026-09-08 07:0{i}") for i in range(5)]
    device = patient.client(Role.INTEGRATION, now=LATER)
    path = f"/v1/readings/{sent[0]['reading']['id']}/verify"
    answer = await device.post(path, json={"how": "x"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 403
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = await monitoring.as_(Role.CASE_MANAGER, now=local(LATER)).get("/v1/readings/unverified", params=params)
        seen += [reading["id"] for reading in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == [each["reading"]["id"] for each in sent]


async def flags(patient: Patient, metric: str, value: float, unit: str, at: str, **more: Any) -> list[str]:
    found: list[str] = (await patient.sends(metric, value, unit, at, **more))["reading"]["flags"]
    return found


async def test_a_peak_flow_far_above_the_personal_best_waits(monitoring: Api) -> None:
    best = {"metric": "pef_best", "value": 420, "unit": "L/min", "set_at": local("2026-09-01 08:00").isoformat()}
    patient = await a_patient_with(monitoring, "asthma", "2026-09-01 09:00", baselines=[best])
    assert await flags(patient, "pef", 525, "L/min", "2026-09-07 07:00") == []
    assert await flags(patient, "pef", 526, "L/min", "2026-09-08 07:00") == ["verify-above-best"]
    assert len(await waiting(patient)) == 1
    # Never against a best that is not on file.
    other = await a_patient_with(monitoring, "asthma", "2026-09-01 09:00")
    assert await flags(other, "pef", 800, "L/min", "2026-09-08 07:00") == []


async def test_a_filtration_that_fell_by_more_than_a_fifth_waits(monitoring: Api) -> None:
    patient, unit = await with_diabetes(monitoring), "mL/min/{1.73_m2}"
    assert await flags(patient, "egfr", 60, unit, "2026-09-02 08:00", source="lab") == []
    assert await flags(patient, "egfr", 48, unit, "2026-09-04 08:00", source="lab") == [], "exactly 20 %"
    low = await patient.sends("egfr", 38, unit, "2026-09-06 08:00", source="lab")
    assert low["reading"]["flags"] == ["verify-drop"]
    assert await waiting(patient) == [low["reading"]["id"]]
    path, body = f"/v1/readings/{low['reading']['id']}/correct", {"value": 39, "unit": unit, "reason": "Typed"}
    right = await patient.act(path, body, version=1, now=LATER)
    assert right["reading"]["flags"] == [], "39 is not more than 20 % below 48"
    # Two of one batch are compared with one another.
    two = (("2026-09-06 09:00", 50), ("2026-09-07 09:00", 39))
    batch = [patient.item("egfr", value, unit, at, source="lab") for at, value in two]
    stored = await patient.batch(batch, now=LATER)
    assert stored["stored"] == 2
    assert len(await waiting(patient)) == 1


async def test_a_weight_that_jumped_carries_its_flag(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await patient.weighs(81.0, "2026-09-06 07:00")
    jumped = await patient.weighs(86.0, "2026-09-07 07:00")
    assert jumped["reading"]["flags"] == ["verify-jump"]
    assert await waiting(patient) == [jumped["reading"]["id"]]
    path = f"/v1/readings/{jumped['reading']['id']}/verify"
    done = await patient.act(path, {"how": "Weighed again"}, version=1, now="2026-09-07 08:00")
    assert done["reading"]["flags"] == ["verify-jump"]
    assert await waiting(patient) == []


async def test_a_weight_flagged_by_one_that_came_late(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    later = await patient.weighs(86.0, "2026-09-07 07:00")
    assert later["reading"]["flags"] == []
    await patient.sends("body_weight", 81.0, "kg", "2026-09-06 07:00", received="2026-09-07 08:00")
    assert await waiting(patient) == [later["reading"]["id"]]


async def test_a_jumped_weight_that_is_corrected_waits_for_nothing(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await patient.weighs(81.0, "2026-09-06 07:00")
    jumped = await patient.weighs(86.0, "2026-09-07 07:00")
    assert await waiting(patient) == [jumped["reading"]["id"]]
    path, body = f"/v1/readings/{jumped['reading']['id']}/correct", {"unit": "kg", "reason": "Typed 86 for 81"}
    still = await patient.act(path, {**body, "value": 87.0}, version=1, now="2026-09-07 08:00")
    assert still["reading"]["flags"] == ["verify-jump"], "the other value jumped as well"
    right = await patient.act(path, {**body, "value": 81.3}, version=2, now="2026-09-07 08:01")
    assert right["reading"]["flags"] == []
    assert await waiting(patient) == []
    assert "W-VERIFY" not in await patient.standing("2026-09-07 08:02")


async def test_two_jumps_of_one_batch_both_wait(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await patient.weighs(81.0, "2026-09-06 07:00")
    items = [patient.item("body_weight", value, "kg", at) for value, at in ((86.0, "2026-09-07 07:00"), (92.0, LATER))]
    assert (await patient.batch(items, now=LATER))["stored"] == 2
    assert len(await waiting(patient)) == 2
