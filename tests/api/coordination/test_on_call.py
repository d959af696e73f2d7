"""Work due on a day off: a column, a filter and a count of the worklist; or it moves, as the practice has it."""

from datetime import timedelta
from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import DISCHARGED, a_discharge, at, clock_of, good, local, need_of
from tests.support.makers_directory import taken
from tests.support.practices import a_site, cared_for


async def listed(api: Api, **query: Any) -> list[dict[str, Any]]:
    params = {"limit": 200, **query}
    found: list[dict[str, Any]] = taken(await at(api).get("/v1/worklist", params=params))["items"]
    return found


async def test_the_on_call_list_is_filtered_and_counted_and_empties_as_work_is_done(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    every = await listed(coordination)
    on_call = await listed(coordination, on_call=True)
    assert [each["id"] for each in on_call] == [each["id"] for each in every if each["on_call"] is not None]
    call = need_of(stay, "contact-interactive")
    assert {each["source_id"]: each["on_call"] for each in on_call}[call["id"]] == "Labor Day"
    for need in stay["plan"]["needs"]:
        clinical = [clock for clock in need["clocks"] if clock["kind"] == "clinical" and clock["due_at"]]
        first = min(clinical, key=lambda clock: (clock["due_at"], clock["key"]), default=None)
        (work,) = [each for each in every if each["source_id"] == need["id"]]
        assert work["on_call"] == (first and first["on_call"]), need["kind"]
    params: dict[str, str | bool] = {"on_call": True, "time_zone": "America/New_York"}
    counted = taken(await at(coordination).get("/v1/worklist/counts", params=params))
    assert sum(bucket["count"] for bucket in counted["buckets"]) == len(on_call)

    done = DISCHARGED + timedelta(hours=1)
    body = {"patient_id": stay["patient_id"], "channel": "phone", "outcome": "reached", "started_at": done.isoformat()}
    taken(await at(coordination, done).post("/v1/contacts", json=body), 201)
    assert call["id"] not in {each["source_id"] for each in await listed(coordination, on_call=True)}
    view = {"name": "On call", "filters": {"on_call": True}}
    saved = taken(await at(coordination).post("/v1/worklist-views", json=view), 201)
    by_view = await listed(coordination, view=saved["id"])
    assert [each["id"] for each in by_view] == [each["id"] for each in await listed(coordination, on_call=True)]


async def test_a_practice_moves_such_clocks_and_those_that_run_stay(coordination: Api) -> None:
    before = await a_discharge(coordination)
    admin = at(coordination, role=Role.CLINIC_ADMIN)
    asked = {"off_hours": "next-business-day"}
    changed = await good(await admin.put("/v1/calendar", json=asked, headers={"If-Match": '"0"'}))
    assert changed["off_hours"] == "next-business-day"
    stay = await a_discharge(coordination)
    call = clock_of(need_of(stay, "contact-interactive"), "clinical")
    assert (local(call["due_at"]), call["on_call"]) == ("Tue 2026-09-08 23:59", None)
    assert "as the practice has it: due Tue 2026-09-08 end of day" in call["explanation"]
    clocks = [
        {"key": "clinical", "kind": "clinical", "rule": "+1d"}, {"key": "programme", "kind": "programme", "rule": "+2d"}
    ]  # fmt: skip
    body = {"patient_id": stay["patient_id"], "kind": "vaccines", "reason": "Travel", "clocks": clocks}
    capped = taken(await at(coordination).post("/v1/needs", json=body))
    assert local(clock_of(capped, "clinical")["due_at"]) == "Sun 2026-09-06 23:59", (
        "the programme keeps it on a day off"
    )
    on_call = {each["source_id"] for each in await listed(coordination, on_call=True)}
    assert capped["id"] in on_call
    assert need_of(stay, "contact-interactive")["id"] not in on_call
    kept = taken(await at(coordination).get(f"/v1/needs/{need_of(before, 'contact-interactive')['id']}"))
    assert clock_of(kept, "clinical")["on_call"] == "Labor Day"


async def test_a_site_may_have_another_setting_than_the_organization(coordination: Api) -> None:
    site = await a_site(coordination, time_zone="America/New_York")
    boss = at(coordination, role=Role.CLINIC_ADMIN)
    path, tag = f"/v1/sites/{site['id']}/calendar", {"If-Match": f'"{site["version"]}"'}
    set_ = await good(await boss.put(path, json={"off_hours": "next-business-day"}, headers=tag))
    assert set_["off_hours"] == "next-business-day"
    elsewhere = await a_discharge(coordination)
    practice = await cared_for(coordination, elsewhere["patient_id"], site["id"])
    assert practice["off_hours"] == "next-business-day"
    assert clock_of(need_of(elsewhere, "contact-interactive"), "clinical")["on_call"] == "Labor Day"
    unset = await good(await boss.put(path, json={}, headers={"If-Match": f'"{set_["version"]}"'}))
    assert unset["off_hours"] is None
