"""Makers for monitoring that speak the clinic's language; times are those of the simulated request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from shared.vocabulary import Role
from tests.support.apps import Api

NEW_YORK = ZoneInfo("America/New_York")
MRN = "https://example.org/mrn"
_numbers = count(1)


def local(text: str) -> datetime:
    """``"2026-09-08 07:02"`` on a clock in New York."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def identity(born: str = "1952-03-03") -> dict[str, Any]:
    """A plainly fictional person with an identifier of their own."""
    return {
        "identifiers": [{"system": MRN, "value": f"EX-{next(_numbers):05}"}],
        "family": "Example",
        "given": "Carl",
        "birth_date": born,
        "sex": "male",
        "time_zone": "America/New_York",
    }


def agreed(at: str, purpose: str = "monitoring") -> dict[str, Any]:
    """The patient agrees at an instant in ISO 8601."""
    return {"purpose": purpose, "given_by": "patient", "given_at": at, "mode": "verbal"}


def closed(now: str | datetime, disposition: str = "resolved", **more: Any) -> dict[str, Any]:
    """What a nurse writes down when an alert below critical ends at ``now``; ``more`` is added."""
    at = local(now) if isinstance(now, str) else now
    return {
        "disposition": disposition,
        "assessment": "No red flag",
        "action": "Advice given",
        "contact_outcome": "Reached by phone",
        "plan": "Measures again tomorrow",
        "recheck_at": (at + timedelta(hours=24)).isoformat(),
        **more,
    }


def as_coordination(api: Api, now: datetime) -> httpx.AsyncClient:
    """The other service, speaking for a person of this organization."""
    client = api.as_(Role.SERVICE, now=now)
    client.headers["Careweave-Organization"] = str(api.organization)
    client.headers["Careweave-On-Behalf-Of"] = "coordinator-1"
    return client


