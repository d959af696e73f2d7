"""Filtration computed beside creatinine: marked, never against the laboratory's own, the same in any order."""

from itertools import permutations
from typing import Any

import pytest

from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, a_patient_with, identity, later
from tests.support.makers_plans import DOCTOR, entitles

PRESCRIBER = {"override": {"prescriber": DOCTOR, "reason": "Followed together"}}
DAY, UNIT = "2026-09-10", "mL/min/{1.73_m2}"


async def with_kidney_disease(api: Api, born: str = "1952-03-03", **more: Any) -> Patient:
    if "override" in more:
        await entitles(api)
    return await a_patient_with(api, "ckd", "2026-09-01 00:00", patient={"version": 1, **identity(born)}, **more)


async def creatinine(patient: Patient, value: float, at: str, unit: str = "mg/dL", **more: Any) -> dict[str, Any]:
    return await patient.sends("creatinine", value, unit, at, source="lab", **more)


async def filtrations(patient: Patient, now: str = "2026-09-30 09:00") -> list[float]:
    """The valid values, in time order."""
    window = {"metric": "egfr", "from": "2026-01-01T00:00:00Z", "to": "2026-12-31T00:00:00Z"}
    client = patient.client(now=now)
    found = (await client.get("/v1/readings/series", params={"patient_id": patient.id, **window})).raise_for_status()
    values: list[float] = found.json()["values"]
    return values


async def test_it_stands_beside_the_creatinine_and_says_what_it_is(monitoring: Api) -> None:
    patient = await with_kidney_disease(monitoring)
    await creatinine(patient, 1.8, f"{DAY} 08:00")
    assert await filtrations(patient) == [39]
    path = f"/v1/enrollments/{patient.enrollment['id']}/summary?days=30"
    summary = (await patient.client(now="2026-09-11 09:00").get(path)).json()
    (latest,) = [each for each in summary["latest"] if each["metric"] == "egfr"]
    reading = (await patient.client(now="2026-09-11 09:00").get(f"/v1/readings/{latest['reading_id']}")).json()
    assert (reading["source"], reading["context"]) == (
        "computed:ckd-epi-2021",
        {"computed": "ckd-epi-2021", "from": "creatinine 1.8 mg/dL"},
    )


async def test_the_laboratorys_own_value_wins_in_any_order_of_arrival(monitoring: Api) -> None:
    sent = (
        ("creatinine", 1.8, "mg/dL", "08:00"),
        ("creatinine", 2.0, "mg/dL", "17:00"),
        ("egfr", 45, UNIT, "12:00"),
    )
    for order in permutations(sent):
        patient = await with_kidney_disease(monitoring)
        for number, (metric, value, unit, hour) in enumerate(order):
            received = later(f"{DAY} 18:00", number)
            await patient.sends(metric, value, unit, f"{DAY} {hour}", source="lab", received=received)
        assert await filtrations(patient) == [45], order


async def test_a_correction_and_a_void_are_followed(monitoring: Api) -> None:
    patient = await with_kidney_disease(monitoring)
    sent = (await creatinine(patient, 1.8, f"{DAY} 08:00"))["reading"]
    path = f"/v1/readings/{sent['id']}"
    body = {"value": 1.0, "unit": "mg/dL", "reason": "Mistyped"}
    fixed = await patient.act(f"{path}/correct", body, version=sent["version"], now=f"{DAY} 09:00")
    assert await filtrations(patient) == [79]
    void = {"reason": "Another patient"}
    gone = await patient.act(f"{path}/void", void, version=fixed["reading"]["version"], now=f"{DAY} 10:00")
    assert await filtrations(patient) == []
    await patient.act(f"{path}/correct", body, version=gone["reading"]["version"], now=f"{DAY} 11:00")
    assert await filtrations(patient) == [79]
    lab = (await patient.sends("egfr", 60, UNIT, f"{DAY} 12:00", source="lab"))["reading"]
    assert await filtrations(patient) == [60]
    await patient.act(f"/v1/readings/{lab['id']}/void", void, version=lab["version"], now=f"{DAY} 13:00")
    assert await filtrations(patient) == [79], "the laboratory's was withdrawn"


@pytest.mark.parametrize(
    ("born", "more"),
    [
        ("2010-03-03", {"circumstances": ["under-18"], **PRESCRIBER}),
        ("1952-03-03", {"circumstances": ["dialysis"], **PRESCRIBER}),
    ],
)
async def test_nothing_is_computed_for_children_or_on_dialysis(
    monitoring: Api, born: str, more: dict[str, Any]
) -> None:
    patient = await with_kidney_disease(monitoring, born, **more)
    await creatinine(patient, 1.8, f"{DAY} 08:00")
    assert await filtrations(patient) == []


async def test_rules_judge_it_as_any_other(monitoring: Api) -> None:
    patient = await with_kidney_disease(monitoring)
    await creatinine(patient, 1.0, f"{DAY} 08:00")
    done = await creatinine(patient, 1.8, "2026-09-20 08:00")
    assert {each["rule"] for each in done["alerts"]} == {"EGFR-FALL"}
    assert "79 mL/min/{1.73_m2} − 39 mL/min/{1.73_m2}" in done["alerts"][0]["arithmetic"]
