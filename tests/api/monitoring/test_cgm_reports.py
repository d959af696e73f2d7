"""Sensor reports and charts over HTTP, on the simulated sensors beside the project where they are there."""

import csv
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, stdev
from typing import Any
from uuid import uuid4

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, with_diabetes

NOW = "2026-09-20 12:00"


def sensor(patient: Patient, at: datetime, value: float, unit: str = "mg/dL", **more: Any) -> dict[str, Any]:
    """A sensor value as a device cloud sends it."""
    return {
        "patient_id": patient.id,
        "metric": "glucose_cgm",
        "value": value,
        "unit": unit,
        "observed_at": at.isoformat(),
        "source": "sensor-1",
        **more,
    }


async def sent(patient: Patient, readings: list[dict[str, Any]], now: datetime) -> None:
    client = patient.api.as_(Role.INTEGRATION, now=now)
    for first in range(0, len(readings), 5_000):
        answer = await client.post("/v1/readings/batch", json=readings[first : first + 5_000])
        assert answer.status_code == 200, answer.text
        assert answer.json()["stored"] == len(readings[first : first + 5_000]), answer.text[:500]


async def asked(patient: Patient, now: datetime, path: str = "/v1/cgm-reports", **params: Any) -> dict[str, Any]:
    answer = await patient.api.as_(Role.CASE_MANAGER, now=now).get(path, params={"patient_id": patient.id, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_two_weeks_of_a_sensor(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    start = datetime(2026, 9, 6, 16, tzinfo=UTC)
    end = start + timedelta(days=14)
    values = [100.0, 60.0, 200.0, 120.0]
    line = [sensor(patient, start + timedelta(hours=i), values[i % 4]) for i in range(336)]
    await sent(patient, line, end)
    found = await asked(patient, end)
    assert (found["readings"], found["expected"], found["days_worn"]) == (336, 4032, 15)
    assert found["insufficient"] == ["The sensor was active 8.3 % of the time; a report needs 70 %."]
    assert (found["in_range"]["percent"], found["in_range"]["target"], found["in_range"]["target_met"]) == (
        "50.00",
        "> 70 %",
        False,
    )
    assert (found["mean"], found["gmi_percent"]) == ("120.00", "6.18")
    assert len(found["hours"]) == 24


async def test_a_voided_value_leaves_the_report_and_nobody_gets_another_persons(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    at = datetime(2026, 9, 19, 16, tzinfo=UTC)
    await patient.sends("glucose_cgm", 120, "mg/dL", "2026-09-19 12:05", source="sensor-1")
    wrong = await patient.sends("glucose_cgm", 300, "mg/dL", "2026-09-19 12:10", source="sensor-1")
    await patient.act(f"/v1/readings/{wrong['reading']['id']}/void", {"reason": "x"}, version=1, now=NOW)
    found = await asked(patient, at + timedelta(days=1))
    assert (found["readings"], found["above"]["readings"]) == (1, 0)
    stranger = monitoring.as_(Role.CASE_MANAGER, organization=uuid4())
    assert problem(await stranger.get("/v1/cgm-reports", params={"patient_id": patient.id})) == (404, "not-found")


async def test_without_any_reading_the_report_says_so(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    found = await asked(patient, datetime(2026, 9, 19, tzinfo=UTC))
    assert found["insufficient"] == ["There is no sensor reading in this period."]
    assert (found["mean"], found["in_range"], found["hours"]) == (None, None, [])


async def test_a_chart_is_thinned_and_shows_the_one_low_value(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    start = datetime(2026, 9, 10, tzinfo=UTC)
    line = [sensor(patient, start + timedelta(minutes=5 * i), 120 + i % 7) for i in range(3_000)]
    line[1_234] = sensor(patient, start + timedelta(minutes=5 * 1_234), 40, comparator="<")
    end = start + timedelta(days=11)
    await sent(patient, line, end)
    window = {"metric": "glucose_cgm", "from": start.isoformat(), "to": end.isoformat()}
    found = await asked(patient, end, "/v1/readings/series", points=40, **window)
    assert (found["readings"], found["thinned"], found["truncated"]) == (3_000, True, False)
    assert len(found["values"]) == len(found["reading_ids"]) <= 40
    low = found["values"].index(40.0)
    assert found["comparators"][low] == "<"
    whole = await asked(patient, end, "/v1/readings/series", points=3_000, **window)
    assert (len(whole["values"]), whole["thinned"]) == (3_000, False)


def simulated(folder: Path) -> dict[str, list[tuple[datetime, float]]]:
    """The simulated sensors, by subject."""
    lines: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    with (folder / "cgm_simglucose" / "simglucose_3x10d.csv").open() as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["time"]).replace(tzinfo=UTC)
            lines[row["id"]].append((at, float(row["gl"])))
    return lines


async def test_figures_agree_with_plain_arithmetic_over_the_simulated_sensors(monitoring: Api, real_data: Path) -> None:
    lines = simulated(real_data)
    assert len(lines) == 3
    for line in lines.values():
        within = [(at, value) for at, value in line if 40 <= value <= 400]
        patient = await with_diabetes(monitoring, since="2026-09-01 00:00")
        end = line[0][0] + timedelta(days=14)
        await sent(patient, [sensor(patient, at, value) for at, value in within], datetime(2026, 9, 2, tzinfo=UTC))
        found = await asked(patient, datetime(2026, 9, 2, tzinfo=UTC), to=end.isoformat())
        values = [value for _, value in within]
        mean = fmean(values)
        share = {
            "in_range": [70 <= value <= 180 for value in values],
            "below": [value < 70 for value in values],
            "very_low": [value < 54 for value in values],
            "above": [value > 180 for value in values],
            "very_high": [value > 250 for value in values],
        }
        assert found["readings"] == len(values)
        assert float(found["mean"]) == pytest.approx(mean, abs=0.006)
        assert float(found["gmi_percent"]) == pytest.approx(3.31 + 0.02392 * mean, abs=0.006)
        assert float(found["variation"]["percent"]) == pytest.approx(100 * stdev(values) / mean, abs=0.006)
        for name, hits in share.items():
            assert float(found[name]["percent"]) == pytest.approx(100 * sum(hits) / len(values), abs=0.006), name
        assert found["minutes_between_readings"] == 3
