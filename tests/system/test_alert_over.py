"""An alert that is over takes the untouched need it asked for with it: both services, the real relay."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, Pair
from tests.support.makers_coordination import a_person, good
from tests.support.makers_monitoring import agreed, closed, local
from tests.support.news import DAY, at, deliver


async def a_diabetic(pair: Pair) -> dict[str, Any]:
    """Somebody followed by monitoring whom coordination knows; the answer is the patient there."""
    patient: dict[str, Any] = await good(await at(pair.coordination, "09:00").post("/v1/patients", json=a_person()))
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Diabetes"}
    made = await at(pair.coordination, "09:00").post("/v1/needs", json=need)
    ask = {"protocol": "diabetes", "tier": "rising", "consents": [agreed(local(DAY + "08:00").isoformat())]}
    path = f"/v1/needs/{(await good(made))['id']}/enroll"
    await good(await at(pair.coordination, "09:01").post(path, json=ask, headers={"If-Match": made.headers["ETag"]}))
    await deliver(pair, "09:02")
    return patient


async def sends(pair: Pair, patient: dict[str, Any], value: int, time: str) -> dict[str, Any]:
    body = {
        "patient_identifier": patient["identifiers"][0],
        "metric": "glucose_smbg",
        "value": value,
        "unit": "mg/dL",
        "observed_at": local(DAY + time).isoformat(),
        "source": "meter",
    }
    client = pair.monitoring.as_(Role.INTEGRATION, now=local(DAY + time))
    stored: dict[str, Any] = await good(await client.post("/v1/readings", json=body))
    return stored


async def follow_ups(pair: Pair, patient: dict[str, Any], time: str) -> list[dict[str, Any]]:
    query = {"patient_id": patient["id"], "kind": "alert-follow-up"}
    items: list[dict[str, Any]] = (await good(await at(pair.coordination, time).get("/v1/needs", params=query)))[
        "items"
    ]
    return items


async def acts(api: Api, path: str, body: dict[str, Any], time: str, version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await good(await at(api, time).post(path, json=body, headers=headers))


async def corrected(pair: Pair, stored: dict[str, Any], time: str) -> None:
    """Typed wrongly: 147, not 47."""
    path = f"/v1/readings/{stored['reading']['id']}/correct"
    body = {"value": 147, "unit": "mg/dL", "reason": "Typed wrongly"}
    await acts(pair.monitoring, path, body, time, stored["reading"]["version"])


async def test_a_value_that_was_corrected_takes_its_urgent_need_off_the_worklist_once(pair: Pair) -> None:
    patient = await a_diabetic(pair)
    stored = await sends(pair, patient, 47, "10:00")
    await deliver(pair, "10:01")
    (need,) = await follow_ups(pair, patient, "10:02")
    assert (need["state"], need["priority"]) == ("identified", "urgent")

    await corrected(pair, stored, "10:05")
    await deliver(pair, "10:06")
    (over,) = await follow_ups(pair, patient, "10:07")
    assert over["state"] == "withdrawn"
    await deliver(pair, "10:08")
    alert = stored["alerts"][0]["id"]
    again = {"patient_id": patient["id"], "alert_id": alert, "disposition": "source-corrected"}
    said = await acts(
        pair.coordination, "/v1/need-sources/end", {**again, "ended_at": local(DAY + "10:05").isoformat()}, "10:09"
    )
    assert said == {"withdrawn": [], "kept": []}
    (same,) = await follow_ups(pair, patient, "10:10")
    assert same["version"] == over["version"], "once"
    for api in (pair.coordination, pair.monitoring):
        drift = await good(await at(api, "10:15").get("/v1/ops/drift"))
        assert (drift["drift"], drift["undelivered"]) == (0, 0)


async def test_a_need_somebody_works_on_stays_and_says_that_the_alert_is_over(pair: Pair) -> None:
    patient = await a_diabetic(pair)
    stored = await sends(pair, patient, 47, "10:00")
    await deliver(pair, "10:01")
    (need,) = await follow_ups(pair, patient, "10:02")
    await acts(
        pair.coordination, f"/v1/needs/{need['id']}/assign", {"owner": "coordinator-2"}, "10:03", need["version"]
    )
    await corrected(pair, stored, "10:05")
    await deliver(pair, "10:06")
    kept = await good(await at(pair.coordination, "10:07").get(f"/v1/needs/{need['id']}"))
    assert kept["state"] == "identified"
    last = kept["history"][-1]
    assert (last["act"], last["code"]) == ("source-ended", "source-corrected")


async def test_an_alert_that_a_nurse_dealt_with_needs_nobody_else(pair: Pair) -> None:
    patient = await a_diabetic(pair)
    stored = await sends(pair, patient, 47, "10:00")
    await sends(pair, patient, 110, "10:12")
    await deliver(pair, "10:13")
    alert = await good(await at(pair.monitoring, "10:14").get(f"/v1/alerts/{stored['alerts'][0]['id']}"))
    await acts(pair.monitoring, f"/v1/alerts/{alert['id']}/resolve", closed(DAY + "10:15"), "10:15", alert["version"])
    await deliver(pair, "10:16")
    (need,) = await follow_ups(pair, patient, "10:17")
    assert need["state"] == "withdrawn"
