"""What must be refused of a loop diuretic's burst (clinical §6.2, §6.4): laboratory, pressure, bursts, the day."""

from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.diuretics import (
    DRUG,
    LABS,
    NOW,
    SWOLLEN,
    on_furosemide,
    weighs,
)
from tests.support.makers_plans import Practice


async def refused(practice: Practice, now: str = NOW, **found: Any) -> list[str]:
    """The reason codes of a burst that must be refused, foremost first; the list must not have changed by it."""
    answer = await practice.tries(80, now, name=DRUG, signs=SWOLLEN, **found)
    assert problem(answer) == (422, "plan-change.refused"), answer.text
    body = answer.json()
    assert body["citation"]
    assert (await practice.medicine(now, DRUG))["dose"] == "40"
    codes = [each["code"] for each in body["refusals"]]
    assert codes[0] == body["reason_code"]
    return codes


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"potassium": 3.5},
        {"potassium": 5.4},
        {"systolic": 100},
        {"egfr": 32},
        {"creatinine": 2.05},  # At 30 % above, the eGFR that follows from it has fallen too far already.
    ],
    ids=str,
)
async def test_a_burst_at_the_very_bounds_is_taken_and_goes_back_by_itself(
    monitoring: Api, found: dict[str, float]
) -> None:
    practice = await on_furosemide(monitoring, **found)
    step = await practice.steps(80, NOW, name=DRUG, signs=SWOLLEN)
    assert (step["dose_after"], step["path"]) == ("80", "protocol")
    await practice.taught(step, NOW)
    assert (await practice.medicine(NOW, DRUG))["dose"] == "80"
    await practice.time_passes("2026-09-12 08:00")
    assert (await practice.medicine("2026-09-12 08:00", DRUG))["dose"] == "40"


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"potassium": 3.4}, "potassium-out-of-range"),
        ({"potassium": 5.5}, "potassium-out-of-range"),
        ({"systolic": 99}, "systolic-low"),
        ({"egfr": 29}, "egfr-low"),
        ({"creatinine": 2.35}, "creatinine-rise"),
    ],
    ids=str,
)
async def test_a_value_past_its_bound_refuses_the_burst(monitoring: Api, found: dict[str, float], code: str) -> None:
    assert code in await refused(await on_furosemide(monitoring, **found))


async def test_more_than_the_patients_day(monitoring: Api) -> None:
    assert await refused(await on_furosemide(monitoring, max_daily=159)) == ["daily-dose-above-maximum"]


async def test_weight_alone_asks_for_nothing(monitoring: Api) -> None:
    practice = await on_furosemide(monitoring)
    answer = await practice.tries(80, NOW, name=DRUG)
    assert (problem(answer), answer.json()["reason_code"]) == ((422, "plan-change.refused"), "nothing-asks-for-it")


async def test_a_third_burst_in_thirty_days(monitoring: Api) -> None:
    practice = await on_furosemide(monitoring)
    for day in ("09", "16", "23"):
        now = f"2026-09-{day} 10:40"
        if day != "09":
            await practice.time_passes(f"2026-09-{int(day) - 4} 08:00")
            await weighs(practice, (f"{int(day) - 1}", 81.0), (day, 83.4))
            for lab, (value, unit) in LABS.items():
                await practice.patient.sends(lab, value, unit, f"2026-09-{day} 08:00")
        if day == "23":
            assert await refused(practice, now) == ["too-many-bursts"]
        else:
            step = await practice.steps(80, now, name=DRUG, signs=SWOLLEN)
            await practice.taught(step, now)


async def test_a_medicine_on_hold(monitoring: Api) -> None:
    practice = await on_furosemide(monitoring)
    line = practice.line(DRUG)
    change = (await practice.proposes(NOW, medicine_id=line, kind="hold", dose=None)).json()
    await practice.done(change, "approve", NOW, role=Role.PRESCRIBER)
    await practice.done(change, "order", NOW)
    await practice.taught(change, NOW)
    assert (await practice.medicine(NOW, DRUG))["status"] == "on-hold"
    assert "medicine-not-active" in await refused(practice)
