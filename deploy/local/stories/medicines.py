"""The patient's medicines: who may change them, a nurse's steps, a prescriber's orders, what the list then says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deploy.local.stories import words
from deploy.local.stories.clinic import MONITORING, subject
from deploy.local.stories.engine import Came, Missing, Refused
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import Json
from shared.contracts.monitoring.standing_orders import BASAL
from shared.vocabulary import Role

_NURSE, _DOCTOR = Role.CASE_MANAGER, Role.PRESCRIBER
_WELL: dict[str, Any] = {
    "acute_illness": False,
    "vomiting": False,
    "steroid_change": False,
    "pregnancy": False,
    "cause_of_low": None,
    "signs": [],
}
GLARGINE: dict[str, Any] = {
    "rxnorm": "274783",
    "name": "insulin glargine",
    "form": "injection-pen",
    "route": "subcutaneous",
    "concentration": "U-100",
    "dose": 24,
    "unit": "[iU]",
    "times_per_day": 1,
}
EMPAGLIFLOZIN: dict[str, Any] = {
    "rxnorm": "1545653",
    "name": "empagliflozin",
    "form": "tablet",
    "route": "oral",
    "dose": 10,
    "unit": "mg",
    "times_per_day": 1,
}
FUROSEMIDE: dict[str, Any] = {**EMPAGLIFLOZIN, "rxnorm": "4603", "name": "furosemide", "dose": 40, "times_per_day": 2}
BURST: dict[str, Any] = {
    **BASAL,
    "key": "loop-diuretic-burst",
    "title": "Three days of a doubled loop diuretic by RN case managers",
    "condition": "heart-failure",
    "rxnorm": "4603",
    "drug": "furosemide",
    "form": "tablet",
    "route": "oral",
    "concentration": None,
    "unit": "mg",
    "indication": "Heart failure, weight gain with signs of congestion",
    "required": [
        {"metric": "body_weight", "max_age_hours": 24},
        {"metric": "bp_systolic", "max_age_hours": 24},
        *({"metric": lab, "max_age_hours": 336} for lab in ("potassium", "creatinine", "egfr")),
    ],
    "rule": "loop-diuretic-burst",
    "max_single": 100,
    "max_daily": 200,
    "max_change": 100,
    "max_change_percent": 100,
    "recheck_days": 3,
    "labs_from_day": 7,
    "labs_to_day": 10,
}


@dataclass(slots=True)
class Medicines:
    """One patient's list and what is done with it."""

    patient: Patient
    steps: list[Json] = field(default_factory=list)

    async def ask(self, method: str, path: str, now: datetime, *, by: Role, **sent: Any) -> Any:
        """A request to monitoring."""
        return await self.patient.clinic.ask(MONITORING, method, path, by=by, now=now, **sent)

    def begun(self, text: Mapping[str, Any], bounds: Mapping[str, Any], *listed: Mapping[str, Any]) -> Came:
        """The practice turns steps on and signs the order, for this patient too; the EHR lists what is ordered."""

        async def came(now: datetime) -> str:
            authority = {"person": subject(_DOCTOR), "license": "MD-0", "since": "2026-01-01"}
            await self.ask("POST", "/v1/prescribers", now, by=Role.CLINIC_ADMIN, body=authority)
            for by, act in ((Role.CLINIC_ADMIN, "enable"), (_DOCTOR, "sign")):
                body = {"reason": "Policy of the practice"}
                await self.ask("POST", f"/v1/protocol-path/{act}", now, by=by, body=body)
            named = {"persons": [{"person": subject(_NURSE), "competent_until": "2026-12-31"}]}
            order = await self.ask("POST", "/v1/standing-orders", now, by=Role.CLINIC_ADMIN, body={**text, **named})
            path, signature = f"/v1/standing-orders/{order['id']}", {"signature": "Dr. Example, MD"}
            await self.ask("POST", f"{path}/sign", now, by=_DOCTOR, body=signature, version=order["version"])
            who = {"patient_id": self.patient.followed_as, **signature}
            await self.ask("POST", f"{path}/patients", now, by=_DOCTOR, body={**who, **bounds})
            ordered = {"prescriber": "Dr. Example", "prescribed_at": words.at("08-01 09:00").isoformat()}
            lines = [{**each, **ordered} for each in listed]
            plan = {"patient_id": self.patient.followed_as, "medicines": lines}
            await self.ask("POST", "/v1/plans", now, by=Role.INTEGRATION, body=plan)
            return await self.listed(now)

        return came

    async def listed(self, now: datetime) -> str:
        """What the list says: each drug with the dose of a day."""
        await self.patient.clinic.work(now)
        plan = await self._plan(now)
        return ", ".join(_line(each) for each in plan["medicines"])

    def stepped(self, name: str, dose: float, **found: Any) -> Came:
        """A nurse takes a step and the patient says it back; what was allowed, what came of it, what follows."""

        async def came(now: datetime) -> str:
            body = await self._step(name, now, found)
            allowed = await self.ask("POST", "/v1/plan-changes/assess", now, by=_NURSE, body=body)
            step = await self.ask("POST", "/v1/plan-changes/apply", now, by=_NURSE, body={**body, "dose": dose})
            step = await self._told(step, now)
            self.steps.append(step)
            said = [
                f"allowed {', '.join(allowed['allowed_doses'])}",
                f"{step['dose_before']} -> {step['dose_after']}",
                f"co-sign by {words.moment(step['cosign_due'])}",
                *([f"locked until {_locks(allowed)}"] if allowed["locks"] else []),
                *([f"back on {words.moment(step['returns_at'])}"] if step["returns_at"] else []),
                *([f"recheck {words.day(step['recheck_on'])}"] if step["returns_at"] else []),
                *([f"labs {words.day(step['labs_from'])}..{words.day(step['labs_to'])}"] if step["labs_from"] else []),
            ]
            return "; ".join(said)

        return came

    def assessed(self, name: str, **found: Any) -> Came:
        """What a nurse may do now."""

        async def came(now: datetime) -> str:
            body = await self._step(name, now, found)
            answer = await self.ask("POST", "/v1/plan-changes/assess", now, by=_NURSE, body=body)
            until = f" until {_locks(answer)}" if answer["locks"] else ""
            return f"{answer['decision']}: {answer['refusals'][0]['code']}{until}"

        return came

    async def cosigned(self, now: datetime) -> str:
        """The prescriber co-signs the last step."""
        if not self.steps:
            raise Missing("no step was taken")
        path = f"/v1/plan-changes/{self.steps[-1]['id']}"
        known = await self.ask("GET", path, now, by=_DOCTOR)
        signed = await self.ask("POST", f"{path}/cosign", now, by=_DOCTOR, body={}, version=known["version"])
        return f"{signed['state']}, co-signed by {signed['cosigned_by']}"

    def held(self, name: str) -> Came:
        """A nurse tries to hold a drug; then a prescriber orders it, and the patient says it back."""

        async def came(now: datetime) -> str:
            body = await self._step(name, now, {})
            try:
                await self.ask("POST", "/v1/plan-changes/apply", now, by=_NURSE, body={**body, "kind": "hold"})
            except Refused as refused:
                nurse = str(refused).partition(":")[0]
            else:
                nurse = "allowed"
            line = {name: body[name] for name in ("plan_id", "medicine_id")}
            order = {**line, "kind": "hold", "reason": "Impending ketoacidosis"}
            ordered = await self.ask("POST", "/v1/plan-changes/order", now, by=_DOCTOR, body=order)
            await self._told(ordered, now)
            return f"RN {nurse}; {ordered['decided_by']} {ordered['state']}; {await self.listed(now)}"

        return came

    async def _told(self, change: Json, now: datetime) -> Json:
        body = {"said_back": "Says the new dose and when to call", "understood": True}
        path = f"/v1/plan-changes/{change['id']}/teach-back"
        told: Json = await self.ask("POST", path, now, by=_NURSE, body=body, version=change["version"])
        return told

    async def _plan(self, now: datetime) -> Json:
        page = await self.ask("GET", f"/v1/plans?patient_id={self.patient.followed_as}", now, by=_NURSE)
        if not page["items"]:
            raise Missing("no plan")
        plan: Json = page["items"][0]
        return plan

    async def _step(self, name: str, now: datetime, found: Mapping[str, Any]) -> dict[str, Any]:
        plan = await self._plan(now)
        line = next(each for each in plan["medicines"] if each["name"] == name)
        return {"plan_id": plan["id"], "medicine_id": line["id"], "assessment": {**_WELL, **found}}


def _line(read: Json) -> str:
    held = "" if read["status"] == "active" else f" {read['status']}"
    return f"{read['name']} {float(read['daily']):g} {read['unit']}/day{held}"


def _locks(answer: Json) -> str:
    return ", ".join(words.moment(each["until"]) for each in answer["locks"])
