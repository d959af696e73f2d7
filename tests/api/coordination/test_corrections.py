"""A correction gives the plan there would have been, had the discharge been told rightly at once."""

from datetime import datetime
from typing import Any

import pytest

from tests.support.apps import Api
from tests.support.makers_coordination import (
    DISCHARGED,
    Json,
    a_discharge,
    a_patient,
    a_stay,
    at,
    clock_of,
    discharge,
    good,
    local,
    need_of,
    new_york,
    tag,
)

LATER = new_york("2026-09-07 09:00")
DIED = "the patient died: no needs were opened"


async def corrected(api: Api, stay: Json, now: datetime = LATER, **body: Any) -> Json:
    """A correction, which does what its preview shows."""
    client, said = at(api, now), {"reason": "The record says so", **body}
    seen = await good(await client.post(f"/v1/stays/{stay['id']}/correct/preview", json=said))
    done = await good(await client.post(f"/v1/stays/{stay['id']}/correct", json=said, headers=tag(stay)))
    kinds = [sorted((c["kind"], c["change"]) for c in answer["changes"]) for answer in (seen, done)]
    assert kinds[0] == kinds[1]
    return done


async def an_expired_stay(api: Api, **more: Any) -> Json:
    stay = await a_stay(api, await a_patient(api))
    client = at(api)
    body = {"ended_at": DISCHARGED.isoformat(), "disposition": "expired", **more}
    seen = await good(await client.post(f"/v1/stays/{stay['id']}/discharge/preview", json=body))
    done = await discharge(api, stay, disposition="expired", **more)
    assert (seen["changes"], seen["explanation"], done["plan"]["explanation"]) == ([], DIED, DIED)
    return done


async def test_who_did_not_die_after_all_gets_the_plan_of_the_discharge(coordination: Api) -> None:
    done = await corrected(coordination, await an_expired_stay(coordination), disposition="home")
    call = need_of(done, "contact-interactive")
    assert {c["change"] for c in done["changes"]} == {"opens"}
    assert local(clock_of(call, "programme")["due_at"]) == "Wed 2026-09-09 23:59"
    client, url = at(coordination, LATER), f"/v1/stays/{done['id']}/correct"
    back = await good(await client.post(url, json={"reason": "x", "disposition": "expired"}, headers=tag(done)))
    assert back["plan"]["explanation"] == DIED
    again = await good(await client.post(url, json={"reason": "x", "disposition": "home"}, headers=tag(back)))
    assert need_of({"items": [n for n in again["plan"]["needs"] if n["state"] == "identified"]}, "contact-interactive")


async def test_a_proposed_plan_is_proposed_once_the_death_is_corrected(coordination: Api) -> None:
    done = await corrected(coordination, await an_expired_stay(coordination, plan="propose"), disposition="home")
    assert (done["plan"]["state"], done["plan"]["needs"]) == ("proposed", [])
    work = await good(await at(coordination, LATER).get(f"/v1/worklist?patient_id={done['patient_id']}"))
    assert [one["title"] for one in work["items"]] == ["Accept the discharge plan"]


@pytest.mark.parametrize("now", [LATER, new_york("2026-11-20 09:00")])
async def test_a_wrong_year_put_right_opens_the_plan_whenever_that_is(coordination: Api, now: datetime) -> None:
    stay = await a_stay(coordination, await a_patient(coordination), started=new_york("2025-08-30 11:40"))
    done = await discharge(coordination, stay, ended=new_york("2025-09-04 15:20"), now=DISCHARGED)
    assert "older than 30 days" in done["plan"]["explanation"]
    times: Json = {"started_at": new_york("2026-08-30 11:40").isoformat(), "ended_at": DISCHARGED.isoformat()}
    right = await corrected(coordination, done, now, **times)
    assert local(need_of(right, "visit-face-to-face")["due_at"]) == "Fri 2026-09-11 23:59"


async def test_a_wrong_year_of_somebody_who_died_is_put_right_too(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination), started=new_york("2025-08-30 11:40"))
    ended = new_york("2025-09-04 15:20")
    done = await discharge(coordination, stay, ended=ended, now=DISCHARGED, disposition="expired")
    times: Json = {"started_at": new_york("2026-08-30 11:40").isoformat(), "ended_at": DISCHARGED.isoformat()}
    assert (await corrected(coordination, done, **times))["plan"]["explanation"] == DIED
    patient = await good(await at(coordination, LATER).get(f"/v1/patients/{stay['patient_id']}"))
    assert datetime.fromisoformat(patient["deceased_at"]) == DISCHARGED


async def test_a_discharge_that_turns_out_to_be_years_old_withdraws_its_work(coordination: Api) -> None:
    stay = await a_stay(coordination, await a_patient(coordination), started=new_york("2025-08-30 11:40"))
    done = await discharge(coordination, stay)
    old = await corrected(coordination, done, ended_at=new_york("2025-09-04 15:20").isoformat())
    assert {c["change"] for c in old["changes"]} == {"withdraws"}
    assert "older than 30 days" in old["plan"]["explanation"]


async def test_no_plan_was_asked_for_stays_so(coordination: Api) -> None:
    done = await corrected(coordination, await a_discharge(coordination, plan="never"), disposition="home-health")
    assert (done["changes"], done["plan"]["explanation"]) == ([], "no plan was asked for")
