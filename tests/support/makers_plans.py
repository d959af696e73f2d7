"""Makers of treatment plans: a practice with its standing orders, a patient on glargine or furosemide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from shared.contracts.monitoring.standing_orders import BASAL
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, local

NURSE, DOCTOR, OTHER_DOCTOR = "case_manager-1", "prescriber-1", "prescriber-2"
BEGUN = "2026-08-01 09:00"
WELL: Mapping[str, Any] = {
    "acute_illness": False,
    "vomiting": False,
    "steroid_change": False,
    "pregnancy": False,
    "cause_of_low": None,
    "signs": [],
}
SBAR = {
    "situation": "Fasting 210, 198, 224 mg/dL",
    "background": "Type 2 diabetes, glargine 24 units",
    "assessment": "No lows, technique checked",
    "request": "Glargine 32 units?",
}
GLARGINE = {
    "rxnorm": "274783",
    "name": "insulin glargine",
    "form": "injection-pen",
    "route": "subcutaneous",
    "concentration": "U-100",
    "dose": 24,
    "unit": "[iU]",
    "times_per_day": 1,
    "prescriber": "Dr. Example",
    "prescribed_at": local(BEGUN).isoformat(),
}
EMPAGLIFLOZIN = {
    **GLARGINE,
    "rxnorm": "1545653",
    "name": "empagliflozin",
    "form": "tablet",
    "route": "oral",
    "concentration": None,
    "dose": 10,
    "unit": "mg",
}


@dataclass
class Practice:
    """Everybody at work in one organization, and one patient's plan."""

    api: Api
    patient: Patient
    plan: dict[str, Any]
    order: dict[str, Any]

    def as_(self, role: Role, now: str, subject: str | None = None) -> httpx.AsyncClient:
        """Somebody at a simulated instant."""
        return self.api.as_(role, now=local(now), subject=subject)

    def line(self, name: str = "insulin glargine") -> str:
        """The id of a line of the list."""
        return str(next(each["id"] for each in self.plan["medicines"] if each["name"] == name))

    def step(self, dose: float | None, name: str = "insulin glargine", **found: Any) -> dict[str, Any]:
        """A nurse's step, with what they found."""
        more: dict[str, Any] = {key: found.pop(key) for key in ("kind", "standing_order_id") if key in found}
        body: dict[str, Any] = {
            "plan_id": self.plan["id"],
            "medicine_id": self.line(name),
            "assessment": {**WELL, **found},
        }
        body |= more
        return body if dose is None else {**body, "dose": dose}

    async def asks(self, now: str, dose: float | None = None, **found: Any) -> dict[str, Any]:
        """What the nurse may do now."""
        answer = await self.as_(Role.CASE_MANAGER, now).post("/v1/plan-changes/assess", json=self.step(dose, **found))
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def tries(self, dose: float | None, now: str, *, by: str = NURSE, **found: Any) -> httpx.Response:
        """A nurse takes a step, whatever comes of it."""
        client = self.as_(Role.CASE_MANAGER, now, by)
        return await client.post("/v1/plan-changes/apply", json=self.step(dose, **found))

    async def steps(self, dose: float, now: str, **found: Any) -> dict[str, Any]:
        """A nurse takes a step."""
        answer = await self.tries(dose, now, **found)
        assert answer.status_code == 201, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def proposes(self, now: str, **changes: Any) -> httpx.Response:
        """A nurse proposes to a prescriber."""
        by = changes.pop("by", NURSE)
        body = {
            "plan_id": self.plan["id"],
            "medicine_id": changes.pop("medicine_id", None) or self.line(),
            "kind": "dose",
            "dose": 32,
            "reason": "Above goal",
            "sbar": SBAR,
            **changes,
        }
        body = {name: value for name, value in body.items() if value is not None}
        role = Role.PRESCRIBER if by.startswith("prescriber") else Role.CASE_MANAGER
        return await self.as_(role, now, by).post("/v1/plan-changes", json=body)

    async def act(
        self,
        change: Mapping[str, Any],
        act: str,
        now: str,
        body: Mapping[str, Any] | None = None,
        *,
        role: Role = Role.CASE_MANAGER,
        by: str | None = None,
    ) -> httpx.Response:
        """An act on a change as it is now."""
        path = f"/v1/plan-changes/{change['id']}"
        client = self.as_(role, now, by)
        known = (await client.get(path)).json()
        headers = {"If-Match": f'"{known["version"]}"'}
        return await client.post(f"{path}/{act}", json=dict(body or {}), headers=headers)

    async def done(self, change: Mapping[str, Any], act: str, now: str, **more: Any) -> dict[str, Any]:
        """The same, and it must succeed."""
        answer = await self.act(change, act, now, more.pop("body", None), **more)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def taught(self, change: Mapping[str, Any], now: str, **more: Any) -> dict[str, Any]:
        """The patient says it back."""
        body = {"said_back": "Will take the new dose tonight", "understood": True}
        return await self.done(change, "teach-back", now, body=body, **more)

    async def medicine(self, now: str, name: str = "insulin glargine") -> dict[str, Any]:
        """A line of the list as it is at an instant."""
        answer = await self.as_(Role.CASE_MANAGER, now).get(f"/v1/plans/{self.plan['id']}")
        found: dict[str, Any] = next(each for each in answer.json()["medicines"] if each["name"] == name)
        return found

    async def time_passes(self, now: str) -> None:
        """The clock's jobs run at an instant."""
        body = {"now": local(now).isoformat()}
        (await self.as_(Role.SUPERVISOR, now).post("/v1/ops/run-jobs", json=body)).raise_for_status()


