"""Patients whom coordination asks monitoring to follow, and whether both sides agree on them: of a running pair."""

from typing import Any

import httpx

from shared.vocabulary import Role
from tests.support.makers_coordination import a_person
from tests.support.makers_monitoring import agreed
from tests.support.running import Running


async def enroll(nurse: httpx.AsyncClient) -> str:
    """Register a patient and ask for telemonitoring; gives the need's id."""
    patient = (await nurse.post("/v1/patients", json=a_person())).raise_for_status().json()
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Discharged with heart failure"}
    made = (await nurse.post("/v1/needs", json=need)).raise_for_status()
    asked = await nurse.post(
        f"/v1/needs/{made.json()['id']}/enroll",
        json={"protocol": "heart-failure", "consents": [agreed("2026-01-01T09:00:00Z")]},
        headers={"If-Match": made.headers["ETag"]},
    )
    return str(asked.raise_for_status().json()["id"])


async def rename(nurse: httpx.AsyncClient, *names: str) -> list[str]:
    """Each patient takes these names, one after the other; gives the last of each."""
    last = []
    listed = (await nurse.get("/v1/patients", params={"limit": 200})).raise_for_status().json()["items"]
    for number, patient in enumerate(listed):
        path = f"/v1/patients/{patient['id']}"
        for name in names:
            now = await nurse.get(path)
            body = {**a_person(), "identifiers": now.json()["identifiers"], "family": f"{name}-{number}"}
            (await nurse.put(path, json=body, headers={"If-Match": now.headers["ETag"]})).raise_for_status()
        last.append(f"{names[-1]}-{number}")
    return sorted(last)


async def drift(pair: Running, service: str) -> dict[str, Any]:
    """What one side says of the other."""
    async with pair.client(service, Role.SUPERVISOR) as supervisor:
        answer: dict[str, Any] = (await supervisor.get("/v1/ops/drift")).raise_for_status().json()
        return answer


async def followed(pair: Running) -> list[str]:
    """The enrollments monitoring has, by the need that asked for each."""
    async with pair.client("monitoring", Role.CASE_MANAGER) as nurse:
        items = (await nurse.get("/v1/enrollments", params={"limit": 200})).raise_for_status().json()["items"]
        return sorted(item["request_id"] for item in items)


async def known_names(pair: Running) -> list[str]:
    """The family names that monitoring knows."""
    async with pair.client("monitoring", Role.CASE_MANAGER) as nurse:
        known = (await nurse.get("/v1/patients", params={"limit": 200})).raise_for_status().json()["items"]
    return sorted(each["family"] for each in known)
