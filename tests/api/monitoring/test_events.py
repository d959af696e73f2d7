"""A patient with two conditions: readings are judged by each protocol, one event is one thing to look at."""

from typing import Any

from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, enrolls, identity

NOW = "2026-09-10 08:30"


async def with_two_conditions(api: Api) -> Patient:
    person = {"version": 1, **identity()}
    await enrolls(api, "hypertension", "2026-09-01 08:00", patient=person)
    second = (await enrolls(api, "heart-failure", "2026-09-01 08:00", patient=person)).json()
    return Patient(api, second["patient_id"], second)


async def low_pressure(patient: Patient) -> dict[str, dict[str, Any]]:
    items = [
        patient.item(metric, value, "mm[Hg]", "2026-09-10 08:00")
        for metric, value in (("bp_systolic", 84), ("bp_diastolic", 50))
    ]
    await patient.batch(items, now="2026-09-10 08:01")
    return {alert["protocol"]: alert for alert in await patient.alerts(NOW)}


async def test_one_event_is_shown_once_and_acknowledged_once(monitoring: Api) -> None:
    patient = await with_two_conditions(monitoring)
    found = await low_pressure(patient)
    assert sorted(found) == ["heart-failure", "hypertension"], "judged once per protocol"
    client = patient.client(now=NOW)
    asked = {"patient_id": patient.id, "one_per_event": "true"}
    (leading,) = (await client.get("/v1/alerts", params=asked)).json()["items"]
    assert leading["event"]["leading"]
    (also,) = leading["event"]["also_under"]
    other = next(alert for alert in found.values() if alert["id"] != leading["id"])
    assert (also["alert_id"], also["protocol"]) == (other["id"], other["protocol"])
    assert other["event"]["representative_id"] == leading["id"]
    path = f"/v1/alerts/{leading['id']}/acknowledge"
    done = await patient.act(path, {"note": "Calling"}, version=leading["version"], now=NOW)
    assert done["state"] == "acknowledged"
    states = {alert["id"]: (alert["state"], alert["acknowledged_by"]) for alert in await patient.alerts(NOW)}
    assert states == {each["id"]: ("acknowledged", "case_manager-1") for each in found.values()}


async def test_one_alert_alone_can_be_acknowledged(monitoring: Api) -> None:
    patient = await with_two_conditions(monitoring)
    found = await low_pressure(patient)
    one = found["heart-failure"]
    body = {"only_this": True}
    await patient.act(f"/v1/alerts/{one['id']}/acknowledge", body, version=one["version"], now=NOW)
    states = {alert["protocol"]: alert["state"] for alert in await patient.alerts(NOW)}
    assert states == {"heart-failure": "acknowledged", "hypertension": "open"}