@dataclass
class Patient:
    """One enrolled patient: readings come, nurses act."""

    api: Api
    id: str
    enrollment: dict[str, Any]

    def client(self, role: Role = Role.CASE_MANAGER, *, now: str | datetime) -> httpx.AsyncClient:
        """Somebody at work at a simulated instant."""
        return self.api.as_(role, now=local(now) if isinstance(now, str) else now)

    def item(self, metric: str, value: float | str, unit: str | None, at: str, **more: Any) -> dict[str, Any]:
        """A reading in words, as devices send it."""
        item = {
            "patient_id": self.id,
            "metric": metric,
            "value": value,
            "unit": unit,
            "observed_at": local(at).isoformat(),
            "source": "home",
            **more,
        }
        return {name: each for name, each in item.items() if each is not None}

    async def sends(
        self, metric: str, value: float | str, unit: str, at: str, *, received: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """A reading arrives, by default at the minute it was measured; what was answered."""
        answer = await self.tries(metric, value, unit, at, received=received, **more)
        assert answer.status_code in (200, 201), answer.text
        recorded: dict[str, Any] = answer.json()
        return recorded

    async def tries(
        self, metric: str, value: float | str, unit: str | None, at: str, *, received: str | None = None, **more: Any
    ) -> httpx.Response:
        """The same, whatever comes of it."""
        client = self.client(Role.INTEGRATION, now=received or at)
        return await client.post("/v1/readings", json=self.item(metric, value, unit, at, **more))

    async def weighs(self, kilograms: float, at: str, unit: str = "kg") -> dict[str, Any]:
        """A weight on the scale at home."""
        return await self.sends("body_weight", kilograms, unit, at)

    async def measures(self, glucose: float, at: str, unit: str = "mg/dL", **context: Any) -> dict[str, Any]:
        """A fingerstick at home."""
        return await self.sends("glucose_smbg", glucose, unit, at, context=context)

    async def batch(self, items: list[Any], *, now: str) -> dict[str, Any]:
        """Many readings in one call."""
        answer = await self.client(Role.INTEGRATION, now=now).post("/v1/readings/batch", json=items)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def has_device(
        self, at: str, source: str = "home", kind: str = "glucose-meter", **more: Any
    ) -> dict[str, Any]:
        """A device that sends as ``source`` is handed out."""
        path = f"/v1/enrollments/{self.enrollment['id']}/devices"
        body = {"kind": kind, "serial": f"SN {source}", "source": source, **more}
        answer = await self.client(now=at).post(path, json=body)
        assert answer.status_code == 201, answer.text
        device: dict[str, Any] = answer.json()
        return device

    async def alerts(self, now: str) -> list[dict[str, Any]]:
        """Every alert, in the order in which they began."""
        answer = await self.client(now=now).get("/v1/alerts", params={"patient_id": self.id, "limit": 200})
        assert answer.status_code == 200, answer.text
        return sorted(answer.json()["items"], key=lambda alert: (alert["began_at"], alert["rule"]))

    async def standing(self, now: str) -> dict[str, str]:
        """Rule → state and severity of the alerts that still wait for their end."""
        return {
            alert["rule"]: alert["severity"]
            for alert in await self.alerts(now)
            if alert["state"] in ("open", "acknowledged", "snoozed")
        }

    async def act(
        self, path: str, body: dict[str, Any], *, version: int, now: str, role: Role = Role.CASE_MANAGER
    ) -> Any:
        """An act on a thing of theirs; the answer must be good."""
        answer = await self.client(role, now=now).post(path, json=body, headers={"If-Match": f'"{version}"'})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


def path_of(patient: Patient) -> str:
    """The address of a patient's enrollment."""
    return f"/v1/enrollments/{patient.enrollment['id']}"


async def enrolls(api: Api, protocol: str, at: str, *, role: Role = Role.CASE_MANAGER, **more: Any) -> httpx.Response:
    """Somebody asks to follow a patient."""
    body: dict[str, Any] = {"protocol": protocol, "tier": "high", "reason": "Discharged"}
    body |= {"consents": [agreed(local(at).isoformat())], **more}
    if "patient" not in body and "patient_id" not in body:
        body["patient"] = {"version": 1, **identity()}
    return await api.as_(role, now=local(at)).post("/v1/enrollments", json=body)


async def a_patient_with(api: Api, protocol: str, since: str, **more: Any) -> Patient:
    """A patient followed under a protocol since an instant."""
    answer = await enrolls(api, protocol, since, **more)
    assert answer.status_code == 201, answer.text
    enrollment = answer.json()
    return Patient(api, enrollment["patient_id"], enrollment)


async def with_heart_failure(api: Api, since: str = "2026-09-04 15:20", dry_weight: float = 81.0) -> Patient:
    """Discharged after heart failure at a dry weight."""
    dry = {"metric": "dry_weight", "value": dry_weight, "unit": "kg", "set_at": local(since).isoformat()}
    return await a_patient_with(api, "heart-failure", since, baselines=[dry])


async def with_diabetes(api: Api, since: str = "2026-09-01 00:00") -> Patient:
    """A month of diabetes begins."""
    return await a_patient_with(api, "diabetes", since)


def later(text: str, minutes: int) -> str:
    """So many minutes after a local time."""
    return (datetime.fromisoformat(text) + timedelta(minutes=minutes)).isoformat(sep=" ", timespec="minutes")


async def stays(patient: Patient, started: str, ended: str | None) -> None:
    """Coordination tells of a hospital stay; the same one each time."""
    found = (await patient.client(now=started).get(f"/v1/patients/{patient.id}")).json()
    body = {
        "patient": {
            "version": 1,
            **{name: found[name] for name in ("identifiers", "family", "given", "birth_date", "sex", "time_zone")},
        },
        "started_at": local(started).isoformat(),
        "ended_at": local(ended).isoformat() if ended else None,
        "state": "finished" if ended else "in-progress",
    }
    client = as_coordination(patient.api, local(ended or started))
    path = "/v1/stays/00000000-0000-4000-8000-" + patient.id.replace("-", "")[:12]
    (await client.put(path, json=body)).raise_for_status()
