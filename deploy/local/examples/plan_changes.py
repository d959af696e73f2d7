"""Changes of medicines: one medicine for every act, so that each has a change of its own."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_NURSE, _DOCTOR = Role.CASE_MANAGER, Role.PRESCRIBER


class Tablet(NamedTuple):
    """A medicine of the list by its RxNorm ingredient (from memory, as in the formulary), and the dose to come (mg)."""

    rxnorm: str
    name: str
    dose: float
    to: float

    def listed(self) -> dict[str, Any]:
        """The line of the list."""
        told: dict[str, Any] = {"rxnorm": self.rxnorm, "name": self.name, "form": "tablet", "route": "oral"}
        return {**told, "dose": self.dose, "unit": "mg", "times_per_day": 1}


MEDICINES: Mapping[str, Tablet] = {
    "create": Tablet("83367", "atorvastatin", 20, 40),
    "prescribe": Tablet("29046", "lisinopril", 10, 20),
    "hold-dose": Tablet("20352", "carvedilol", 12.5, 0),
    "propose": Tablet("6809", "metformin", 500, 1000),
    "withdraw": Tablet("17767", "amlodipine", 5, 10),
    "approve": Tablet("1545653", "empagliflozin", 10, 25),
    "reject": Tablet("36437", "sertraline", 50, 100),
    "verbal-order": Tablet("519", "allopurinol", 100, 200),
    "sign": Tablet("10582", "levothyroxine", 0.05, 0.075),
    "order": Tablet("7646", "omeprazole", 20, 40),
    "teach-back": Tablet("25480", "gabapentin", 100, 300),
    "cancel": Tablet("77492", "tamsulosin", 0.4, 0.8),
    "monitor": Tablet("4603", "furosemide", 20, 40),
    "close": Tablet("9997", "spironolactone", 12.5, 25),
}
# act: how its change comes to where the act fits
_BEFORE: Mapping[str, tuple[str, ...]] = {
    "propose": ("draft",),
    "withdraw": ("proposal",),
    "approve": ("proposal",),
    "reject": ("proposal",),
    "verbal-order": ("proposal",),
    "sign": ("proposal", "verbal-order"),
    "order": ("proposal", "approve"),
    "teach-back": ("prescribed",),
    "cancel": ("prescribed",),
    "monitor": ("prescribed", "teach-back"),
    "close": ("prescribed", "teach-back", "monitor"),
}
_SAID_BACK = {"said_back": "Says the new dose, when to take it and when to call", "understood": True}
_ACTS: Mapping[str, tuple[Role, dict[str, Any]]] = {
    "approve": (_DOCTOR, {"note": "Agreed"}),
    "verbal-order": (_NURSE, {"prescriber": f"dev.{_DOCTOR}", "read_back": True}),
    "teach-back": (_NURSE, _SAID_BACK),
    "monitor": (_NURSE, {"note": "Called: takes it, no side effects"}),
}
_SAID: Mapping[str, dict[str, Any]] = {
    "approve": {"note": "Agreed"},
    "cancel": {"note": "Declines it for now"},
    "teach-back": _SAID_BACK,
}
_SBAR = {
    "situation": "Above goal at the dose of today (demo)",
    "background": "Type 2 diabetes, on the list for two months",
    "assessment": "Takes it as prescribed, no side effects, no illness",
    "request": "The next dose?",
}
_WELL: dict[str, Any] = {
    "acute_illness": False,
    "vomiting": False,
    "steroid_change": False,
    "pregnancy": False,
    "cause_of_low": None,
    "signs": [],
}


async def stepped(room: Room, plan: dict[str, Any]) -> Any:
    """A nurse's step under the standing order, said back by the patient; it waits for its co-signature."""
    body = {**_line(plan, "insulin glargine"), "dose": 26, "assessment": _WELL}
    step = await room.post("monitoring", "/v1/plan-changes/apply", body, key="step", role=_NURSE, days_ago=0)
    return await _acted(room, step, "teach-back")


async def make(room: Room, plan: dict[str, Any]) -> dict[str, Example]:
    """A change for every act; and what a step, a proposal and an order may be of."""
    found = {}
    for act, before in _BEFORE.items():
        change = await _begun(room, plan, act, before[0])
        for done in before[1:]:
            change = await _acted(room, change, done)
        found[f"plan-changes.{act}"] = Example({"plan_change_id": change["id"]}, change["version"], _SAID.get(act))
    step = {**_line(plan, "insulin glargine"), "assessment": _WELL}
    held = {"until": room.at(1), "reason": "Systolic 84, dizzy", "informed": "Dr. Example, on call"}
    return {
        **found,
        "plan-changes.assess": Example(body=step),
        "plan-changes.apply": Example(body={**step, "dose": 26}),
        "plan-changes.create": Example(body={**_change(plan, "create"), "sbar": _SBAR}),
        "plan-changes.prescribe": Example(body=_change(plan, "prescribe")),
        "plan-changes.hold-dose": Example(body={**_line(plan, MEDICINES["hold-dose"].name), **held}),
    }


async def _begun(room: Room, plan: dict[str, Any], act: str, how: str) -> Any:
    body, path, role = _change(plan, act), "/v1/plan-changes", _NURSE
    if how == "prescribed":
        path, role = f"{path}/order", _DOCTOR
    else:
        body |= {"sbar": _SBAR, "draft": how == "draft"}
    return await room.post("monitoring", path, body, key=f"change-{act}", role=role, days_ago=0)


async def _acted(room: Room, change: dict[str, Any], act: str) -> Any:
    role, body = _ACTS[act]
    path = f"/v1/plan-changes/{change['id']}/{act}"
    return await room.post("monitoring", path, body, key=path, role=role, days_ago=0, version=change["version"])


def _change(plan: dict[str, Any], act: str) -> dict[str, Any]:
    medicine = MEDICINES[act]
    return {**_line(plan, medicine.name), "kind": "dose", "dose": medicine.to, "reason": "Above goal (demo)"}


def _line(plan: dict[str, Any], name: str) -> dict[str, Any]:
    line = next(each for each in plan["medicines"] if each["name"] == name)
    return {"plan_id": plan["id"], "medicine_id": line["id"]}
