"""Standing orders: one in force, one of each kind for the acts; who prescribes; the clinic's switch, which is on."""

from typing import Any

from deploy.local.examples.example import Example, Room
from shared.contracts.monitoring.standing_orders import BASAL
from shared.vocabulary import Role

_BOUNDS = {"min_single": 20, "max_single": 45, "max_daily": 45, "signature": "Dr. Example, MD"}
_ADMIN, _DOCTOR = Role.CLINIC_ADMIN, Role.PRESCRIBER


async def make(room: Room) -> tuple[dict[str, Any], dict[str, Example]]:
    """The order in force, and examples about others."""
    await prescriber(room)
    leaving = await prescriber(room, "dr.leaving")
    for role, act in ((_ADMIN, "enable"), (_DOCTOR, "sign")):
        body = {"reason": "Policy 12 adopted by the medical director (demo)"}
        await room.post("monitoring", f"/v1/protocol-path/{act}", body, key=f"path-{act}", role=role, days_ago=4)
    order = await _signed(room, "basal-insulin")
    drafts = {act: await _drafted(room, f"basal-insulin-{act}") for act in ("sign", "revoke")}
    in_force = Example({"standing_order_id": order["id"]})
    last_day = {"until": room.at(30)[:10], "reason": "Left the practice"}
    return order, {
        "prescribers.record": Example(body=_authority(room, "dr.new")),
        "prescribers.end": Example({"prescriber_id": leaving["id"]}, leaving["version"], last_day),
        "standing-orders.draft": Example(body=_text(room, "basal-insulin-evening")),
        "standing-orders.get": in_force,
        "standing-orders.patients": in_force,
        "standing-orders.enroll": in_force,
        **{
            f"standing-orders.{act}": Example({"standing_order_id": each["id"]}, each["version"])
            for act, each in drafts.items()
        },
    }


async def ending(room: Room, patient_id: str) -> dict[str, Example]:
    """An order signed for a patient, to end."""
    order = await _signed(room, "basal-insulin-ended")
    under = await signed_for(room, order, patient_id)
    values = {"standing_order_id": order["id"], "patient_order_id": under["id"]}
    return {"standing-orders.end": Example(values, under["version"])}


async def signed_for(room: Room, order: dict[str, Any], patient_id: str) -> Any:
    """A prescriber signs an order for one patient."""
    path, key = f"/v1/standing-orders/{order['id']}/patients", f"{order['key']}-{patient_id}"
    body = {"patient_id": patient_id, **_BOUNDS}
    return await room.post("monitoring", path, body, key=key, role=_DOCTOR)


async def prescriber(room: Room, person: str = f"dev.{_DOCTOR}") -> Any:
    """The record of somebody who may prescribe; the same person again is the same record."""
    body = _authority(room, person)
    return await room.post("monitoring", "/v1/prescribers", body, key=f"authority-{person}", role=_ADMIN, days_ago=5)


def _authority(room: Room, person: str) -> dict[str, Any]:
    return {"person": person, "license": "NY-MD-000000", "classes": [], "dea": False, "since": room.at(-400)[:10]}


async def _drafted(room: Room, key: str) -> Any:
    text = _text(room, key)
    return await room.post("monitoring", "/v1/standing-orders", text, key=key, role=_ADMIN, days_ago=3)


async def _signed(room: Room, key: str) -> Any:
    order = await _drafted(room, key)
    path, body = f"/v1/standing-orders/{order['id']}/sign", {"signature": "Dr. Example, MD"}
    return await room.post(
        "monitoring", path, body, key=f"signed-{key}", role=_DOCTOR, days_ago=2, version=order["version"]
    )


def _text(room: Room, key: str) -> dict[str, Any]:
    """The contract's order, in force since before the seed."""
    persons = [{"person": f"dev.{Role.CASE_MANAGER}", "competent_until": room.at(200)[:10]}]
    dates = {"effective": room.at(-60)[:10], "expires": room.at(300)[:10]}
    return {**BASAL, "key": key, "persons": persons, **dates}
