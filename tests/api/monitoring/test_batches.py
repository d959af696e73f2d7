"""Batches: an outcome per item, a bad one costs the others nothing (F15), order and workers do not matter (L4)."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, later, local, with_diabetes, with_heart_failure

NOW = "2026-09-20 12:00"


def glucose(patient: Patient, value: float, at: str, **more: Any) -> dict[str, Any]:
    return patient.item("glucose_smbg", value, "mg/dL", at, **more)


def bad_items(patient: Patient) -> list[tuple[Any, str, str]]:
    """(item, outcome, code) of everything that can be wrong with one item."""
    good = glucose(patient, 120, "2026-09-19 07:00")
    report = patient.item("symptoms", 1, "{count}", "2026-09-19 07:00", context={"symptoms": ["chest-pain"]})
    return [
        ("not a reading", "refused", "field.invalid"),
        ({**good, "value": "many"}, "refused", "field.invalid"),
        ({**good, "metric": "blood_colour"}, "refused", "code.unknown"),
        ({**good, "colour": "red"}, "refused", "field.unknown"),
        ({**good, "observed_at": "2026-09-19T07:00:00"}, "refused", "time.without-zone"),
        ({**good, "unit": None}, "refused", "unit.missing"),
        ({**good, "unit": "stone"}, "refused", "unit.unknown"),
        ({**good, "unit": "kg"}, "quarantined", "unit.not-allowed"),
        ({**good, "value": 5.6}, "quarantined", "value.implausible"),
        ({**report, "context": {"symptoms": ["chestpain"]}}, "quarantined", "symptom.unknown"),
        ({**report, "context": {"symptom": ["chest-pain"]}}, "quarantined", "symptom.not-named"),
        ({**report, "context": {"symptoms": []}}, "quarantined", "symptom.not-named"),
        ({**report, "context": {"symptoms": "chest-pain"}}, "quarantined", "symptom.not-a-list"),
        ({**good, "observed_at": local("2026-09-21 07:00").isoformat()}, "refused", "time.future"),
        ({**good, "observed_at": "1899-12-31T23:59:59-05:00"}, "refused", "time.past"),
        ({**good, "observed_at": "0001-01-01T00:00:00+14:00"}, "refused", "time.past"),
        ({**good, "observed_at": "1952-03-01T23:59:59Z"}, "quarantined", "time.before-birth"),
        ({**good, "patient_id": "018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a10"}, "refused", "patient.unknown"),
        ({name: each for name, each in good.items() if name != "patient_id"}, "refused", "patient.unclear"),
        (
            patient.item("body_weight", 80, "kg", "2026-09-19 07:00", comparator="<"),
            "refused",
            "comparator.not-allowed",
        ),
    ]


async def test_every_bad_item_has_a_reason_of_its_own_and_costs_the_others_nothing(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    bad = bad_items(patient)
    good = [glucose(patient, 100 + number, f"2026-09-18 07:{number:02}") for number in range(len(bad))]
    mixed = [item for pair in zip(good, (item for item, _, _ in bad), strict=True) for item in pair]
    result = await patient.batch(mixed, now=NOW)
    assert [(each["outcome"], each["code"]) for each in result["items"][1::2]] == [why[1:] for why in bad]
    assert [each["outcome"] for each in result["items"][0::2]] == ["stored"] * len(good)
    assert result["stored"] == len(good)
    for each in result["items"][1::2]:
        assert each["detail"], "a sentence that says what to do"
        assert each["issue_id"]
    page = await patient.client(now=NOW).get("/v1/reading-issues", params={"state": "open", "limit": 200})
    assert len(page.json()["items"]) == len(bad)


async def test_the_same_batch_again_stores_nothing_and_opens_no_second_issue(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    items = [
        glucose(patient, 66, "2026-09-19 07:00"),
        {"metric": "nonsense"},
        glucose(patient, 120, "2026-09-19 08:00"),
    ]
    first = await patient.batch(items, now=NOW)
    again = await patient.batch(items, now=NOW)
    assert [each["outcome"] for each in first["items"]] == ["stored", "refused", "stored"]
    assert [each["outcome"] for each in again["items"]] == ["duplicate", "refused", "duplicate"]
    assert again["items"][1]["issue_id"] == first["items"][1]["issue_id"]
    assert again["alerts"] == []


async def test_with_its_key_a_repeat_is_answered_byte_for_byte(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    client = patient.client(Role.INTEGRATION, now=NOW)
    items = [glucose(patient, 66, "2026-09-19 07:00"), {"metric": "nonsense"}]
    answers = [
        await client.post("/v1/readings/batch", json=items, headers={"Idempotency-Key": "upload-1"}) for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["Idempotency-Replayed"] == "true"


async def test_lines_of_json_are_taken_and_a_broken_line_costs_only_itself(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    lines = [
        json.dumps(glucose(patient, 120, "2026-09-19 07:00")),
        '{"metric": "glucose_smbg", ',
        "",
        json.dumps(glucose(patient, 130, "2026-09-19 08:00")),
    ]
    answer = await patient.client(Role.INTEGRATION, now=NOW).post(
        "/v1/readings/batch", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
    )
    found = [(each["outcome"], each["code"]) for each in answer.json()["items"]]
    assert found == [("stored", None), ("refused", "body.malformed-json"), ("stored", None)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"[{", (422, "body.malformed-json")),
        (b'{"metric": "glucose_smbg"}', (422, "batch.not-an-array")),
        (b"[" + b",".join([b"1"] * 10_001) + b"]", (413, "batch.too-many-items")),
    ],
)
async def test_a_body_that_is_no_batch_is_refused_whole(
    monitoring: Api, body: bytes, expected: tuple[int, str]
) -> None:
    client = monitoring.as_(Role.INTEGRATION, now=local(NOW))
    assert problem(await client.post("/v1/readings/batch", content=body)) == expected
    sent = await client.post("/v1/readings/batch", content=body, headers={"Content-Type": "text/xml"})
    assert problem(sent) == (415, "body.not-json")


async def test_the_same_key_twice_in_one_batch(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    one = glucose(patient, 120, "2026-09-19 07:00")
    result = await patient.batch([one, one, {**one, "value": 121}], now=NOW)
    assert [each["outcome"] for each in result["items"]] == ["stored", "duplicate", "conflict"]
    assert result["items"][2]["code"] == "reading.conflict"
    again = await patient.tries("glucose_smbg", 119, "mg/dL", "2026-09-19 07:00", received=NOW)
    assert problem(again) == (409, "reading.conflict")


async def test_a_senders_own_id_makes_other_content_a_correction(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    ehr = {"external_id": {"system": "https://example.org/ehr", "value": f"obs-{patient.id}"}}
    low = glucose(patient, 47, "2026-09-19 07:00", **ehr)
    assert (await patient.batch([low], now=NOW))["items"][0]["outcome"] == "stored"
    right = await patient.batch([{**low, "value": 147}], now=NOW)
    assert right["items"][0]["outcome"] == "corrected"
    assert right["alerts"][0]["disposition"] == "source-corrected"
    moved = await patient.batch([{**low, "value": 147, "observed_at": local("2026-09-19 07:30").isoformat()}], now=NOW)
    assert moved["items"][0]["outcome"] == "corrected"
    old = await patient.client(now=NOW).get(f"/v1/readings/{right['items'][0]['reading_id']}")
    assert old.json()["status"] == "entered-in-error"
    same = await patient.batch([{**low, "value": 147, "observed_at": local("2026-09-19 07:30").isoformat()}], now=NOW)
    assert same["items"][0]["outcome"] == "duplicate"


async def test_swapped_pressures_are_put_aside_together(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    at = "2026-09-19 07:00"
    pair = [patient.item("bp_systolic", 80, "mm[Hg]", at), patient.item("bp_diastolic", 128, "mmHg", at)]
    result = await patient.batch(pair, now=NOW)
    assert [each["code"] for each in result["items"]] == ["pressure.implausible"] * 2


async def test_halves_of_a_pressure_that_come_one_by_one_are_judged_together(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    at = "2026-09-19 07:00"
    await patient.sends("bp_systolic", 80, "mm[Hg]", at)
    swapped = await patient.tries("bp_diastolic", 128, "mm[Hg]", at)
    assert problem(swapped) == (422, "pressure.implausible")
    assert "correct it first" in swapped.json()["detail"]
    other = await patient.tries("bp_diastolic", 128, "mm[Hg]", at, source="clinic")
    assert other.status_code == 201, "another device is another measurement"
    far = (await patient.batch([patient.item("bp_diastolic", 70, "mm[Hg]", at)], now=NOW))["items"][0]
    assert far["outcome"] == "stored"
    reading = (await patient.client(now=NOW).get(f"/v1/readings/{far['reading_id']}")).json()
    assert reading["flags"] == ["pulse-pressure"]


async def test_a_correction_is_judged_with_the_other_half_of_the_pressure(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    at = "2026-09-19 07:00"
    both = [patient.item("bp_systolic", 130, "mm[Hg]", at), patient.item("bp_diastolic", 80, "mm[Hg]", at)]
    high, low = (each["reading_id"] for each in (await patient.batch(both, now=NOW))["items"])
    client, tag = patient.client(now=NOW), {"If-Match": '"1"'}
    wrong = {"value": 140, "unit": "mm[Hg]", "reason": "Typed again"}
    refused = await client.post(f"/v1/readings/{low}/correct", json=wrong, headers=tag)
    assert problem(refused) == (422, "pressure.implausible")
    assert (await client.get(f"/v1/readings/{low}")).json()["value"] == "80"
    await patient.act(f"/v1/readings/{high}/correct", {**wrong, "value": 190}, version=1, now=NOW)
    done = await patient.act(f"/v1/readings/{low}/correct", wrong, version=1, now=NOW)
    assert (done["outcome"], done["reading"]["value"], done["reading"]["flags"]) == ("corrected", "140", [])


async def test_an_issue_is_cleared_by_a_standing_reading_of_its_patient_and_metric(monitoring: Api) -> None:
    patient, other = await with_diabetes(monitoring), await with_diabetes(monitoring)
    refused = await patient.tries("glucose_smbg", 5.6, "mg/dL", "2026-09-19 07:00")
    path = f"/v1/reading-issues/{refused.json()['issue_id']}/clear"
    client, tag = patient.client(now=NOW), {"If-Match": '"1"'}
    strange = (await other.measures(101, "2026-09-19 07:00"))["reading"]["id"]
    pulse = (await patient.sends("heart_rate", 70, "/min", "2026-09-19 07:00"))["reading"]["id"]
    right = (await patient.measures(5.6, "2026-09-19 07:00", "mmol/L"))["reading"]["id"]
    voided = (await patient.measures(5.7, "2026-09-19 07:01", "mmol/L"))["reading"]["id"]
    await patient.act(f"/v1/readings/{voided}/void", {"reason": "Typed twice"}, version=1, now=NOW)
    for wrong in ("none", strange, pulse, voided):
        body = {"note": "Sent again", "reading_id": wrong}
        assert problem(await client.post(path, json=body, headers=tag)) == (422, "reading-issue.other-reading"), wrong
    done = await patient.act(path, {"note": "Sent again", "reading_id": right}, version=1, now=NOW)
    assert (done["state"], done["reading_id"]) == ("cleared", right)


async def test_an_alias_of_a_unit_is_mapped_and_said(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    result = await patient.batch([patient.item("bp_systolic", 128, "mmHg", "2026-09-19 07:00")], now=NOW)
    assert "mm[Hg]" in result["items"][0]["notes"][0]


def week(patient: Patient) -> list[dict[str, Any]]:
    """Readings with lows, recoveries and highs."""
    values = [66, 92, 52, 61, 88, 268, 312, 290, 140, 330, 350, 120]
    at = "2026-09-10 03:10"
    return [glucose(patient, value, later(at, 17 * number)) for number, value in enumerate(values)]


async def told(patient: Patient) -> list[tuple[Any, ...]]:
    """The alerts, without what differs between two patients."""
    return [
        (a["rule"], a["severity"], a["state"], a["began_at"], a["last_at"], a["cleared_at"], len(a["evidence"]))
        for a in await patient.alerts(NOW)
    ]


async def test_parallel_batches_of_one_patient_end_in_the_same_alerts(monitoring: Api) -> None:
    one, other = await with_diabetes(monitoring), await with_diabetes(monitoring)
    for item in week(one):
        await one.batch([item], now=NOW)
    items = week(other)
    await asyncio.gather(*(other.batch(items[number::4], now=NOW) for number in (3, 1, 0, 2)))
    assert await told(other) == await told(one)
    assert await told(one), "the week raises alerts"


async def test_late_readings_inform_and_page_nobody(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    (late,) = (await patient.sends("glucose_smbg", 48, "mg/dL", "2026-09-10 07:00", received=NOW))["alerts"]
    assert (late["retrospective"], late["severity"]) == (True, "low")


async def test_ten_thousand_readings_go_in_with_an_outcome_each_and_one_more_is_refused_whole(monitoring: Api) -> None:
    patient, most = await with_diabetes(monitoring), 10_000
    first, wrong = local("2026-09-02 00:00"), {0, 4_999, most - 1}
    items = [
        {
            **glucose(patient, 100 + number % 40, "2026-09-02 00:00"),
            "metric": "glucose_cgm",
            "observed_at": (first + timedelta(minutes=2 * number)).isoformat(),
            **({"unit": "stone"} if number in wrong else {}),
        }
        for number in range(most + 1)
    ]
    device = patient.client(Role.INTEGRATION, now=NOW)
    assert problem(await device.post("/v1/readings/batch", json=items)) == (413, "batch.too-many-items")
    window = {
        "patient_id": patient.id,
        "metric": "glucose_cgm",
        "from": first.isoformat(),
        "to": local(NOW).isoformat(),
    }
    nurse = patient.client(now=NOW)
    assert (await nurse.get("/v1/readings/series", params=window)).json()["values"] == []
    result = await patient.batch(items[:most], now=NOW)
    assert [each["outcome"] for each in result["items"]] == [
        "refused" if number in wrong else "stored" for number in range(most)
    ]
    assert [result["items"][number]["code"] for number in sorted(wrong)] == ["unit.unknown"] * 3
    chart = (await nurse.get("/v1/readings/series", params={**window, "points": 20_000})).json()
    assert len(chart["values"]) == most - len(wrong) == result["stored"]


async def test_a_symptom_nobody_asks_about_says_what_may_have_been_meant(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    report = patient.item("symptoms", 1, "{count}", "2026-09-19 07:00", context={"symptoms": ["chestpain"]})
    client = patient.client(Role.INTEGRATION, now=NOW)
    refused = await client.post("/v1/readings", json=report)
    assert problem(refused) == (422, "symptom.unknown")
    assert "Was one of these meant: chest-pain" in refused.json()["detail"]
    issue = (await patient.client(now=NOW).get(f"/v1/reading-issues/{refused.json()['issue_id']}")).json()
    assert (issue["outcome"], issue["patient_id"], issue["state"]) == ("quarantined", patient.id, "open")
    right = await patient.sends("symptoms", 1, "{count}", "2026-09-19 07:00", context={"symptoms": ["chest-pain"]})
    assert [alert["severity"] for alert in right["alerts"]] == ["critical"]
    path, headers = f"/v1/readings/{right['reading']['id']}/correct", {"If-Match": '"1"'}
    body = {"value": 1, "unit": "{count}", "context": {"symptoms": ["ches-pain"]}, "reason": "Typed again"}
    corrected = await patient.client(now=NOW).post(path, json=body, headers=headers)
    assert problem(corrected) == (422, "symptom.unknown")


@pytest.mark.parametrize(
    ("count", "symptoms", "code", "named"),
    [
        (2, ["chest-pain", "chestpayn"], "symptom.unknown", "chestpayn"),
        (3, ["chest-pain"], "symptom.not-named", "It counts 3 and names 1"),
    ],
)
async def test_a_red_flag_raises_its_alert_whatever_stands_beside_it(
    monitoring: Api, count: int, symptoms: list[str], code: str, named: str
) -> None:
    patient = await with_heart_failure(monitoring)
    nurse = patient.client(now=NOW)
    alone = await patient.sends("symptoms", count, "{count}", "2026-09-19 07:00", context={"symptoms": symptoms})
    assert [alert["severity"] for alert in alone["alerts"]] == ["critical"]
    (note,) = [each for each in alone["notes"] if named in each]
    (issue,) = (await nurse.get("/v1/reading-issues", params={"patient_id": patient.id})).json()["items"]
    assert (issue["code"], issue["state"]) == (code, "open")
    assert issue["id"] in note
    assert named in issue["detail"]
    again = patient.item("symptoms", count, "{count}", "2026-09-19 08:00", context={"symptoms": symptoms})
    (said,) = (await patient.batch([again], now=NOW))["items"]
    assert (said["outcome"], said["code"]) == ("stored", code)
    assert said["issue_id"] not in (None, issue["id"])


async def test_a_value_counts_whatever_stands_beside_it(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    low = glucose(patient, 47, "2026-09-20 07:00", context={"symptoms": ["shakey"]})
    result = await patient.batch([low], now=NOW)
    assert [(each["outcome"], each["code"]) for each in result["items"]] == [("stored", "symptom.unknown")]
    assert [alert["severity"] for alert in result["alerts"]] == ["high"]
    right = {"value": 47, "unit": "mg/dL", "context": {"symptoms": ["shaky", "shakey"]}, "reason": "Asked again"}
    path = f"/v1/readings/{result['items'][0]['reading_id']}/correct"
    corrected = await patient.client(now=NOW).post(path, json=right, headers={"If-Match": '"1"'})
    assert corrected.status_code == 200, corrected.text
    assert any("shakey" in note and "reading issue" in note for note in corrected.json()["notes"])