async def entitles(api: Api, person: str = DOCTOR, **changes: Any) -> dict[str, Any]:
    """An administrator records what a person may prescribe."""
    body = {"person": person, "license": "MD-0", "classes": [], "since": "2026-01-01", **changes}
    answer = await api.as_(Role.CLINIC_ADMIN, now=local(BEGUN)).post("/v1/prescribers", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def turns_on(api: Api, now: datetime | None = None) -> None:
    """An administrator asks for adjustments under standing orders, a prescriber signs."""
    at = now or local(BEGUN)
    for role, act in ((Role.CLINIC_ADMIN, "enable"), (Role.PRESCRIBER, "sign")):
        answer = await api.as_(role, now=at).post(f"/v1/protocol-path/{act}", json={"reason": "Policy 12"})
        assert answer.status_code == 200, answer.text


def order_text(**changes: Any) -> dict[str, Any]:
    """The basal insulin order, as the nurse of these tests may use it."""
    persons = [{"person": NURSE, "competent_until": "2026-12-31"}]
    return {**BASAL, "persons": persons, **changes}


async def signs(api: Api, **changes: Any) -> dict[str, Any]:
    """A standing order is drafted and signed."""
    admin, doctor = (api.as_(role, now=local(BEGUN)) for role in (Role.CLINIC_ADMIN, Role.PRESCRIBER))
    drafted = await admin.post("/v1/standing-orders", json=order_text(**changes))
    assert drafted.status_code == 201, drafted.text
    path = f"/v1/standing-orders/{drafted.json()['id']}/sign"
    signed = await doctor.post(path, json={"signature": "Dr. Example, MD"}, headers={"If-Match": '"1"'})
    assert signed.status_code == 200, signed.text
    found: dict[str, Any] = signed.json()
    return found


async def signs_for(api: Api, order: Mapping[str, Any], patient_id: str, **bounds: Any) -> httpx.Response:
    """A prescriber signs an order for one patient."""
    body = {"patient_id": patient_id, "min_single": 20, "max_single": 45, "max_daily": 45, "signature": "Dr. E"}
    client = api.as_(Role.PRESCRIBER, now=local(BEGUN))
    return await client.post(f"/v1/standing-orders/{order['id']}/patients", json={**body, **bounds})


async def starts(api: Api, patient_id: str, *medicines: Mapping[str, Any], at: str = BEGUN) -> dict[str, Any]:
    """The EHR lists what is ordered: a plan begins."""
    body = {"patient_id": patient_id, "medicines": [dict(each) for each in medicines]}
    answer = await api.as_(Role.INTEGRATION, now=local(at)).post("/v1/plans", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def on_glargine(api: Api, *, signed: bool = True, path: bool = True, **text: Any) -> Practice:
    """A patient with diabetes on 24 units, 90 kg, three fasting values around 162; the order signed for them."""
    await entitles(api)
    if path:
        await turns_on(api)
    patient = await a_patient_with(api, "diabetes", BEGUN)
    order = await signs(api, **text)
    if signed:
        bounds = {"min_single": text.get("min_single", 20)}
        assert (await signs_for(api, order, patient.id, **bounds)).status_code == 201
    plan = await starts(api, patient.id, GLARGINE, EMPAGLIFLOZIN)
    await patient.sends("body_weight", 90, "kg", "2026-08-31 09:00")
    for day, value in (("01", 162), ("02", 158), ("03", 165)):
        await patient.sends("glucose_fasting", value, "mg/dL", f"2026-09-{day} 07:00")
    return Practice(api, patient, plan, order)
