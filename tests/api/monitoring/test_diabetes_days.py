"""A month of diabetes (clinical §7b), reading by reading over HTTP."""

from datetime import datetime

from services.monitoring.jobs import unrecovered
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, closed, local, with_diabetes


async def sweeps(patient: Patient, at: str) -> int:
    """The clock's job, as of a simulated instant."""
    return await unrecovered.run_once(patient.api.sessions, [patient.api.organization], local(at))


async def test_fasting_values_above_range_are_noted_and_open_nothing(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    for day, value in ((1, 162), (2, 158), (3, 165)):
        recorded = await patient.measures(value, f"2026-09-0{day} 07:00", fasting=True)
        assert recorded["alerts"] == []


async def test_level_1_recovered_in_17_minutes_stays_moderate(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    (low,) = (await patient.measures(66, "2026-09-10 03:10", symptoms=["shaky"]))["alerts"]
    assert (low["rule"], low["severity"]) == ("HYPO", "moderate")
    (again,) = (await patient.measures(92, "2026-09-10 03:27"))["alerts"]
    assert datetime.fromisoformat(again["cleared_at"]) == local("2026-09-10 03:27")
    assert await sweeps(patient, "2026-09-10 03:40") == 1
    assert await patient.standing("2026-09-10 03:41") == {"HYPO": "moderate"}
    assert await sweeps(patient, "2026-09-10 03:40") == 0, "the clock's job is idempotent"


async def test_level_2_not_recovered_in_20_minutes_becomes_critical(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await patient.measures(66, "2026-09-10 03:10")
    await patient.measures(92, "2026-09-10 03:27")
    (first,) = await patient.alerts("2026-09-10 08:00")
    resolution = closed("2026-09-10 09:00")
    await patient.act(f"/v1/alerts/{first['id']}/resolve", resolution, version=first["version"], now="2026-09-10 09:00")
    raised = {alert["rule"]: alert for alert in (await patient.measures(52, "2026-09-13 02:40"))["alerts"]}
    assert raised["HYPO"]["severity"] == "high"
    assert raised["HYPO-REPEAT"]["severity"] == "high", "two events in 7 days"
    await patient.measures(61, "2026-09-13 02:56")
    await sweeps(patient, "2026-09-13 03:01")
    assert (await patient.standing("2026-09-13 03:01"))["HYPO"] == "critical"
    await patient.measures(88, "2026-09-13 03:14")
    hypo = next(a for a in await patient.alerts("2026-09-13 03:15") if a["rule"] == "HYPO" and not a["disposition"])
    assert hypo["severity"] == "critical"
    assert datetime.fromisoformat(hypo["cleared_at"]) == local("2026-09-13 03:14")


async def test_hyperglycaemia_rises_rule_by_rule(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    assert (await patient.measures(201, "2026-09-18 21:00"))["alerts"] == []
    (l2,) = (await patient.measures(268, "2026-09-19 21:00"))["alerts"]
    assert (l2["rule"], l2["severity"]) == ("H-L2", "low")
    assert "ketones" in l2["asks"].lower()
    await patient.measures(312, "2026-09-20 07:10")
    standing = await patient.standing("2026-09-20 07:11")
    assert standing["H-REP"] == "moderate", "two consecutive checks above 250"
    assert "H-300" not in standing, "needs two above 300"
    await patient.sends(
        "symptoms", 3, "{count}", "2026-09-20 07:20", context={"symptoms": ["thirst", "polyuria", "nausea"]}
    )
    (ketones,) = (await patient.sends("ketone_blood", 1.8, "mmol/L", "2026-09-20 07:35"))["alerts"]
    assert (ketones["rule"], ketones["severity"]) == ("KETONES", "high")
    assert (await patient.standing("2026-09-20 07:36"))["H-SYM"] == "high"


async def test_a_value_in_the_wrong_unit_is_rejected_kept_as_an_issue_and_taken_when_sent_right(
    monitoring: Api,
) -> None:
    patient = await with_diabetes(monitoring)
    refused = await patient.tries("glucose_smbg", 5.6, "mg/dL", "2026-09-22 07:00")
    assert problem(refused) == (422, "value.implausible")
    assert "mmol/L" in refused.json()["detail"], "asks about the unit"
    issue_id = refused.json()["issue_id"]
    issue = (await patient.client(now="2026-09-22 07:05").get(f"/v1/reading-issues/{issue_id}")).json()
    assert (issue["state"], issue["outcome"], issue["raw"]["value"]) == ("open", "quarantined", "5.6")
    stored = await patient.measures(5.6, "2026-09-22 07:00", "mmol/L")
    assert stored["alerts"] == []
    reading = stored["reading"]
    assert (reading["value"], reading["unit"]) == ("5.6", "mmol/L"), "as it was received"
    assert round(float(reading["canonical_value"]), 1) == 100.9
    settled = await patient.act(
        f"/v1/reading-issues/{issue_id}/clear",
        {"note": "Meter shows mmol/L, sent again", "reading_id": reading["id"]},
        version=issue["version"],
        now="2026-09-22 07:30",
    )
    assert settled["state"] == "cleared"


async def test_the_same_device_time_and_value_twice_is_one_reading(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    first = await patient.tries("glucose_smbg", 140, "mg/dL", "2026-09-23 07:00")
    again = await patient.tries("glucose_smbg", 140.0, "mg/dL", "2026-09-23 07:00", received="2026-09-23 07:30")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["outcome"] == "duplicate"
    assert again.json()["reading"]["id"] == first.json()["reading"]["id"]


async def test_47_typed_for_147_opens_level_2_and_closes_it_when_corrected(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    recorded = await patient.measures(47, "2026-09-24 07:00")
    (opened,) = recorded["alerts"]
    assert (opened["rule"], opened["severity"]) == ("HYPO", "high")
    path = f"/v1/readings/{recorded['reading']['id']}"
    body = {"value": 147, "unit": "mg/dL", "reason": "Typed 47 for 147"}
    corrected = await patient.act(f"{path}/correct", body, version=1, now="2026-09-24 07:12")
    assert (corrected["reading"]["value"], corrected["reading"]["status"]) == ("147", "corrected")
    (closed,) = corrected["alerts"]
    assert (closed["id"], closed["state"], closed["disposition"]) == (opened["id"], "closed", "source-corrected")
    (before,) = (await patient.client(now="2026-09-24 08:00").get(f"{path}/versions")).json()
    assert (before["value"], before["status"], before["reason"]) == ("47", "entered-in-error", "Typed 47 for 147")
    assert await sweeps(patient, "2026-09-24 07:45") <= 1
    assert await patient.standing("2026-09-24 08:00") == {}


async def test_a1c_in_percent_and_in_millimoles(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    assert (await patient.sends("hba1c", 8.2, "%", "2026-09-25 09:00"))["alerts"] == []
    (high,) = (await patient.sends("hba1c", 76, "mmol/mol", "2026-09-26 09:00"))["alerts"]
    assert high["rule"] == "A1C-HIGH"


async def test_meter_lo_and_hi_are_results(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    low = await patient.sends("glucose_smbg", 20, "mg/dL", "2026-09-27 07:00", comparator="<")
    assert {alert["rule"]: alert["severity"] for alert in low["alerts"]} == {"HYPO": "high"}
    high = await patient.sends("glucose_smbg", 600, "mg/dL", "2026-09-28 07:00", comparator=">")
    assert {alert["rule"]: alert["severity"] for alert in high["alerts"]}["H-HI"] == "critical"


async def test_a_high_that_is_only_recorded_is_said_and_opens_no_alert(monitoring: Api) -> None:
    """18 September: 201 mg/dL is info; 180 is in range."""
    patient = await with_diabetes(monitoring)
    in_range = await patient.measures(180, "2026-09-18 20:00")
    noted = await patient.measures(201, "2026-09-18 21:00")
    assert (in_range["notes"], in_range["alerts"], noted["alerts"]) == ([], [], [])
    assert [note.split(":")[0] for note in noted["notes"]] == ["H-L1 (info)"]
