"""The overview joins both services, and says what it could not learn while monitoring is sick or away (F10, S11)."""

import asyncio
import time
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from services.coordination.clients import outlines
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.apps import Pair
from tests.support.chaos import Mood, chaos
from tests.support.makers_coordination import DISCHARGED, a_discharge, a_person, at
from tests.support.makers_monitoring import agreed
from tests.support.running import Running, running


def followed_as(patient: dict[str, Any]) -> dict[str, Any]:
    """The request by which monitoring follows a patient of coordination."""
    told = {name: patient[name] for name in ("version", "identifiers", "family", "given", "birth_date", "sex")}
    return {
        "patient": {**told, "coordination_id": patient["id"], "time_zone": patient["time_zone"]},
        "protocol": "heart-failure",
        "tier": "high",
        "case_manager": "cm-1",
        "reason": "Discharged after heart failure",
        "consents": [agreed("2026-01-01T09:00:00Z")],
    }


async def test_everything_of_a_patient_is_on_one_screen(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine may take longer over both services than anybody would wait for.
    monkeypatch.setattr(outlines, "PATIENCE", 60.0)
    stay = await a_discharge(pair.coordination)
    nurse, own = at(pair.coordination), f"/v1/patients/{stay['patient_id']}"
    call = {"patient_id": stay["patient_id"], "channel": "phone", "outcome": "voicemail"}
    for minute in range(12):
        started = {"started_at": f"2026-09-04T15:{minute:02d}:00-04:00"}
        (await nurse.post("/v1/contacts", json={**call, **started})).raise_for_status()
    member = {"patient_id": stay["patient_id"], "role": "primary-care", "practitioner": "Dr. A"}
    for days in ({"starts_on": "2026-09-01"}, {"starts_on": "2026-01-01", "ends_on": "2026-09-03"}):
        (await nurse.post("/v1/care-teams", json={**member, **days})).raise_for_status()
    patient = (await nurse.get(own)).json()
    found = (await nurse.get(f"{own}/overview")).raise_for_status().json()
    assert found["patient"]["coverage"] == patient["coverage"]
    due = [need["due_at"] or "9999" for need in found["needs"]]
    assert due == sorted(due)
    assert len(due) == len(stay["plan"]["needs"])
    assert [each["id"] for each in found["stays"]] == [stay["id"]]
    assert [each["started_at"][14:16] for each in found["contacts"]] == [f"{n:02d}" for n in range(11, 1, -1)]
    assert [each["active"] for each in found["care_team"]] == [True]
    assert {each["id"] for each in found["risk"]} == {each["id"] for each in stay["risk"]["scores"]}
    assert (found["more"], found["withheld"]) == (["contacts"], [])
    assert found["monitoring"]["state"] == "not-followed"
    assert found["monitoring"]["enrollments"] is None

    manager = pair.monitoring.as_(Role.CASE_MANAGER, now=DISCHARGED)
    made = (await manager.post("/v1/enrollments", json=followed_as(patient))).raise_for_status().json()
    known = (await nurse.get(f"{own}/overview")).json()["monitoring"]
    assert known["state"] == "known"
    assert [(each["id"], each["state"], each["tier"]) for each in known["enrollments"]] == [
        (made["id"], made["state"], "high")
    ]


async def test_a_part_that_a_scope_or_a_role_does_not_cover_is_withheld_with_the_reason(pair: Pair) -> None:
    stay = await a_discharge(pair.coordination)
    path = f"/v1/patients/{stay['patient_id']}/overview"
    narrow = pair.coordination.as_(
        Role.COORDINATOR, now=DISCHARGED, scope="user/Patient.rs user/ServiceRequest.rs user/CarePlan.rs"
    )
    found = (await narrow.get(path)).raise_for_status().json()
    hidden = {each["part"]: each["reason"] for each in found["withheld"]}
    assert hidden.keys() == {"stays", "contacts", "care_team", "risk", "monitoring"}
    assert "Observation" in hidden["monitoring"]
    assert all(found[part] is None for part in hidden)
    assert found["needs"]
    admin = pair.coordination.as_(Role.CLINIC_ADMIN, now=DISCHARGED)
    seen = {each["part"] for each in (await admin.get(path)).json()["withheld"]}
    assert {"contacts", "care_team"} <= seen


async def the_overview(nurse: httpx.AsyncClient, patient: dict[str, Any]) -> tuple[dict[str, Any], float]:
    started = time.monotonic()
    answer = await nurse.get(f"/v1/patients/{patient['id']}/overview")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found, time.monotonic() - started


async def asked_for(pair: Running) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(pair.databases["monitoring"].replace("+asyncpg", ""))
    async with connection.transaction():
        await connection.execute("SELECT set_config('app.organization', $1, true)", str(pair.organization))
        rows = await connection.fetch("SELECT subject, on_behalf_of FROM audit WHERE action = 'outlines.get'")
    await connection.close()
    return [(row["subject"], row["on_behalf_of"]) for row in rows]


# Seconds that a machine with other work may need for everything but the waiting.
BUSY = 5
SICK: tuple[Mood, ...] = ("resets", "cuts", "silent", "slow")


async def test_while_monitoring_is_sick_the_rest_is_answered_and_says_since_when(
    server: postgres.Server, tmp_path: Path
) -> None:
    async with running(server, tmp_path, "monitoring") as pair, chaos(pair.ports["monitoring"]) as proxy:
        pair.peer_ports = {"monitoring": proxy.port}
        pair.start("coordination")
        await pair.ready("coordination")
        async with pair.client("coordination", Role.COORDINATOR) as nurse:
            patient = (await nurse.post("/v1/patients", json=a_person())).raise_for_status().json()
            need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Heart failure"}
            (await nurse.post("/v1/needs", json=need)).raise_for_status()
            async with pair.client("monitoring", Role.CASE_MANAGER) as manager:
                (await manager.post("/v1/enrollments", json=followed_as(patient))).raise_for_status()
            since = set()
            for mood in SICK:
                proxy.mood = mood
                found, seconds = await the_overview(nurse, patient)
                said = found["monitoring"]
                assert (said["state"], said["enrollments"], said["alerts_open"]) == ("unknown", None, None), mood
                assert said["reason"]
                assert len(found["needs"]) == 1
                assert seconds < 1 + BUSY
                since.add(said["since"])
            assert len(since) == 1
            # Three failures in a row: monitoring is left alone for a while, and nobody waits for it.
            asked, (found, _) = proxy.connections, await the_overview(nurse, patient)
            assert "resting" in found["monitoring"]["reason"]
            assert proxy.connections == asked
            proxy.mood = "passes"
            for _ in range(60):
                known = (await the_overview(nurse, patient))[0]["monitoring"]
                if known["state"] == "known":
                    break
                await asyncio.sleep(1)
            assert (known["state"], known["since"]) == ("known", None)
            assert [each["protocol"] for each in known["enrollments"]] == ["heart-failure"]
            assert ("coordination", "coordinator-1") in await asked_for(pair)
            pair.kill("monitoring")
            gone = (await the_overview(nurse, patient))[0]["monitoring"]
            assert gone["state"] == "unknown"
            assert gone["since"] > next(iter(since))
