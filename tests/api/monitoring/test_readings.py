"""Readings: kept as received, in months, drawn as arrays; and protocols, described from their rules."""

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import with_diabetes, with_heart_failure

NOW = "2026-09-20 12:00"


async def test_a_reading_is_kept_as_it_was_received(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    recorded = await patient.sends(
        "body_weight", "178.80", "lbs", "2026-09-05 07:05", code="29463-7", context={"clothes": "light"}
    )
    reading = recorded["reading"]
    assert (reading["value"], reading["unit"], reading["unit_sent"]) == ("178.80", "[lb_av]", "lbs")
    assert (reading["canonical_value"], reading["canonical_unit"]) == ("81.102316", "kg")
    assert (reading["observed_at"], reading["utc_offset_minutes"]) == ("2026-09-05T11:05:00Z", -240)
    assert (reading["code"], reading["context"], reading["status"]) == ("29463-7", {"clothes": "light"}, "final")
    again = (await patient.client(now=NOW).get(f"/v1/readings/{reading['id']}")).json()
    assert again == reading


async def test_a_history_of_decades_is_taken_and_found(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    years = [f"{year}-03-01 08:00" for year in (1961, 1999, 2024, 2025)]
    result = await patient.batch([patient.item("body_weight", 80, "kg", at) for at in years], now=NOW)
    assert (result["stored"], result["alerts"]) == (4, [])
    window = {
        "patient_id": patient.id,
        "metric": "body_weight",
        "from": "1950-01-01T00:00:00Z",
        "to": "2026-01-01T00:00:00Z",
    }
    series = (await patient.client(now=NOW).get("/v1/readings/series", params=window)).json()
    assert [at[:4] for at in series["observed_at"]] == ["1961", "1999", "2024", "2025"]
    assert series["values"] == [80.0] * 4
    assert (series["unit"], series["truncated"]) == ("kg", False)


async def test_a_series_leaves_out_what_was_voided_and_speaks_one_unit(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    await patient.measures(5.6, "2026-09-10 07:00", "mmol/L")
    wrong = await patient.measures(300, "2026-09-10 08:00")
    await patient.measures(120, "2026-09-10 09:00")
    await patient.act(f"/v1/readings/{wrong['reading']['id']}/void", {"reason": "x"}, version=1, now="2026-09-10 10:00")
    window = {
        "patient_id": patient.id,
        "metric": "glucose_smbg",
        "from": "2026-09-10T00:00:00Z",
        "to": "2026-09-11T00:00:00Z",
    }
    series = (await patient.client(now=NOW).get("/v1/readings/series", params=window)).json()
    assert [round(value, 1) for value in series["values"]] == [100.9, 120.0]
    backwards = {**window, "to": "2026-09-09T00:00:00Z"}
    answer = await patient.client(now=NOW).get("/v1/readings/series", params=backwards)
    assert problem(answer) == (422, "window.order")


async def test_a_series_of_two_meters_names_each_reading_and_keeps_its_sign(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    sent: list[str] = []
    for source, value, sign in (("b", 120, None), ("a", 400, ">"), ("b", 90.5, None)):
        at = f"2026-09-10 0{7 + len(sent) // 2}:00"
        item = patient.item("glucose_smbg", value, "mg/dL", at, comparator=sign, source=source)
        answer = await patient.client(Role.INTEGRATION, now=NOW).post("/v1/readings", json=item)
        assert answer.status_code == 201, answer.text
        sent.append(answer.json()["reading"]["id"])
    window = {
        "patient_id": patient.id,
        "metric": "glucose_smbg",
        "from": "2026-09-10T00:00:00Z",
        "to": "2026-09-11T00:00:00Z",
    }
    series = (await patient.client(now=NOW).get("/v1/readings/series", params=window)).json()
    assert series["reading_ids"] == [sent[1], sent[0], sent[2]]
    assert series["values"] == [400, 120, 90.5]
    assert series["comparators"] == [">", None, None]


async def test_a_reading_can_be_brought_back_and_a_bad_correction_is_refused(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    reading = (await patient.measures(120, "2026-09-10 07:00"))["reading"]
    path = f"/v1/readings/{reading['id']}"
    client = patient.client(now="2026-09-10 08:00")
    mad = {"value": 5.6, "unit": "mg/dL", "reason": "x"}
    refused = await client.post(f"{path}/correct", json=mad, headers={"If-Match": '"1"'})
    assert problem(refused) == (422, "value.implausible")
    await patient.act(f"{path}/void", {"reason": "Wrong person"}, version=1, now="2026-09-10 08:00")
    stale = await client.post(f"{path}/correct", json={**mad, "value": 121}, headers={"If-Match": '"1"'})
    assert problem(stale) == (412, "version.stale")
    right = {"value": 121, "unit": "mg/dL", "reason": "It was them after all"}
    back = await patient.act(f"{path}/correct", right, version=2, now="2026-09-10 08:05")
    assert (back["reading"]["status"], back["reading"]["version"]) == ("corrected", 3)


async def test_ids_that_are_none(monitoring: Api) -> None:
    client = monitoring.as_(Role.CASE_MANAGER, now=NOW + "+00:00")
    assert problem(await client.get(f"/v1/readings/{'A' * 48}")) == (404, "not-found")
    assert (await client.get("/v1/readings/nonsense")).status_code == 422


async def test_one_bad_reading_by_itself(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    client = patient.client(Role.INTEGRATION, now=NOW)
    good = patient.item("glucose_smbg", 120, "mg/dL", "2026-09-19 07:00")
    broken = [
        (b"{", (422, "body.malformed-json")),
    ]
    for body, expected in broken:
        answer = await client.post("/v1/readings", content=body, headers={"Content-Type": "application/json"})
        assert problem(answer) == expected
    naive = await client.post("/v1/readings", json={**good, "observed_at": "2026-09-19T07:00:00"})
    assert problem(naive) == (422, "time.without-zone")
    unknown = await client.post("/v1/readings", json={**good, "metric": "blood_colour"})
    assert problem(unknown) == (422, "code.unknown")
    assert problem(await patient.tries("glucose_smbg", 120, None, "2026-09-19 07:00")) == (422, "unit.missing")
    future = await patient.tries("glucose_smbg", 120, "mg/dL", "2026-09-19 07:00", received="2026-09-18 07:00")
    assert problem(future) == (422, "time.future")


async def test_protocols_say_their_rules_with_bounds_and_sources(monitoring: Api) -> None:
    client = monitoring.as_(Role.CASE_MANAGER)
    for summary in (await client.get("/v1/protocols")).json():
        found = (await client.get(f"/v1/protocols/{summary['key']}/versions/{summary['version']}")).json()
        assert len(found["rules"]) == summary["rules"] > 0
        assert all(rule["source"] and rule["criterion"] for rule in found["rules"])
    diabetes = (await client.get("/v1/protocols/diabetes/versions/1.0.0")).json()
    bounds = {bound["key"]: bound["limits"] for rule in diabetes["rules"] for bound in rule["bounds"]}
    assert bounds["glucose.low"] == {"mg/dL": "70", "mmol/L": "3.9"}
    assert problem(await client.get("/v1/protocols/diabetes/versions/9")) == (404, "not-found")
