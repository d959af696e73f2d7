"""An enrollment that moves to another version."""

from typing import Any

from tests.support.makers_monitoring import Patient, path_of

NOW = "2026-09-21 09:00"


async def moved(patient: Patient, to: str, *, now: str = NOW, **more: Any) -> dict[str, Any]:
    current = (await patient.client(now=now).get(path_of(patient))).json()
    body = {"to_version": to, "reason": "Our clinic's own bounds", **more}
    done: dict[str, Any] = await patient.act(f"{path_of(patient)}/migrate", body, version=current["version"], now=now)
    return done
