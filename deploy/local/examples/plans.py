"""Patients with diabetes on basal insulin, each with a plan: to revise and read, whose list changes, that ends."""

from typing import Any

from deploy.local.examples import notices, plan_changes, standing_orders
from deploy.local.examples.enrollments import agreed, snapshot
from deploy.local.examples.example import Example, Room
from shared.contracts.monitoring.medicines import GLARGINE
from shared.vocabulary import Role

_FASTING = {"-2.4": 142, "-1.4": 138, "-0.4": 145}
_READ, _CHANGED, _ENDED, _REPLACED = 0, 1, 2, 3  # numbers of hosts


async def make(room: Room) -> dict[str, Example]:
    """A step for the first patient, a medicine for each act for the second."""
    order, found = await standing_orders.make(room)
    tablets = [medicine.listed() for medicine in plan_changes.MEDICINES.values()]
    plan = await _begun(room, order, _READ, [])
    changed = await _begun(room, order, _CHANGED, tablets)
    stepped = await plan_changes.stepped(room, plan)
    known = Example({"plan_id": plan["id"]})
    over = {"end": await _begun(room, order, _ENDED, []), "replace": await _begun(room, order, _REPLACED, [])}
    return {
        **found,
        **await standing_orders.ending(room, plan["patient_id"]),
        "plans.start": Example(role=Role.INTEGRATION),
        "plans.revise": Example({"plan_id": plan["id"]}, stepped["plan_number"]),
        "plans.difference": Example({"plan_id": plan["id"], "earlier": "1", "later": "2"}),
        **{f"plans.{act}": Example({"plan_id": each["id"]}, each["version"]) for act, each in over.items()},
        **{f"plans.{act}": known for act in ("get", "versions", "reconcile", "reconciliations")},
        "plan-changes.get": Example({"plan_change_id": stepped["id"]}),
        "plan-changes.history": Example({"plan_change_id": stepped["id"]}),
        "plan-changes.cosign": Example({"plan_change_id": stepped["id"]}, stepped["version"]),
        "fhir.careplan.read": Example({"resource_id": plan["id"]}),
        "fhir.careplan.search": Example({"patient": plan["patient_id"]}),
        "fhir.medicationrequest.read": Example({"resource_id": stepped["id"]}),
        "fhir.medicationrequest.search": Example({"patient": plan["patient_id"], "intent": "order"}),
        **await plan_changes.make(room, changed),
        **await notices.make(room, stepped),
    }


async def _begun(room: Room, order: dict[str, Any], host: int, tablets: list[dict[str, Any]]) -> Any:
    """Followed for five days, three fasting values above goal, the order signed, the list as the EHR has it."""
    patient = room.hosts[host]
    body: dict[str, Any] = {
        "patient": snapshot(patient, 1),
        "protocol": "diabetes",
        "tier": "rising",
        "reason": "Type 2 diabetes on basal insulin (demo)",
        "consents": [{**agreed(room), "given_at": room.at(-6)}],
    }
    enrollment = await room.post("monitoring", "/v1/enrollments", body, key=f"plan-enrollment-{host}", days_ago=5)
    patient_id = enrollment["patient_id"]
    known = {"patient_id": patient_id, "source": "demo-plan"}
    fasting = {**known, "metric": "glucose_fasting", "unit": "mg/dL"}
    values = [{**fasting, "value": value, "observed_at": room.at(float(days))} for days, value in _FASTING.items()]
    values.append({**known, "metric": "body_weight", "value": 90, "unit": "kg", "observed_at": room.at(-3)})
    path, sender = "/v1/readings/batch", Role.INTEGRATION
    await room.post("monitoring", path, values, key=f"plan-readings-{host}", role=sender, days_ago=0)
    await standing_orders.signed_for(room, order, patient_id)
    prescribed = {"prescriber": "Dr. Example", "prescribed_at": room.at(-60)}
    plan = {"patient_id": patient_id, "medicines": [{**each, **prescribed} for each in (GLARGINE, *tablets)]}
    plan["goals"] = [{"key": "fasting", "text": "Fasting glucose 80 to 130 mg/dL", "review_by": room.at(80)[:10]}]
    return await room.post("monitoring", "/v1/plans", plan, key=f"plan-{host}", role=sender)
