"""Raw data of a sensor are summed up each morning as readings, and rules, measures and corrections see them."""

import asyncio
import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.monitoring.jobs import cgm_summaries, looks
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, local, with_diabetes

SINCE, MORNING, NEXT = "2026-09-01 00:00", "2026-09-16 04:30", "2026-09-17 04:30"
END = "2026-09-16T04:00:00Z"  # midnight in New York
EVERY = timedelta(minutes=15)


def line(patient: Patient, start: datetime, values: list[float]) -> list[dict[str, Any]]:
    known = {"patient_id": patient.id, "metric": "glucose_cgm", "unit": "mg/dL", "source": "sensor-1"}
    return [{**known, "value": v, "observed_at": (start + i * EVERY).isoformat()} for i, v in enumerate(values)]


def fortnight(lows: int = 81, of: int = 1344) -> list[float]:
    """14 days of a value each 15 min, of which 81 of 1,344 (6.03 %) are below 70 and the first 14 (1.04 %) below 54."""
    return [50.0 if i < 14 else 65.0 if i < lows else 120.0 for i in range(of)]


async def summed(api: Api, now: str) -> int:
    """The daily look that asks for summaries, and the summaries."""
    await looks.run_once(api.sessions, [api.organization], local(now))
    return await cgm_summaries.run_once(api.sessions, [api.organization], local(now))


async def kept(patient: Patient, now: str, metric: str) -> list[dict[str, Any]]:
    """Every standing reading of a metric."""
    window = {"from": local("2026-09-01 00:00").isoformat(), "to": local("2026-10-01 00:00").isoformat()}
    client, params = patient.client(now=now), {"patient_id": patient.id, "metric": metric, **window}
    series = (await client.get("/v1/readings/series", params=params)).raise_for_status().json()
    return [(await client.get(f"/v1/readings/{each}")).raise_for_status().json() for each in series["reading_ids"]]


async def figures(patient: Patient, now: str, metric: str) -> list[tuple[str, str, str]]:
    return [(each["observed_at"], each["value"], each["status"]) for each in await kept(patient, now, metric)]


async def with_sensor(api: Api, values: list[float]) -> Patient:
    patient = await with_diabetes(api, SINCE)
    await patient.batch(line(patient, local("2026-09-02 00:00"), values), now="2026-09-16 00:00")
    return patient


async def test_six_percent_below_seventy_in_raw_data_alerts_and_the_gmi_counts(monitoring: Api) -> None:
    patient = await with_sensor(monitoring, fortnight())
    before = {alert["rule"] for alert in await patient.alerts(MORNING)}
    assert await summed(monitoring, MORNING) == 1
    assert await figures(patient, MORNING, "cgm_tbr_1") == [(END, "4.985119", "final")]
    assert await figures(patient, MORNING, "cgm_tbr_2") == [(END, "1.041667", "final")]
    assert await figures(patient, MORNING, "cgm_active") == [(END, "100", "final")]
    raised = {each["rule"]: each for each in await patient.alerts(MORNING) if each["rule"] not in before}
    assert raised.keys() == {"TBR", "TBR-54"}
    assert not raised["TBR"]["retrospective"]
    measure = patient.api.as_(Role.SUPERVISOR, now=local("2026-12-31 12:00"))
    poor = (await measure.get("/v1/measures", params={"period": "2026-09"})).json()
    assert next(each["numerator"] for each in poor if each["key"] == "gsd-poor") == 0, poor
    assert await summed(monitoring, MORNING) == 0, "twice on a morning changes nothing"
    history = await figures(patient, MORNING, "cgm_gmi")
    assert [each[0] for each in history] == [END]


async def test_late_data_correct_every_day_they_belong_to(monitoring: Api) -> None:
    values = fortnight()
    patient = await with_sensor(monitoring, values[:1100])
    assert await summed(monitoring, MORNING) == 1
    first = await figures(patient, MORNING, "cgm_tbr_1")
    assert await summed(monitoring, NEXT) == 1
    late = line(patient, local("2026-09-02 00:00") + 1100 * EVERY, values[1100:])
    await patient.batch(late, now="2026-09-17 12:00")
    assert await summed(monitoring, "2026-09-18 04:30") == 1
    then = await figures(patient, "2026-09-18 05:00", "cgm_tbr_1")
    assert (first[0][1], [each for each in then if each[0] == END]) == ("6.090909", [(END, "4.985119", "corrected")])
    # As if it had come in time.
    timely = await with_sensor(monitoring, values)
    for now in (MORNING, NEXT, "2026-09-18 04:30"):
        await summed(monitoring, now)
    for metric in ("cgm_tbr_1", "cgm_tir", "cgm_gmi", "cgm_days", "cgm_active", "cgm_mean", "cgm_cv"):
        mine, theirs = [await figures(who, "2026-09-18 05:00", metric) for who in (patient, timely)]
        assert [each[:2] for each in mine] == [each[:2] for each in theirs], metric
    known = {each["rule"] for each in await patient.alerts("2026-09-18 05:00")}
    assert known == {each["rule"] for each in await timely.alerts("2026-09-18 05:00")}


