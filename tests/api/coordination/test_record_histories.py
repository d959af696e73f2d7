"""What is changed in place leaves its history: stays, care teams, waitlists, a death (on the timeline)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from shared.db.session import transaction
from tests.support.apps import Api
from tests.support.makers_coordination import DISCHARGED, a_discharge, at, days, need_of, tag
from tests.support.makers_directory import a_specialist, taken


async def told(api: Api, patient_id: str, kind: str, order: str = "recorded") -> list[dict[str, Any]]:
    query: dict[str, str | int] = {"kind": kind, "order": order, "limit": 100}
    found: list[dict[str, Any]] = taken(await at(api).get(f"/v1/patients/{patient_id}/timeline", params=query))["items"]
    return found[::-1]


async def do(api: Api, stay: dict[str, Any], act: str, later: timedelta, **body: Any) -> dict[str, Any]:
    client = at(api, DISCHARGED + later)
    now = taken(await client.get(f"/v1/stays/{stay['id']}"))
    return taken(await client.post(f"/v1/stays/{stay['id']}/{act}", json=body, headers=tag(now)))


async def test_a_stay_keeps_every_act_with_who_did_it_when_and_what_it_changed(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await do(coordination, stay, "correct", days(1), disposition="home-health", reason="A nurse comes")
    await do(coordination, stay, "discharge/cancel", days(2), reason="Fever is back")
    await do(coordination, stay, "enter-in-error", days(3), reason="Another patient's stay")
    acts = await told(coordination, stay["patient_id"], "stay")
    assert [(each["what"], each["by"]) for each in acts] == [
        ("admit", "coordinator-1"),
        ("discharge", "coordinator-1"),
        ("correct", "coordinator-1"),
        ("cancel-discharge", "coordinator-1"),
        ("enter-in-error", "coordinator-1"),
    ]
    admit, discharge, correct, cancelled, error = acts
    assert (admit["done_at"], admit["before"], admit["after"]["state"]) == (stay["started_at"], {}, "in-progress")
    assert (discharge["done_at"], discharge["code"]) == (stay["ended_at"], "home")
    assert discharge["before"]["state"] == "in-progress"
    assert (correct["before"], correct["after"]) == ({"disposition": "home"}, {"disposition": "home-health"})
    assert correct["note"] == "A nurse comes"
    assert (cancelled["before"]["disposition"], cancelled["after"]["disposition"]) == ("home-health", None)
    assert cancelled["recorded_at"] == cancelled["done_at"]
    assert (error["before"], error["after"]) == ({"state": "in-progress"}, {"state": "entered-in-error"})
    keys = [each["key"] for each in acts]
    assert sorted(keys) == sorted(each["key"] for each in await told(coordination, stay["patient_id"], "stay", "done"))


async def test_a_stay_from_before_its_acts_were_kept_is_told_as_far_as_it_is_known(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    async with transaction(coordination.sessions, coordination.organization) as tx:
        await tx.execute(text("DELETE FROM record_acts"))
    old = await told(coordination, stay["patient_id"], "stay", "done")
    assert [(each["what"], each["done_at"], each["by"], each["before"]) for each in old] == [
        ("admit", stay["started_at"], None, None),
        ("discharge", stay["ended_at"], None, None),
    ]
    await do(coordination, stay, "correct", days(1), disposition="home-health", reason="A nurse comes")
    now = await told(coordination, stay["patient_id"], "stay", "done")
    assert [each["what"] for each in now] == ["admit", "discharge", "correct"]


async def test_a_death_in_hospital_stands_on_the_timeline_and_so_does_its_correction(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    patient = stay["patient_id"]
    await do(coordination, stay, "correct", days(1), disposition="expired", reason="Died on the ward")
    await do(coordination, stay, "correct", days(2), disposition="home", reason="The neighbour's bed")
    acts = await told(coordination, patient, "death")
    assert [(each["what"], each["by"]) for each in acts] == [("told", "coordinator-1"), ("taken-back", "coordinator-1")]
    assert acts[0]["done_at"] == stay["ended_at"]
    assert acts[0]["after"] == acts[1]["before"]


async def test_who_left_the_care_team_is_an_event_with_their_last_day(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    body = {
        "patient_id": stay["patient_id"],
        "role": "case-manager",
        "practitioner": "Nora Example RN",
        "starts_on": "2026-09-04",
    }
    member = taken(await at(coordination).post("/v1/care-teams", json=body), 201)
    end = {"ends_on": "2026-09-30"}
    taken(await at(coordination).post(f"/v1/care-teams/{member['id']}/leave", json=end, headers=tag(member)))
    acts = await told(coordination, stay["patient_id"], "care-team")
    assert [(each["what"], each["code"], each["note"], each["by"]) for each in acts] == [
        ("join", "2026-09-04", "Nora Example RN", "coordinator-1"),
        ("leave", "2026-09-30", "Nora Example RN", "coordinator-1"),
    ]


async def test_waiting_and_leaving_a_waitlist_are_events_of_the_need(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    need, client = need_of(stay, "cardiology-referral"), at(coordination)
    waits = {"specialist_id": (await a_specialist(coordination))["id"]}
    entry = taken(await client.post(f"/v1/needs/{need['id']}/waitlist", json=waits), 201)
    taken(await client.post(f"/v1/waitlist/{entry['id']}/leave", headers=tag(entry)))
    acts = await told(coordination, stay["patient_id"], "waitlist")
    assert [(each["what"], each["subject"], each["about"], each["by"]) for each in acts] == [
        ("join", "cardiology-referral", need["id"], "coordinator-1"),
        ("left", "cardiology-referral", need["id"], "coordinator-1"),
    ]
