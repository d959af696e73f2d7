"""Readmission scores come from what is stored, stay as they were calculated, and name what is missing."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    ADMITTED,
    DISCHARGED,
    a_discharge,
    a_patient,
    a_stay,
    at,
    discharge,
    good,
    new_york,
)
from tests.support.risk_inputs import DIAGNOSES, KNOWN, earlier


def by(risk: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {score["algorithm"]: score for score in risk["scores"]}


def points(score: dict[str, Any]) -> dict[str, int | None]:
    return {each["key"]: each["points"] for each in score["points"]}


async def test_the_worked_example_is_13_high_and_5_intermediate_side_by_side(coordination: Api) -> None:
    patient = await a_patient(coordination)
    await earlier(coordination, patient, "emergency", "2026-04-12 10:00", "2026-04-12 15:00")
    await earlier(coordination, patient, "inpatient", "2025-11-03 10:00", "2025-11-06 15:00")
    stay = await a_stay(coordination, patient)
    done = await discharge(coordination, stay, diagnoses=DIAGNOSES, facts=KNOWN)
    risk, found = done["risk"], by(done["risk"])
    assert (found["lace-2010"]["total"], found["lace-2010"]["band"]) == (13, "high")
    assert (found["hospital-2016"]["total"], found["hospital-2016"]["band"]) == (5, "intermediate")
    assert points(found["lace-2010"]) == {"L": 4, "A": 3, "C": 5, "E": 1}
    # The paper of 2013 gives one admission two points.
    assert found["hospital-2013"]["total"] == 7
    assert (risk["tier"], risk["disagree"]) == ("high", True)
    assert "minimum" in found["lace-2010"]["caveats"][0]
    assert "Emergency visits are those on record here: the score is a minimum." in found["lace-2010"]["caveats"]
    assert "Earlier admissions are those on record here: the score is a minimum." in found["hospital-2016"]["caveats"]


async def test_visits_of_the_day_of_admission_and_before_the_window_do_not_count(coordination: Api) -> None:
    patient = await a_patient(coordination)
    for start, end in (
        ("2026-08-30 08:00", "2026-08-30 11:30"),
        ("2026-02-27 08:00", "2026-02-27 11:00"),
        ("2026-02-28 08:00", "2026-02-28 11:00"),
        ("2026-08-29 23:00", "2026-08-29 23:59"),
    ):
        await earlier(coordination, patient, "emergency", start, end)
    stay = await a_stay(coordination, patient)
    done = await discharge(coordination, stay, diagnoses=DIAGNOSES, facts=KNOWN)
    assert points(by(done["risk"])["lace-2010"])["E"] == 2


async def test_a_direct_transfer_is_one_stay(coordination: Api) -> None:
    patient = await a_patient(coordination)
    first = await a_stay(coordination, patient, started=new_york("2026-08-20 09:00"))
    await discharge(
        coordination, first, ended_at=new_york("2026-08-30 09:00").isoformat(), disposition="short-term-hospital"
    )
    second = await a_stay(coordination, patient, started=ADMITTED)
    done = await discharge(coordination, second, diagnoses=DIAGNOSES, facts=KNOWN)
    scores = by(done["risk"])
    # 15 midnights from 08-20 to 09-04, and the first hospital is no earlier admission.
    assert points(scores["lace-2010"])["L"] == 7
    assert points(scores["hospital-2013"])["admissions"] is None


async def test_what_nobody_told_is_missing_and_not_zero_until_it_is_told(coordination: Api) -> None:
    done = await a_discharge(coordination)
    score = by(done["risk"])["hospital-2016"]
    assert score["total"] is None
    assert set(score["missing"]) == {
        "haemoglobin", "sodium", "oncology", "procedure", "admission-type", "admissions",
    }  # fmt: skip
    assert score["most"] - score["least"] == 11
    assert set(by(done["risk"])["lace-2010"]["missing"]) == {"A", "E"}
    looked_at = {fact["name"]: fact["value"] for fact in done["plan"]["facts"]}
    assert looked_at["admissions_6_months"] is None
    none = {"ed_visits_6_months": 0, "admissions_12_months": 0, "admissions_6_months": 0}
    told = await a_discharge(coordination, facts={**KNOWN, **none})
    assert [by(told["risk"])[name]["missing"] for name in ("lace-2010", "hospital-2016")] == [[], []]
    assert points(by(told["risk"])["lace-2010"])["E"] == 0


async def test_calculating_again_keeps_what_was_calculated_before(coordination: Api) -> None:
    done = await a_discharge(coordination, facts=KNOWN)
    path = f"/v1/stays/{done['id']}/risk-scores"
    again = await good(await at(coordination).post(path, json={"length_of_stay": "both-days"}))
    assert points(by(again)["hospital-2016"])["length-of-stay"] == 2
    listed = await good(await at(coordination).get("/v1/risk-scores", params={"stay_id": done["id"]}))
    assert len(listed["items"]) == 8
    first = next(one for one in done["risk"]["scores"] if one["algorithm"] == "lace-2010")
    assert await good(await at(coordination).get(f"/v1/risk-scores/{first['id']}")) == first
    shown = await good(await at(coordination).get(f"/v1/stays/{done['id']}"))
    assert {one["id"] for one in shown["risk"]["scores"]} == {one["id"] for one in again["scores"]}


async def test_a_stay_that_goes_on_has_no_score_and_an_import_of_history_gets_none(coordination: Api) -> None:
    patient = await a_patient(coordination)
    stay = await a_stay(coordination, patient)
    answer = await at(coordination).post(f"/v1/stays/{stay['id']}/risk-scores", json={})
    assert problem(answer) == (409, "risk.not-discharged")
    done = await discharge(coordination, stay, plan="never")
    assert done["risk"] is None
    stranger = at(coordination, DISCHARGED, Role.SPECIALIST)
    assert (await stranger.post(f"/v1/stays/{stay['id']}/risk-scores", json={})).status_code == 403
