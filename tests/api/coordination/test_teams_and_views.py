"""Teams with members, work handed over, saved views: private, shared, versioned."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    a_need,
    a_referral,
    a_specialist,
    owed,
    taken,
    the_need,
    through,
)
from tests.support.teams import a_team, boss, the_work


def tag(thing: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{thing["version"]}"'}


async def test_a_team_is_made_once_changed_with_its_version_and_listed_by_member(coordination: Api) -> None:
    east = await a_team(coordination)
    again = await boss(coordination).post("/v1/teams", json={"key": "east", "name": "E", "members": []})
    assert problem(again) == (409, "team.key-taken")
    path, members = f"/v1/teams/{east['id']}", {"name": "East", "members": ["ana", "ben"]}
    changed = taken(await boss(coordination).put(path, json=members, headers=tag(east)))
    assert (changed["members"], changed["version"]) == (["ana", "ben"], 2)
    assert problem(await boss(coordination).put(path, json=members, headers=tag(east))) == (412, "version.stale")
    twice = await boss(coordination).put(path, json={"name": "E", "members": ["ana", "ana"]}, headers=tag(changed))
    assert problem(twice) == (422, "team.member-twice")
    await a_team(coordination, "west", "ana")
    listed = taken(await a_coordinator(coordination).get("/v1/teams?member=ana&limit=1"))
    assert [each["key"] for each in listed["items"]] == ["east"]
    assert problem(await a_coordinator(coordination).post("/v1/teams", json=members))[0] == 403


async def test_unowned_work_lies_in_its_teams_pool_until_it_is_claimed(coordination: Api) -> None:
    await a_team(coordination)
    await owed(coordination, due=FRIDAY, team="east")
    pool = {"team": "mine", "unclaimed": "true"}
    work = await the_work(coordination, **pool)
    nurse = a_coordinator(coordination)
    taken(await nurse.post(f"/v1/worklist/{work['id']}/claim", headers=tag(work)))
    assert taken(await nurse.get("/v1/worklist", params=pool))["items"] == []
    detail = taken(await nurse.get(f"/v1/worklist/{work['id']}"))
    assert {each["act"]: each["allowed"] for each in detail["acts"]} == {
        "claim": True, "release": True, "assign": True
    }  # fmt: skip
    other = coordination.as_(Role.COORDINATOR, now=FRIDAY, subject="ben")
    refused = taken(await other.get(f"/v1/worklist/{work['id']}"))["acts"]
    assert {each["act"]: each["allowed"] for each in refused} == {"claim": False, "release": False, "assign": False}
    assert "coordinator-1" in next(each["reason"] for each in refused if each["act"] == "claim")


async def test_work_is_handed_to_members_and_only_a_supervisor_takes_it_from_others(coordination: Api) -> None:
    await a_team(coordination, "east", "ana", "ben")
    await owed(coordination, due=FRIDAY, team="west")
    work = await the_work(coordination)
    path, nurse = f"/v1/worklist/{work['id']}/assign", a_coordinator(coordination)
    wrong = await nurse.post(path, json={"owner": "zoe", "team": "east"}, headers=tag(work))
    assert problem(wrong) == (422, "team.not-a-member")
    given = taken(await nurse.post(path, json={"owner": "ana", "team": "east"}, headers=tag(work)))
    assert (given["owner"], given["team"], given["version"]) == ("ana", "east", work["version"] + 1)
    assert problem(await nurse.post(path, json={"owner": "ben"}, headers=tag(given))) == (409, "worklist.claimed")
    stale = await boss(coordination).post(path, json={"owner": "ben"}, headers=tag(work))
    assert problem(stale) == (412, "version.stale")
    pooled = taken(await boss(coordination).post(path, json={"team": "east"}, headers=tag(given)))
    assert (pooled["owner"], pooled["team"]) == (None, "east")
    assert problem(await nurse.post(path, json={}, headers=tag(pooled)))[0] == 422


async def test_the_need_and_the_next_stage_of_a_referral_go_with_the_work(coordination: Api) -> None:
    need = await a_need(coordination, team="east")
    work = await the_work(coordination)
    before = await the_need(coordination, need)
    taken(await a_coordinator(coordination).post(f"/v1/worklist/{work['id']}/claim", headers=tag(work)))
    after = await the_need(coordination, need)
    # Whoever claims and then acts on the need has read it already: its version stays.
    assert (after.owner, after.version) == ("coordinator-1", before.version)
    claimed = await the_work(coordination)
    taken(await a_coordinator(coordination).post(f"/v1/worklist/{work['id']}/release", headers=tag(claimed)))
    assert (await the_need(coordination, need)).owner is None

    specialist = await a_specialist(coordination, user_subject="specialist-1")
    referral = await a_referral(coordination, specialist)
    stage = await the_work(coordination, source="referral")
    taken(await a_coordinator(coordination).post(f"/v1/worklist/{stage['id']}/claim", headers=tag(stage)))
    receiver = coordination.as_(Role.SPECIALIST, now=FRIDAY)
    await through(receiver, referral, "receive")
    following = await the_work(coordination, source="referral")
    assert (following["stage"], following["owner"]) == ("triage", "coordinator-1")


async def test_a_view_shows_its_filters_and_parameters_narrow_it(coordination: Api) -> None:
    await a_team(coordination)
    await owed(coordination, due=FRIDAY - timedelta(days=1), team="east", title="late")
    await owed(coordination, due=FRIDAY + timedelta(days=1), team="east", title="soon")
    await owed(coordination, due=FRIDAY - timedelta(days=1), team="west", title="elsewhere")
    nurse = a_coordinator(coordination)
    body = {"name": "My pool, late", "filters": {"team": ["mine"], "overdue": True}}
    view = taken(await nurse.post("/v1/worklist-views", json=body), 201)
    found = taken(await nurse.get("/v1/worklist", params={"view": view["id"]}))
    assert [each["title"] for each in found["items"]] == ["late"]
    narrowed = await nurse.get("/v1/worklist", params={"view": view["id"], "title": "elsewhere"})
    assert taken(narrowed)["items"] == []
    counted = taken(await nurse.get("/v1/worklist/counts", params={"view": view["id"]}))
    assert {each["bucket"]: each["count"] for each in counted["buckets"]}["overdue"] == 1


async def test_a_view_is_private_until_it_is_shared_and_only_its_owner_changes_it(coordination: Api) -> None:
    await a_team(coordination, "east", "coordinator-1", "ben")
    nurse, ben = a_coordinator(coordination), coordination.as_(Role.COORDINATOR, now=FRIDAY, subject="ben")
    view = taken(await nurse.post("/v1/worklist-views", json={"name": "Mine", "filters": {"owner": "me"}}), 201)
    path = f"/v1/worklist-views/{view['id']}"
    assert problem(await ben.get(path)) == (404, "not-found")
    assert problem(await ben.get("/v1/worklist", params={"view": view["id"]})) == (404, "not-found")
    alien = await nurse.put(path, json={"name": "W", "team": "west", "filters": {}}, headers=tag(view))
    assert problem(alien) == (422, "team.not-a-member")
    shared = {"name": "Ours", "team": "east", "filters": {"owner": "me", "priority": "stat"}}
    changed = taken(await nurse.put(path, json=shared, headers=tag(view)))
    assert problem(await nurse.put(path, json=shared, headers=tag(view))) == (412, "version.stale")
    seen = taken(await ben.get(path))
    assert (seen["name"], seen["mine"], seen["owner"]) == ("Ours", False, "coordinator-1")
    assert problem(await ben.put(path, json=shared, headers=tag(changed))) == (403, "worklist.view-not-yours")
    # "me" is whoever looks: the view of a team shows each member their own work.
    await owed(coordination, due=FRIDAY, owner="ben")
    plain = await ben.put(path, json=shared, headers=tag(changed))
    assert plain.status_code == 403
    taken(await nurse.put(path, json={**shared, "filters": {"owner": "me"}}, headers=tag(changed)))
    assert len(taken(await ben.get("/v1/worklist", params={"view": view["id"]}))["items"]) == 1
    assert taken(await nurse.get("/v1/worklist", params={"view": view["id"]}))["items"] == []
    current = taken(await nurse.get(path))
    taken(await nurse.post(f"{path}/remove", headers=tag(current)))
    assert problem(await ben.get(path)) == (404, "not-found")
    assert taken(await nurse.get("/v1/worklist-views"))["items"] == []
    assert problem(await nurse.get("/v1/worklist", params={"view": str(uuid4())})) == (404, "not-found")


async def test_a_filter_of_a_view_that_does_not_exist_is_refused(coordination: Api) -> None:
    body = {"name": "Wrong", "filters": {"colour": "red"}}
    assert problem(await a_coordinator(coordination).post("/v1/worklist-views", json=body))[0] == 422
