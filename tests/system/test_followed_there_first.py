"""Whom a nurse enrolls at monitoring itself: coordination hears of it and tells monitoring what it knows."""

import asyncio
from typing import Any

import pytest
from alembic import command

from shared.db.migrate import config
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.apps import Pair
from tests.support.makers_coordination import a_person, good, tag
from tests.support.makers_monitoring import agreed, local
from tests.support.news import DAY, at, deliver

KNOWN = ("identifiers", "family", "given", "birth_date", "sex", "time_zone")


async def registered(pair: Pair) -> dict[str, Any]:
    """A patient whom coordination has; nobody asked for telemonitoring."""
    patient: dict[str, Any] = await good(await at(pair.coordination, "09:00").post("/v1/patients", json=a_person()))
    return patient


async def enrolled_there(pair: Pair, patient: dict[str, Any], **told: Any) -> dict[str, Any]:
    """A nurse of monitoring follows the patient, with what she has of the record; gives the enrollment."""
    body = {
        "patient": {"version": 1, **{name: patient[name] for name in KNOWN}, **told},
        "protocol": "heart-failure",
        "tier": "stable",
        "reason": "Came to the clinic",
        "consents": [agreed(local(DAY + "08:00").isoformat())],
    }
    nurse = pair.monitoring.as_(Role.CASE_MANAGER, now=local(DAY + "09:01"))
    made: dict[str, Any] = await good(await nurse.post("/v1/enrollments", json=body))
    return made


async def corrected(pair: Pair, patient: dict[str, Any], time: str, **changes: Any) -> None:
    desk, path = at(pair.coordination, time), f"/v1/patients/{patient['id']}"
    now = await good(await desk.get(path))
    body = a_person(identifiers=now["identifiers"], **changes)
    await good(await desk.put(path, json=body, headers=tag(now)))


async def there(pair: Pair, enrollment: dict[str, Any], time: str) -> dict[str, Any]:
    """The patient as monitoring has them."""
    found: dict[str, Any] = await good(await at(pair.monitoring, time).get(f"/v1/patients/{enrollment['patient_id']}"))
    return found


async def state(pair: Pair, enrollment: dict[str, Any], time: str) -> str:
    found = await good(await at(pair.monitoring, time).get(f"/v1/enrollments/{enrollment['id']}"))
    return str(found["state"])


async def agreed_on(pair: Pair, time: str) -> None:
    for api in (pair.coordination, pair.monitoring):
        found = await good(await at(api, time).get("/v1/ops/drift"))
        assert (found["drift"], found["undelivered"], found["parked"]) == (0, 0, 0), found


async def a_slow_pulse(pair: Pair, patient_id: str, measured: str, received: str) -> Any:
    """A cuff sends what asks for a follow-up; gives what was recorded."""
    reading = {
        "patient_id": patient_id,
        "metric": "heart_rate",
        "value": 44,
        "unit": "/min",
        "source": "cuff",
        "observed_at": local(DAY + measured).isoformat(),
    }
    device = pair.monitoring.as_(Role.INTEGRATION, now=local(DAY + received))
    return await good(await device.post("/v1/readings", json=reading))


@pytest.mark.parametrize("version", [1, 40])
async def test_a_rename_and_a_death_reach_monitoring_for_whoever_it_enrolled_itself(pair: Pair, version: int) -> None:
    patient = await registered(pair)
    enrollment = await enrolled_there(
        pair, patient, coordination_id=patient["id"], version=version, family="Misspelled"
    )
    await deliver(pair, "09:05")
    marked = await good(await at(pair.coordination, "09:06").get(f"/v1/patients/{patient['id']}"))
    assert marked["monitored"] is True
    await deliver(pair, "09:07")
    known = await there(pair, enrollment, "09:08")
    assert (known["family"], known["source_version"]) == (patient["family"], marked["version"])

    await corrected(pair, patient, "09:10", family="Renamed", birth_date="1950-01-01")
    await deliver(pair, "09:11")
    known = await there(pair, enrollment, "09:12")
    assert (known["family"], known["birth_date"]) == ("Renamed", "1950-01-01")
    died = local(DAY + "09:15").isoformat()
    await corrected(pair, patient, "09:20", family="Renamed", birth_date="1950-01-01", deceased_at=died)
    await deliver(pair, "09:21")
    assert await state(pair, enrollment, "09:22") == "ended"
    await deliver(pair, "09:23")
    await agreed_on(pair, "09:24")


async def test_one_known_by_number_only_is_told_of_from_the_first_need_on(pair: Pair) -> None:
    patient = await registered(pair)
    stay = {"patient_id": patient["id"], "started_at": local(DAY + "06:00").isoformat()}
    await good(await at(pair.coordination, "09:00").post("/v1/stays", json=stay))
    enrollment = await enrolled_there(pair, patient)
    assert (await there(pair, enrollment, "09:02"))["coordination_id"] is None
    await a_slow_pulse(pair, enrollment["patient_id"], "09:10:00", "09:10")
    await deliver(pair, "09:11")
    await deliver(pair, "09:12")
    assert (await there(pair, enrollment, "09:13"))["coordination_id"] == patient["id"]
    listed = await good(
        await at(pair.coordination, "09:13").get("/v1/enrollments", params={"patient_id": patient["id"]})
    )
    assert [each["id"] for each in listed["items"]] == [enrollment["id"]]
    inside = await good(await at(pair.monitoring, "09:13").get(f"/v1/enrollments/{enrollment['id']}"))
    assert inside["inpatient_since"] == "2026-09-04T10:00:00Z"
    died = local(DAY + "09:15").isoformat()
    await corrected(pair, patient, "09:20", deceased_at=died)
    await deliver(pair, "09:21")
    assert await state(pair, enrollment, "09:22") == "ended"
    await deliver(pair, "09:23")
    await agreed_on(pair, "09:24")


