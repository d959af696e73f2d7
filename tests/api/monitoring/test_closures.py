"""Closing alerts: what must be said, attempts to reach the patient, and the reasons the ledger counts."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, closed, local, with_diabetes

NOW = "2026-09-10 12:00"


async def tries(patient: Patient, alert: dict[str, Any], at: str, **more: Any) -> Any:
    """Somebody tries to reach the patient, and records it a minute later."""
    body = {"channel": "phone", "outcome": "no-answer", "at": local(at).isoformat(), **more}
    client = patient.client(now=at)
    return await client.post(f"/v1/alerts/{alert['id']}/attempts", json=body)


async def ends(patient: Patient, alert: dict[str, Any], now: str, body: dict[str, Any]) -> Any:
    """The answer to closing it."""
    client = patient.client(now=now)
    return await client.post(f"/v1/alerts/{alert['id']}/resolve", json=body, headers={"If-Match": '"1"'})


async def test_what_is_missing_is_named_and_nothing_is_closed(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(50, NOW))["alerts"][0]
    short = {"disposition": "resolved", "assessment": "Ate", "action": "Advice"}
    refusal = await ends(patient, alert, NOW, short)
    assert problem(refusal) == (422, "alert.closure-incomplete")
    assert refusal.json()["missing"] == ["contact_outcome", "plan", "recheck_at"]
    assert "contact_outcome (whom you reached" in refusal.json()["detail"]
    before = closed(NOW, recheck_at=local(NOW).isoformat())
    assert problem(await ends(patient, alert, NOW, before)) == (422, "alert.recheck-past")
    late = closed(NOW, recheck_at=local("2026-09-11 12:01").isoformat())
    assert problem(await ends(patient, alert, NOW, late)) == (422, "alert.recheck-too-late")
    assert (await patient.alerts(NOW))[0]["state"] == "open"
    done = (await ends(patient, alert, NOW, closed(NOW))).json()
    assert (done["state"], done["closure"]["plan"]) == ("resolved", "Measures again tomorrow")


async def test_unable_to_reach_is_taken_after_the_attempts_on_record(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(50, NOW))["alerts"][0]
    day, evening = "2026-09-11 15:00", "2026-09-11 17:00"
    body = closed(evening, "unable-to-reach", informed="Dr. Primary", letter_sent_at=local(evening).isoformat())
    for at, more in ((NOW, {}), ("2026-09-10 16:00", {"channel": "portal", "outcome": "message-left"}), (day, {})):
        path = f"/v1/alerts/{alert['id']}/attempts"
        seen = (await patient.client(now=evening).get(path)).json()
        assert "Recorded since the alert opened" in seen["unable_to_reach"]
        refusal = await ends(patient, alert, evening, body)
        assert problem(refusal) == (422, "alert.attempts-missing"), refusal.text
        assert (await tries(patient, alert, at, **more)).status_code == 201
    seen = (await patient.client(now=evening).get(path)).json()
    assert (seen["unable_to_reach"], [each["channel"] for each in seen["items"]]) == (
        None,
        ["phone", "portal", "phone"],
    )
    done = (await ends(patient, alert, evening, body)).json()
    assert (done["disposition"], done["closure"]["informed"]) == ("unable-to-reach", "Dr. Primary")
    assert problem(await tries(patient, alert, evening)) == (409, "alert.wrong-state")


async def test_an_attempt_is_recorded_after_it_was_made_and_for_an_alert_that_was_there(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(50, NOW))["alerts"][0]
    for at in ("2026-09-10 11:59", "2026-09-10 12:01"):
        body = {"channel": "phone", "outcome": "busy", "at": local(at).isoformat()}
        refusal = await patient.client(now=NOW).post(f"/v1/alerts/{alert['id']}/attempts", json=body)
        assert problem(refusal) == (422, "alert.attempt-time"), at
    assert (await patient.client(now=NOW).get(f"/v1/alerts/{alert['id']}/attempts")).json()["items"] == []


async def test_the_ledger_counts_why_alerts_were_put_off_or_overridden(monitoring: Api) -> None:
    for number, end in enumerate(("false-reading", "resolved", "resolved", "patient-declined", "protocol-step")):
        patient = await with_diabetes(monitoring)
        alert = (await patient.measures(66, NOW))["alerts"][0]
        said = {"override_reason": "limit-does-not-fit"} if number == 1 else {}
        for code in ("temporary-cause", "recheck-planned", "temporary-cause") if number == 2 else ():
            quiet = {"until": local("2026-09-10 18:00").isoformat(), "reason": "Ate", "reason_code": code}
            path = f"/v1/alerts/{alert['id']}/snooze"
            alert = await patient.act(path, quiet, version=alert["version"], now=NOW)
        path = f"/v1/alerts/{alert['id']}/resolve"
        await patient.act(path, closed(NOW, end, **said), version=alert["version"], now=NOW)
    client = monitoring.as_(Role.SUPERVISOR, now=local("2026-09-15 00:00"))
    found = (await client.get("/v1/alerts/burden")).raise_for_status().json()
    (hypo,) = [each for each in found["rules"] if each["rule"] == "HYPO"]
    assert (hypo["protocol_version"], hypo["alerts"], hypo["acted"]) == ("1.0.0", 5, 2)
    assert hypo["overrides"] == {"limit-does-not-fit": 1, "measurement-error": 1, "patient-preference": 1}
    assert hypo["snoozes"] == {"recheck-planned": 1, "temporary-cause": 1}
    for name, counts in (("override_reason", hypo["overrides"]), ("snooze_reason", hypo["snoozes"])):
        for code, count in counts.items():
            page = (await client.get(f"{hypo['list']}&{name}={code}")).raise_for_status().json()
            assert len(page["items"]) == count, (name, code)


async def test_a_snooze_without_a_code_counts_as_other(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(66, NOW))["alerts"][0]
    quiet = {"until": local("2026-09-10 18:00").isoformat(), "reason": "Ate"}
    await patient.act(f"/v1/alerts/{alert['id']}/snooze", quiet, version=1, now=NOW)
    client = monitoring.as_(Role.SUPERVISOR, now=local("2026-09-15 00:00"))
    found = (await client.get("/v1/alerts/burden")).json()
    assert [each["snoozes"] for each in found["rules"]] == [{"other": 1}]
