"""Every alert can be checked by hand and computed again to the same answer; what alerts cost is counted (L10)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.monitoring.jobs import silence
from services.monitoring.store.alerts import live_of_patients
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.conversations import held, plan, quiet
from tests.support.makers_monitoring import Patient, a_patient_with, closed, local, with_diabetes, with_heart_failure

YEARS_LATER = "2031-03-01 09:00"


async def explained(patient: Patient, rule: str, now: str = YEARS_LATER) -> dict[str, Any]:
    (alert,) = [each for each in await patient.alerts(now) if each["rule"] == rule]
    answer = await patient.client(now=now).get(f"/v1/alerts/{alert['id']}/explanation")
    return answer.raise_for_status().json()  # type: ignore[no-any-return]


async def test_an_alert_is_computed_to_the_same_answer_years_later(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await patient.measures(52, "2026-09-13 02:40")
    await patient.measures(61, "2026-09-13 02:56")
    found = await explained(patient, "HYPO")
    assert found["recomputed"]["agrees"], found["recomputed"]["differs"]
    assert [(each["value"], each["unit"]) for each in found["readings"]] == [("52", "mg/dL"), ("61", "mg/dL")]
    assert [each["text"] for each in found["recomputed"]["findings"]] == [each["text"] for each in found["evidence"]]
    assert (found["citation"], found["protocol_version"]) != ("", "")


async def test_a_weight_rule_with_a_window_and_a_baseline_agrees_too(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    for day, value in (("07", 81.4), ("08", 82.5), ("09", 83.4)):
        await patient.weighs(value, f"2026-09-{day} 07:00")
    for rule in await patient.standing("2026-09-09 08:00"):
        assert (await explained(patient, rule))["recomputed"]["agrees"], rule


async def test_silence_is_explained_by_what_had_not_been_received(monitoring: Api) -> None:
    patient = await a_patient_with(monitoring, "diabetes", "2026-09-14 08:00", circumstances=["insulin-treated"])
    await silence.run_once(monitoring.sessions, [monitoring.organization], local("2026-09-16 08:00"))
    await patient.measures(140, "2026-09-17 08:00")
    found = await explained(patient, "SILENCE-GLUCOSE", "2026-09-18 08:00")
    assert found["recomputed"]["agrees"]
    assert [each["act"] for each in found["history"]] == ["opened", "data-received"]


async def swept(patient: Patient, now: str) -> None:
    await silence.run_once(patient.api.sessions, [patient.api.organization], local(now))


async def agreed(patient: Patient, rule: str) -> dict[str, Any]:
    """The explanation, years after what was missing has come."""
    found = await explained(patient, rule)
    assert found["recomputed"] is not None
    assert found["recomputed"]["agrees"], found["recomputed"]["differs"]
    assert found["citation"]
    return found


async def test_an_overdue_examination_is_computed_from_what_was_known_then(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, "2026-08-01 09:00")
    await patient.sends("hba1c", 8.6, "%", "2026-05-18 09:00", received="2026-08-01 10:00")
    for now in ("2026-08-19 00:00", "2026-09-17 00:00"):
        await swept(patient, now)
    await patient.sends("hba1c", 7.4, "%", "2026-07-20 08:00", received="2026-09-24 08:00")
    await patient.sends("hba1c", 8.2, "%", "2026-09-25 08:00")
    assert (await agreed(patient, "OVERDUE-A1C"))["severity"] == "moderate"


async def test_a_check_in_not_held_is_computed_as_it_waited_then(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring, since="2026-09-04 15:20")
    await plan(monitoring, "2026-09-04 16:00")
    for now in ("2026-09-07 00:00", "2026-09-09 00:00"):
        await swept(patient, now)
    await held(patient, "2026-09-10 10:00", quiet("heart-failure"))
    assert (await agreed(patient, "OVERDUE-CHECK-IN"))["severity"] == "moderate"


async def test_a_sensor_hardly_worn_is_computed_from_what_it_sent(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, since="2026-08-01 00:00")
    for day in range(1, 15):
        first = local(f"2026-09-{day:02} 00:00")
        times = [f"{first + timedelta(minutes=5 * each):%Y-%m-%d %H:%M}" for each in range(201)]
        sent = [patient.item("glucose_cgm", 120, "mg/dL", at) for at in times]
        await patient.batch(sent, now=f"2026-09-{day:02} 23:58")
    await swept(patient, "2026-09-15 00:01")
    await agreed(patient, "CGM-ACTIVE")


async def test_a_sensor_hardly_worn_agrees_after_waiting_began_anew_and_the_gap_came_late(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, since="2026-08-01 00:00")
    for day in range(1, 15):
        times = (local(f"2026-09-{day:02} 00:00") + timedelta(minutes=5 * each) for each in range(201))
        sent = [patient.item("glucose_cgm", 120, "mg/dL", f"{at:%Y-%m-%d %H:%M}") for at in times]
        await patient.batch(sent, now=f"2026-09-{day:02} 23:58")
    await swept(patient, "2026-09-15 00:01")
    (alert,) = [each for each in await patient.alerts("2026-09-15 08:00") if each["rule"] == "CGM-ACTIVE"]
    done = "2026-09-15 09:00"
    await patient.act(f"/v1/alerts/{alert['id']}/resolve", closed(done), version=alert["version"], now=done)
    times = (local("2026-09-14 17:00") + timedelta(minutes=5 * each) for each in range(80))
    late = [patient.item("glucose_cgm", 120, "mg/dL", f"{at:%Y-%m-%d %H:%M}") for at in times]
    await patient.batch(late, now="2026-09-15 10:00")
    await agreed(patient, "CGM-ACTIVE")


async def test_the_citation_is_that_of_when_it_was_found(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring, "2026-08-01 09:00")
    await patient.measures(52, "2026-08-02 09:00")
    await patient.sends("hba1c", 8.6, "%", "2026-05-18 09:00", received="2026-08-01 10:00")
    await swept(patient, "2026-08-19 00:00")
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        for row in await live_of_patients(tx, [UUID(patient.id)]):
            # As an earlier release would have kept it, whose rules cited an earlier edition.
            row.citation = "ADA 2024"
            row.findings = [{**each, "source": "ADA 2024"} for each in row.findings]
    for rule in ("HYPO", "OVERDUE-A1C"):
        assert (await explained(patient, rule))["citation"] == "ADA 2024"


async def test_the_history_says_who_did_what(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    alert = (await patient.measures(66, "2026-09-10 10:00"))["alerts"][0]
    await patient.act(f"/v1/alerts/{alert['id']}/acknowledge", {"note": "Calls"}, version=1, now="2026-09-10 10:05")
    await patient.measures(50, "2026-09-10 10:20")
    found = await explained(patient, "HYPO", "2026-09-10 10:30")
    assert [(each["act"], each["severity"], each["text"]) for each in found["history"]] == [
        ("opened", "moderate", None),
        ("acknowledge", "moderate", "Calls"),
        ("raised", "high", None),
    ]


async def test_each_figure_of_the_ledger_is_the_length_of_its_list(monitoring: Api) -> None:
    for number, value in enumerate((66, 50, 67)):
        patient = await with_diabetes(monitoring)
        alert = (await patient.measures(value, "2026-09-10 10:00"))["alerts"][0]
        if number:
            at = f"2026-09-10 10:{10 * number}"
            body = closed(at, "protocol-step" if number == 1 else "false-reading")
            await patient.act(f"/v1/alerts/{alert['id']}/resolve", body, version=alert["version"], now=at)
    client = monitoring.as_(Role.SUPERVISOR, now=local("2026-09-15 00:00"))
    period = {"start": local("2026-09-01 00:00").isoformat(), "end": local("2026-09-15 00:00").isoformat()}
    found = (await client.get("/v1/alerts/burden", params=period)).raise_for_status().json()
    (hypo,) = [each for each in found["rules"] if each["rule"] == "HYPO"]
    assert (hypo["alerts"], hypo["patients"], hypo["acted"], hypo["acted_share"]) == (3, 3, 1, "0.5000")
    assert hypo["dispositions"] == {"none": 1, "protocol-step": 1, "false-reading": 1}
    assert (hypo["median_minutes_to_acknowledge"], hypo["per_patient_week"]) == ("15.0", "0.5000")
    for figure in (*found["rules"], found):
        page = (await client.get(figure["list"], params=None)).raise_for_status().json()
        assert len(page["items"]) == figure["alerts"]
