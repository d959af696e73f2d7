"""What kind of stay it is, whether it was planned and where, told wrongly and put right, also while it goes on."""

from typing import Any

import pytest

from tests.support.apps import Api, problem
from tests.support.makers_coordination import (
    HIGH_SUGAR,
    Json,
    a_discharge,
    a_patient,
    a_stay,
    at,
    discharge,
    good,
    need_of,
    new_york,
    tag,
)

BACK, LATER = new_york("2026-09-07 03:00"), new_york("2026-09-08 09:00")


async def corrected(api: Api, stay: Json, **body: Any) -> Json:
    url, said = f"/v1/stays/{stay['id']}/correct", {"reason": "Told wrongly", **body}
    seen = await good(await at(api, LATER).post(f"{url}/preview", json=said))
    done = await good(await at(api, LATER).post(url, json=said, headers=tag(stay)))
    assert [c["change"] for c in seen["changes"]] == [c["change"] for c in done["changes"]]
    return done


async def standing(api: Api, first: Json) -> tuple[tuple[str, bool], tuple[str, str | None]]:
    """The call of the earlier discharge, with whether its clocks stand still, and its watch."""
    page = await good(await at(api, LATER).get(f"/v1/needs?patient_id={first['patient_id']}&limit=200"))
    own = {"items": [need for need in page["items"] if need["scope"] in (f"stay:{first['id']}", "patient")]}
    call, watch = need_of(own, "contact-interactive"), need_of(own, "readmission-watch")
    held = all(clock["state"] == "paused" for clock in call["clocks"])
    return (call["state"], held), (watch["state"], watch["closed_code"])


READMITTED = (("withdrawn", False), ("not-met", "readmitted"))
PLANNED = (("identified", True), ("identified", None))
EMERGENCY = (("identified", False), ("identified", None))


@pytest.mark.parametrize("over", [False, True])
async def test_earlier_work_follows_what_kind_of_stay_it_was(coordination: Api, over: bool) -> None:
    first = await a_discharge(coordination)
    stay = await a_stay(coordination, {"id": first["patient_id"]}, started=BACK)
    if over:
        stay = await discharge(coordination, stay, ended=new_york("2026-09-08 08:00"), diagnoses=[], plan="never")
    assert await standing(coordination, first) == READMITTED
    stay = await corrected(coordination, stay, planned=True, facility="Another hospital")
    assert (stay["planned"], stay["facility"]) == (True, "Another hospital")
    assert await standing(coordination, first) == (EMERGENCY if over else PLANNED)
    stay = await corrected(coordination, stay, stay_class="emergency", planned=False)
    assert await standing(coordination, first) == EMERGENCY
    stay = await corrected(coordination, stay, stay_class="observation")
    assert await standing(coordination, first) == READMITTED


async def test_a_stay_in_progress_is_corrected_as_far_as_it_was_told(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination))
    early = new_york("2026-08-29 23:00").isoformat()
    done = await corrected(coordination, stay, started_at=early, diagnoses=HIGH_SUGAR)
    assert (done["state"], done["plan"], done["changes"]) == ("in-progress", None, [])
    assert [one["code"] for one in done["diagnoses"]] == ["E11.65"]
    client, url = at(coordination, LATER), f"/v1/stays/{stay['id']}/correct"
    same = await client.post(url, json={"reason": "x", "started_at": early}, headers=tag(done))
    assert problem(same) == (422, "stay.nothing-to-correct")
    told = await client.post(url, json={"reason": "x", "disposition": "home"}, headers=tag(done))
    assert problem(told) == (409, "stay.act-not-allowed")
    assert "disposition" in told.json()["detail"]
    ahead = {"reason": "x", "started_at": new_york("2026-09-09 09:00").isoformat()}
    assert problem(await client.post(url, json=ahead, headers=tag(done))) == (422, "stay.in-the-future")
    assert next(act for act in done["acts"] if act["act"] == "correct")["allowed"]


async def test_a_visit_of_emergency_that_was_an_admission_gets_its_plan(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination), stay_class="emergency")
    done = await discharge(coordination, stay, now=LATER)
    right = await corrected(coordination, done, stay_class="inpatient")
    checks = {check["key"]: check["state"] for check in right["tcm"]["checks"]}
    assert checks["qualifying-discharge"] == "met"
    assert need_of(right, "contact-interactive")
