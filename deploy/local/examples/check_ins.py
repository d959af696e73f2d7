"""A check-in for every act: due, begun, completed."""

from typing import Any

from deploy.local.examples.enrollments import agreed, snapshot
from deploy.local.examples.example import Example, Room
from shared.vocabulary import CheckInAct

_HOST = 5
_LEFT_OUT = {"common": "out-of-time", "heart-failure": "out-of-time"}


async def make(room: Room) -> dict[str, Example]:
    """Five conversations with a patient whom no story is about."""
    body: dict[str, Any] = {
        "patient": snapshot(room.hosts[_HOST], 1),
        "protocol": "heart-failure",
        "tier": "stable",
        "reason": "Heart failure, stable (demo)",
        "consents": [agreed(room)],
    }
    enrollment = await room.post("monitoring", "/v1/enrollments", body, key="check-ins-enrollment", days_ago=2)
    opened = {"enrollment_ids": [enrollment["id"]], "reason": "Called about the weight"}
    at = {act: await room.post("monitoring", "/v1/check-ins", opened, key=f"check-in-{act}") for act in CheckInAct}
    begun = {"answers": {"heart-failure.nyha": 3}, "not_asked": _LEFT_OUT}
    for act in (CheckInAct.COMPLETE, CheckInAct.CORRECT):
        at[act] = await _act(room, at[act], "answer", begun)
    at[CheckInAct.CORRECT] = await _act(room, at[CheckInAct.CORRECT], "complete", {"contact": {"channel": "phone"}})
    found = {f"check-ins.{act}": Example(_of(each), each["version"]) for act, each in at.items()}
    last = _of(at[CheckInAct.CORRECT])
    return {
        **found,
        "check-ins.open": Example(body=opened),
        "check-ins.get": Example(last),
        "check-ins.history": Example(last),
        "fhir.questionnaireresponse.read": Example({"resource_id": f"{last['check_in_id']}.heart-failure"}),
        "fhir.questionnaireresponse.search": Example({"patient": enrollment["patient_id"]}),
        "forms.get": Example({"form": "heart-failure", "form_version": "1.0.0"}),
    }


def _of(check_in: dict[str, Any]) -> dict[str, str]:
    return {"check_in_id": check_in["id"]}


async def _act(room: Room, check_in: dict[str, Any], act: str, body: dict[str, Any]) -> Any:
    path = f"/v1/check-ins/{check_in['id']}/{act}"
    return await room.post("monitoring", path, body, key=path, version=check_in["version"])
