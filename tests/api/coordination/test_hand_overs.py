"""A panel changes hands in one act: previewed, all or named, kept, and once however often it is asked."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.hand_overs import NOT_OF_TEAM, Held, part
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
)
from tests.support.teams import a_team, boss, the_work

ANA = {"from_owner": "ana", "to_owner": "ben", "note": "On leave from Monday"}


async def of(api: Api, owner: str) -> list[str]:
    listed = taken(await a_coordinator(api).get("/v1/worklist", params={"owner": owner, "limit": 200}))
    return [each["id"] for each in listed["items"]]


async def anas_panel(api: Api) -> UUID:
    """A need, a referral's stage and two dated pieces of east and west, one of them overdue; all of Ana's."""
    need = await a_need(api)
    await a_referral(api, await a_specialist(api))
    await owed(api, due=FRIDAY - timedelta(days=1), team="east", title="late")
    await owed(api, due=FRIDAY + timedelta(days=1), team="west", title="soon")
    for work in taken(await a_coordinator(api).get("/v1/worklist"))["items"]:
        tag = {"If-Match": f'"{work["version"]}"'}
        taken(await boss(api).post(f"/v1/worklist/{work['id']}/assign", json={"owner": "ana"}, headers=tag))
    return need


async def test_all_open_work_goes_with_what_is_behind_it_and_what_may_not_go_is_named(coordination: Api) -> None:
    await a_team(coordination, "east", "ana", "ben")
    await a_team(coordination, "west", "ana")
    need = await anas_panel(coordination)
    panel = await of(coordination, "ana")
    before = await the_need(coordination, need)
    said = taken(await boss(coordination).post("/v1/hand-overs/preview", json=ANA))
    assert await of(coordination, "ana") == panel
    done = taken(await boss(coordination).post("/v1/hand-overs", json=ANA), 201)
    assert [(each["title"], each["code"]) for each in done["refused"]] == [("soon", NOT_OF_TEAM)]
    assert "ben is not a member of west" in done["refused"][0]["reason"]
    assert said["refused"] == done["refused"]
    assert sum(each["count"] for each in said["counts"]) == len(done["work_ids"]) == len(panel) - 1
    assert sum(each["overdue"] for each in said["counts"]) == 1
    assert said["patients"] == done["patients"]
    assert await of(coordination, "ben") == done["work_ids"]
    assert await of(coordination, "ana") == [done["refused"][0]["work_id"]]
    after = await the_need(coordination, need)
    assert (after.owner, after.version) == ("ben", before.version)
    kept = taken(await a_coordinator(coordination).get(f"/v1/hand-overs/{done['id']}"))
    assert (kept, kept["handed_by"], kept["note"]) == (done, "supervisor-1", "On leave from Monday")
    assert taken(await a_coordinator(coordination).get("/v1/hand-overs?person=ben"))["items"] == [done]
    assert taken(await a_coordinator(coordination).get("/v1/hand-overs?person=zoe"))["items"] == []


async def test_who_had_work_and_who_has_it_now_is_in_the_history_of_the_need_behind_it(coordination: Api) -> None:
    sent = await a_referral(coordination, await a_specialist(coordination))
    need = UUID(sent["need_id"])
    for work in taken(await a_coordinator(coordination).get("/v1/worklist"))["items"]:
        tag = {"If-Match": f'"{work["version"]}"'}
        body = {"owner": "ana"}
        taken(await boss(coordination).post(f"/v1/worklist/{work['id']}/assign", json=body, headers=tag))
    taken(await boss(coordination).post("/v1/hand-overs", json=ANA), 201)
    told = [(one.act, one.note, one.by) for one in (await the_need(coordination, need)).history if "assign" in one.act]
    stage = f"referral {sent['id']}: "
    assert sorted(told) == [
        ("assign", "from ana to ben: On leave from Monday", "supervisor-1"),
        ("assign", "from nobody to ana", "supervisor-1"),
        ("assign-referral", f"{stage}from ana to ben: On leave from Monday", "supervisor-1"),
        ("assign-referral", f"{stage}from nobody to ana", "supervisor-1"),
    ]
    patient = sent["patient"]["id"]
    shown = taken(await a_coordinator(coordination).get(f"/v1/patients/{patient}/timeline?kind=need&limit=200"))[
        "items"
    ]
    assert sum("assign" in one["what"] for one in shown) == 4


async def a_place(api: Api, patient: str, role: str, **changes: object) -> None:
    body = {"patient_id": patient, "role": role, "practitioner": "Ana A.", "subject": "ana", "starts_on": "2026-09-01"}
    taken(await a_coordinator(api).post("/v1/care-teams", json={**body, **changes}), 201)


async def places(api: Api, patient: str) -> list[tuple[Any, ...]]:
    listed = taken(await a_coordinator(api).get("/v1/care-teams", params={"patient_id": patient}))["items"]
    return sorted(
        (one["role"], one["subject"], one["practitioner"], one["starts_on"], one["ends_on"]) for one in listed
    )


async def test_a_person_takes_the_places_in_care_teams_from_that_day_on_and_a_pool_does_not(coordination: Api) -> None:
    patient = str((await the_need(coordination, await a_need(coordination))).patient_id)
    await a_place(coordination, patient, "coordinator", telephone="555-0100", ends_on="2026-12-31")
    await a_place(coordination, patient, "case-manager", starts_on="2026-09-20")
    await a_place(coordination, patient, "pharmacist", ends_on="2026-09-03")
    pool = {"from_owner": "ana", "to_team": "east", "note": "Left"}
    await a_team(coordination, "east", "ana", "ben")
    assert problem(await boss(coordination).post("/v1/hand-overs", json=pool)) == (
        409,
        "hand-over.nothing-to-hand-over",
    )
    body = {**ANA, "to_name": "Ben B."}
    said = taken(await boss(coordination).post("/v1/hand-overs/preview", json=body))
    assert (said["memberships"], said["patients"], said["counts"]) == (2, 1, [])
    assert said["to_name"] == "Ben B."
    before = await places(coordination, patient)
    done = taken(await boss(coordination).post("/v1/hand-overs", json=body), 201)
    assert (done["memberships"], done["patients"], done["work_ids"]) == (2, 1, [])
    shown = taken(await boss(coordination).get(f"/v1/hand-overs/{done['id']}"))
    assert (done["to_name"], shown["to_name"]) == ("Ben B.", "Ben B.")
    after = await places(coordination, patient)
    assert set(after) - set(before) == {
        ("coordinator", "ana", "Ana A.", "2026-09-01", "2026-09-04"),
        ("coordinator", "ben", "Ben B.", "2026-09-04", "2026-12-31"),
        ("case-manager", "ben", "Ben B.", "2026-09-20", None),
    }
    assert ("pharmacist", "ana", "Ana A.", "2026-09-01", "2026-09-03") in after
    again = await boss(coordination).post("/v1/hand-overs", json=body)
    assert problem(again) == (409, "hand-over.nothing-to-hand-over")


async def test_to_a_pool_and_only_by_who_leads(coordination: Api) -> None:
    await owed(coordination, due=FRIDAY, team="west", title="soon")
    work = await the_work(coordination)
    tag = {"If-Match": f'"{work["version"]}"'}
    taken(await boss(coordination).post(f"/v1/worklist/{work['id']}/assign", json={"owner": "ana"}, headers=tag))
    body = {"from_owner": "ana", "to_team": "east", "note": "Left"}
    assert problem(await a_coordinator(coordination).post("/v1/hand-overs", json=body))[0] == 403
    assert problem(await boss(coordination).post("/v1/hand-overs", json={**body, "to_team": None}))[0] == 422
    assert problem(await boss(coordination).post("/v1/hand-overs", json={**ANA, "to_owner": "ana"}))[0] == 422
    unknown = await boss(coordination).post("/v1/hand-overs", json=body)
    assert problem(unknown) == (422, "team.unknown")
    await a_team(coordination, "east", "ben")
    outside = await boss(coordination).post("/v1/hand-overs", json={**body, "to_owner": "zoe"})
    assert problem(outside) == (409, "hand-over.nothing-may")
    assert "zoe is not a member of east" in outside.json()["detail"]
    assert (await the_work(coordination))["owner"] == "ana"
    key = {"Idempotency-Key": "hand-over-1"}
    first = taken(await boss(coordination).post("/v1/hand-overs", json=body, headers=key), 201)
    again = taken(await boss(coordination).post("/v1/hand-overs", json=body, headers=key), 201)
    assert first == again
    moved = await the_work(coordination)
    assert (moved["owner"], moved["team"], moved["version"]) == (None, "east", work["version"] + 2)
    nothing = await boss(coordination).post("/v1/hand-overs", json=body)
    assert problem(nothing) == (409, "hand-over.nothing-to-hand-over")
    assert len(taken(await a_coordinator(coordination).get("/v1/hand-overs"))["items"]) == 1


async def test_two_at_once_move_each_piece_once(coordination: Api) -> None:
    api = coordination
    await anas_panel(api)
    panel = await of(api, "ana")
    asked = [boss(api).post("/v1/hand-overs", json={**ANA, "to_owner": name}) for name in ("ben", "cleo")]
    answers = await asyncio.gather(*asked)
    moved = [work for each in answers if each.status_code == 201 for work in each.json()["work_ids"]]
    assert sorted(moved) == sorted(panel)
    assert {each.status_code for each in answers} <= {201, 409}
    assert len(await of(api, "ben")) + len(await of(api, "cleo")) == len(panel)


@given(
    st.lists(st.sampled_from(["east", "west", "unregistered", None]), max_size=12),
    st.sampled_from(["ben", "ana", None]),
    st.sampled_from(["east", "west", "unregistered", None]),
)
def test_every_piece_goes_or_stays_with_a_reason(teams: list[str | None], to: str | None, team: str | None) -> None:
    members: dict[str, list[str]] = {"east": ["ben"], "west": ["ana"]}
    work = [Held(UUID(int=n), UUID(int=1), "work", each) for n, each in enumerate(teams)]
    parted = part(work, to, team, members)
    assert sorted([*parted.goes, *(each.work for each in parted.stays)]) == work
    for each in parted.stays:
        assert to is not None
        assert to not in members[team or each.work.team or ""]
    for going in parted.goes:
        assert to is None or to in members.get(team or going.team or "", [to])
