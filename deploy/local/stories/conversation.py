"""Check-ins of the stories: what was said on the phone, and what that amounts to."""

from datetime import datetime
from typing import Any

from deploy.local.stories.clinic import MONITORING
from deploy.local.stories.engine import Came
from deploy.local.stories.patient import NO_ALERT, Patient
from deploy.local.stories.words import Json
from shared.vocabulary import NeedKind, Role

_REST = ("common", "heart-failure", "diabetes", "dds-17")


def checked_in(patient: Patient, answers: dict[str, Any]) -> Came:
    """A check-in by phone: the alerts its answers raise, and whether one of them is a red flag."""

    async def came(now: datetime) -> str:
        said = await _begun(patient, answers, now)
        alerts = [f"{alert['rule']} {alert['severity']}" for alert in said["alerts"]]
        red = [each["symptom"] for each in said["concerns"] if each["severity"] == "critical"]
        await _ended(patient, said, now)
        return f"{'; '.join(alerts) or NO_ALERT}; {'red flag: ' + ', '.join(red) if red else 'no red flag'}"

    return came


def screened(patient: Patient, metric: str, answers: dict[str, Any]) -> Came:
    """A check-in with a questionnaire: its score, the form that follows from it, and the need it asks for."""

    async def came(now: datetime) -> str:
        said = await _begun(patient, answers, now)
        score = next(each for each in said["scores"] if each["metric"] == metric)
        follows = [form.partition("@")[0] for form in said["asked"] if form.startswith("dds-17")]
        await _ended(patient, said, now)
        await patient.clinic.work(now)
        need = await patient.need(NeedKind.BEHAVIOURAL, now)
        return f"{float(score['value'])}: {', '.join(follows)}; {need['kind']} {need['state']}"

    return came


async def _begun(patient: Patient, answers: dict[str, Any], now: datetime) -> Json:
    found = await _ask(patient, "GET", f"/v1/enrollments?patient_id={patient.followed_as}&state=active", now)
    opened = {"enrollment_ids": [each["id"] for each in found["items"]], "reason": "Called"}
    check_in = await _ask(patient, "POST", "/v1/check-ins", now, opened)
    path = f"/v1/check-ins/{check_in['id']}/answer"
    said: Json = await _ask(patient, "POST", path, now, {"answers": answers}, check_in["version"])
    return said


async def _ended(patient: Patient, said: Json, now: datetime) -> None:
    here = {form.partition("@")[0] for form in said["forms"]}
    body = {"contact": {"channel": "phone"}, "not_asked": {form: "out-of-time" for form in _REST if form in here}}
    await _ask(patient, "POST", f"/v1/check-ins/{said['id']}/complete", now, body, said["version"])


async def _ask(
    patient: Patient, method: str, path: str, now: datetime, body: Any = None, version: int | None = None
) -> Any:
    by = Role.CASE_MANAGER
    return await patient.clinic.ask(MONITORING, method, path, by=by, now=now, body=body, version=version)