async def test_too_little_data_is_marked_and_concludes_nothing(monitoring: Api) -> None:
    patient = await with_sensor(monitoring, fortnight()[:900])
    await summed(monitoring, MORNING)
    assert (await figures(patient, MORNING, "cgm_active"))[0][1] == "66.964286"
    assert await figures(patient, MORNING, "cgm_gmi") == []
    assert not {"TBR", "TBR-54"} & {each["rule"] for each in await patient.alerts(MORNING)}
    (reading,) = await kept(patient, MORNING, "cgm_tir")
    assert reading["context"]["insufficient"].startswith("The sensor was active 67.0 % of the time"), reading
    assert reading["flags"] == [], "nothing for a nurse to verify"


async def test_what_somebody_else_sends_for_a_day_stands_instead(monitoring: Api) -> None:
    patient = await with_sensor(monitoring, fortnight())
    assert await summed(monitoring, MORNING) == 1
    await patient.sends("cgm_tir", 80, "%", "2026-09-16 12:00", source="vendor")
    assert await summed(monitoring, NEXT) == 1
    assert await figures(patient, NEXT, "cgm_tir") == [("2026-09-16T16:00:00Z", "80", "final")]
    assert await figures(patient, NEXT, "cgm_tbr_1") == []
    assert {each["state"] for each in await patient.alerts(NEXT) if each["rule"] == "TBR"} == {"closed"}


async def test_nobody_without_a_sensor_and_nobody_who_is_not_followed(monitoring: Api) -> None:
    await with_diabetes(monitoring, SINCE)
    assert await summed(monitoring, MORNING) == 0
    patient = await with_sensor(monitoring, fortnight())
    path = f"/v1/enrollments/{patient.enrollment['id']}/end"
    await looks.run_once(monitoring.sessions, [monitoring.organization], local(MORNING))
    enrollment = (await patient.client(now=MORNING).get(path.removesuffix("/end"))).json()
    body = {"code": "moved-away", "reason": "Moved"}
    await patient.act(path, body, version=enrollment["version"], now=MORNING)
    assert await cgm_summaries.run_once(monitoring.sessions, [monitoring.organization], local(MORNING)) == 0
    assert await figures(patient, MORNING, "cgm_tir") == []


def reference(folder: Path) -> list[str]:
    """How to call the checker beside the project; skips where it or its library is absent."""
    script = folder.parent / "checkers" / "cgm_reference.py"
    python = os.environ.get("CGM_REFERENCE_PYTHON", sys.executable)
    if not script.is_file() or subprocess.run([python, "-c", "import iglu_python"], capture_output=True).returncode:
        pytest.skip("no cgm_reference.py beside the project, or no iglu-python in CGM_REFERENCE_PYTHON")
    return [python, str(script)]


async def test_kept_figures_agree_with_an_independent_implementation(
    monitoring: Api, real_data: Path, tmp_path: Path
) -> None:
    call = reference(real_data)
    with (real_data / "cgm_simglucose" / "simglucose_3x10d.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if 40 <= float(row["gl"]) <= 400]
    with (tmp_path / "same.csv").open("w", newline="") as file:
        written = csv.DictWriter(file, ["id", "time", "gl"], extrasaction="ignore")
        written.writeheader()
        written.writerows(rows)
    ours = {}
    for subject in sorted({row["id"] for row in rows}):
        patient = await with_diabetes(monitoring, SINCE)
        own = [
            (datetime.fromisoformat(row["time"]).replace(tzinfo=UTC), float(row["gl"]))
            for row in rows
            if row["id"] == subject
        ]
        # Moved by whole days into the fortnight that is summed up.
        shift = timedelta(days=(datetime(2026, 9, 3, tzinfo=UTC).date() - own[0][0].date()).days)
        items = [line(patient, at + shift, [value])[0] for at, value in own]
        for first in range(0, len(items), 5_000):
            await patient.batch(items[first : first + 5_000], now="2026-09-16 00:00")
        await summed(monitoring, MORNING)
        mine = {
            metric: float((await figures(patient, MORNING, f"cgm_{metric}"))[0][1])
            for metric in ("mean", "cv", "tir", "tbr_1", "tbr_2", "tar_1", "tar_2")
        }
        ours[subject] = {
            **{name: mine[name] for name in ("mean", "cv", "tir")},
            "tbr70": mine["tbr_1"] + mine["tbr_2"], "tbr54": mine["tbr_2"],
            "tar180": mine["tar_1"] + mine["tar_2"], "tar250": mine["tar_2"],
        }  # fmt: skip
    (tmp_path / "ours.json").write_text(json.dumps(ours))
    command = [*call, str(tmp_path / "same.csv"), "--interval", "3", "--compare", str(tmp_path / "ours.json")]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert f"{len(ours)} subjects agree" in done.stdout