def migrate_again(url: str) -> None:
    """The database is as before the migration that tells of whom monitoring follows already; it is run."""
    history = config("coordination", url)
    command.stamp(history, "0035")
    command.upgrade(history, "0036")
    command.stamp(history, "head")


async def test_whoever_was_followed_before_this_was_known_is_told_of_by_the_migration(
    pair: Pair, server: postgres.Server, databases: dict[str, str]
) -> None:
    patient = await registered(pair)
    enrollment = await enrolled_there(pair, patient, coordination_id=patient["id"])
    await deliver(pair, "09:05")
    await deliver(pair, "09:06")
    url = server.url(databases["coordination"].rsplit("/", 1)[1].split("?")[0])
    await postgres.execute(url, f"UPDATE patients SET monitored = false WHERE id = '{patient['id']}'")
    await corrected(pair, patient, "09:10", deceased_at=local(DAY + "09:09").isoformat())
    await deliver(pair, "09:11")
    assert await state(pair, enrollment, "09:12") == "active", "nobody was told"
    await asyncio.to_thread(migrate_again, url)
    # The migration's message is of the instant at which it ran.
    later = local("2030-09-04 09:00")
    supervisor = pair.coordination.as_(Role.SUPERVISOR, now=later)
    await good(await supervisor.post("/v1/ops/run-jobs", json={"now": later.isoformat()}))
    assert await state(pair, enrollment, "09:14") == "ended"
    assert (await there(pair, enrollment, "09:14"))["deceased_at"] == "2026-09-04T13:09:00Z"


async def test_hearing_of_a_patient_again_tells_nothing_again(pair: Pair) -> None:
    patient = await registered(pair)
    enrollment = await enrolled_there(pair, patient, coordination_id=patient["id"])
    await deliver(pair, "09:05")
    marked = await good(await at(pair.coordination, "09:06").get(f"/v1/patients/{patient['id']}"))
    nurse = at(pair.monitoring, "09:10")
    pause = {"kind": "travel", "reason": "Visits her sister"}
    path = f"/v1/enrollments/{enrollment['id']}/pause"
    await good(await nurse.post(path, json=pause, headers=tag(enrollment)))
    await deliver(pair, "09:11")
    await deliver(pair, "09:12")
    again = await good(await at(pair.coordination, "09:13").get(f"/v1/patients/{patient['id']}"))
    assert again["version"] == marked["version"]
    await agreed_on(pair, "09:14")


async def test_a_patient_whose_word_is_against_it_is_not_told_of(pair: Pair) -> None:
    patient = await registered(pair)
    word = {"purpose": "monitoring", "said": "refused", "said_by": "patient", "mode": "verbal"}
    await good(await at(pair.coordination, "09:00").post(f"/v1/patients/{patient['id']}/consents", json=word))
    enrollment = await enrolled_there(pair, patient, coordination_id=patient["id"], family="As the nurse wrote")
    await deliver(pair, "09:05")
    await deliver(pair, "09:06")
    assert (await there(pair, enrollment, "09:07"))["family"] == "As the nurse wrote"
    kept = await good(await at(pair.coordination, "09:07").get(f"/v1/patients/{patient['id']}"))
    assert kept["monitored"] is False


async def test_a_clock_that_runs_ahead_holds_up_no_message(pair: Pair) -> None:
    desk, patient = at(pair.coordination, "09:00"), await registered(pair)
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Discharged with heart failure"}
    made = await good(await desk.post("/v1/needs", json=need))
    ask = {"protocol": "heart-failure", "consents": [agreed(local(DAY + "08:00").isoformat())]}
    await good(await desk.post(f"/v1/needs/{made['id']}/enroll", json=ask, headers=tag(made)))
    await deliver(pair, "09:05")
    (enrollment,) = (await good(await at(pair.monitoring, "09:06").get("/v1/enrollments")))["items"]
    recorded = await a_slow_pulse(pair, enrollment["patient_id"], "09:14:30", "09:10")
    assert recorded["alerts"] != []
    assert recorded["reading"]["observed_at"] == "2026-09-04T13:14:30Z", "what was measured stays as it was said"
    await deliver(pair, "09:10")
    met = await good(await at(pair.coordination, "09:11").get(f"/v1/needs/{made['id']}"))
    assert (met["state"], met["history"][-1]["done_at"]) == ("met", "2026-09-04T13:10:00Z")
    listed = await good(await at(pair.coordination, "09:11").get("/v1/needs", params={"patient_id": patient["id"]}))
    (asked,) = [each for each in listed["items"] if each["id"] != made["id"]]
    assert asked["reasons"][0]["source"] == {"kind": "monitoring-alert", "id": recorded["alerts"][0]["id"]}
    await agreed_on(pair, "09:11")
