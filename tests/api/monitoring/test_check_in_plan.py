"""The clock's job: the next check-in of each enrollment by tier, not while away, nothing twice."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.support.apps import Api
from tests.support.conversations import BY_PHONE, check_ins, does, held, plan, quiet, says
from tests.support.makers_monitoring import (
    Patient,
    a_patient_with,
    as_coordination,
    identity,
    local,
    with_heart_failure,
)


async def due(patient: Patient, now: str) -> list[str]:
    """Days of the open check-ins."""
    return sorted(each["due_on"] for each in await check_ins(patient, now, state="due"))


async def acts(patient: Patient, act: str, now: str, **body: Any) -> None:
    """Something is done with the enrollment."""
    path = f"/v1/enrollments/{patient.enrollment['id']}"
    version = (await patient.client(now=now).get(path)).json()["version"]
    await patient.act(f"{path}/{act}", {"reason": "Story", **body}, version=version, now=now)


async def test_the_days_after_a_discharge(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring, since="2026-09-04 15:20")
    now, seen = "2026-09-04 16:00", []
    for _ in range(7):
        await plan(monitoring, now)
        (check_in,) = await check_ins(patient, now, state="due")
        seen.append(check_in["due_on"])
        now = f"{check_in['due_on']} 10:00"
        begun = await says(patient, check_in, now, quiet("heart-failure"))
        await does(patient, begun, "complete", {"contact": BY_PHONE}, now)
    # Day 2, day 7, twice a week for two weeks, then weekly.
    assert seen == [f"2026-09-{day}" for day in ("06", "11", "14", "18", "21", "25")] + ["2026-10-02"]


async def test_the_day_ends_on_the_patients_clock(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring, since="2026-10-30 15:20")
    await plan(monitoring, "2026-10-30 16:00")
    (check_in,) = await check_ins(patient, "2026-10-30 16:00")
    # 1 November 2026: the clock goes back, midnight comes five hours after that of Greenwich.
    assert (check_in["due_on"], check_in["due_at"]) == ("2026-11-01", "2026-11-02T04:59:59.999999Z")


async def test_run_again_or_by_two_workers_at_once_nothing_is_made_twice(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    now = "2026-09-04 16:00"
    assert await plan(monitoring, now) == 1
    assert await plan(monitoring, now) == 0
    await asyncio.gather(plan(monitoring, now), plan(monitoring, now))
    assert await due(patient, now) == ["2026-09-06"]


async def test_a_change_of_tier_makes_another_plan(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await plan(monitoring, "2026-09-04 16:00")
    await acts(patient, "tier", "2026-09-05 09:00", tier="stable")
    await plan(monitoring, "2026-09-05 10:00")
    assert await due(patient, "2026-09-05 10:00") == ["2026-10-05"]
    (old,) = await check_ins(patient, "2026-09-05 10:00", state="cancelled")
    assert (old["due_on"], old["settled_reason"]) == ("2026-09-06", "replanned")


async def test_nobody_is_asked_during_a_pause_and_its_days_are_not_owed(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await plan(monitoring, "2026-09-04 16:00")
    await acts(patient, "pause", "2026-09-05 09:00")
    await plan(monitoring, "2026-09-05 10:00")
    assert await due(patient, "2026-09-05 10:00") == []
    await plan(monitoring, "2026-09-12 10:00")
    assert await due(patient, "2026-09-12 10:00") == []
    await acts(patient, "resume", "2026-09-15 09:00")
    await plan(monitoring, "2026-09-15 10:00")
    assert await due(patient, "2026-09-15 10:00") == ["2026-09-18"]


async def test_a_check_in_that_was_missed_or_passed_stays_due_until_somebody_settles_it(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await plan(monitoring, "2026-09-04 16:00")
    await plan(monitoring, "2026-09-12 10:00")
    assert await due(patient, "2026-09-12 10:00") == ["2026-09-06"]
    (check_in,) = await check_ins(patient, "2026-09-12 10:00")
    await does(patient, check_in, "miss", {"reason": "unable-to-reach"}, "2026-09-12 10:00")
    await plan(monitoring, "2026-09-12 10:01")
    assert await due(patient, "2026-09-12 10:01") == ["2026-09-11"]


async def test_a_conversation_held_late_fulfils_the_days_before_it(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await plan(monitoring, "2026-09-04 16:00")
    (check_in,) = await check_ins(patient, "2026-09-12 10:00")
    begun = await says(patient, check_in, "2026-09-12 10:00", quiet("heart-failure"))
    await does(patient, begun, "complete", {"contact": BY_PHONE}, "2026-09-12 10:20")
    await plan(monitoring, "2026-09-12 10:30")
    assert await due(patient, "2026-09-12 10:30") == ["2026-09-14"]


async def test_one_that_somebody_opened_does_not_stand_in_for_the_plan_of_a_later_day(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    await plan(monitoring, "2026-09-04 16:00")
    await held(patient, "2026-09-05 10:00", quiet("heart-failure"))
    await plan(monitoring, "2026-09-05 11:00")
    assert await due(patient, "2026-09-05 11:00") == ["2026-09-06"]


async def test_two_conditions_due_on_one_day_are_one_conversation(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    second = await a_patient_with(monitoring, "diabetes", "2026-09-04 15:30", patient_id=patient.id)
    await plan(monitoring, "2026-09-04 16:00")
    (check_in,) = await check_ins(patient, "2026-09-04 16:00")
    assert set(check_in["enrollment_ids"]) == {patient.enrollment["id"], second.enrollment["id"]}
    assert [form.split("@")[0] for form in check_in["forms"]].count("common") == 1
    assert {"diabetes@1.0.0", "heart-failure@1.0.0"} <= set(check_in["forms"])


async def test_nobody_is_asked_in_hospital_and_the_discharge_starts_the_days_again(monitoring: Api) -> None:
    person = {"version": 1, **identity()}
    patient = await a_patient_with(monitoring, "heart-failure", "2026-09-04 15:20", patient=person)
    await plan(monitoring, "2026-09-04 16:00")
    service = as_coordination(monitoring, local("2026-09-05 03:00"))
    where = f"/v1/stays/{uuid4()}"
    stay: dict[str, Any] = {"patient": person, "started_at": "2026-09-05T02:00:00-04:00", "state": "in-progress"}
    assert (await service.put(where, json=stay)).status_code == 200
    await plan(monitoring, "2026-09-05 04:00")
    assert await due(patient, "2026-09-05 04:00") == []
    (old,) = await check_ins(patient, "2026-09-05 04:00")
    assert old["settled_reason"] == "paused"
    ended = {**stay, "ended_at": "2026-09-10T11:00:00-04:00", "state": "finished"}
    assert (await service.put(where, json=ended)).status_code == 200
    await plan(monitoring, "2026-09-10 12:00")
    assert await due(patient, "2026-09-10 12:00") == ["2026-09-12"]
