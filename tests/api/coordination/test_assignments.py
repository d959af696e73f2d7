"""A panel assigned at once: shown beside the walk down the worklist, accepted item by item, each once."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.vocabulary import NeedKind, Priority, Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, a_specialist, refer, slots_for, taken

ASKED = {"clinical_question": "Titrate therapy?"}


async def proposed(api: Api, **asked: object) -> dict[str, Any]:
    return taken(await a_coordinator(api).post("/v1/assignments", json=asked), 201)


async def items(api: Api, assignment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    page = taken(await a_coordinator(api).get(f"/v1/assignments/{assignment['id']}/items", params={"limit": 200}))
    return {item["need_id"]: item for item in page["items"]}


async def accept(api: Api, assignment: dict[str, Any], *, version: int | None = None, **more: object) -> Any:
    headers = {"If-Match": f'"{version or assignment["version"]}"'}
    path = f"/v1/assignments/{assignment['id']}/accept"
    return await a_coordinator(api).post(path, json={**ASKED, **more}, headers=headers)


async def a_contested_panel(api: Api) -> tuple[dict[str, Any], dict[str, Any], UUID, UUID]:
    """One cheap place that both may use, one dear place that only the first may: the pressing one is asked first."""
    cheap = await a_specialist(api, name="Cheap", prices=[{"amount": "10.00", "payer": "Medicare"}])
    dear = await a_specialist(
        api, name="Dear", max_age=90, prices=[{"amount": "60.00", "payer": "Medicare"}], min_age=70
    )
    await slots_for(api, cheap, 3)
    await slots_for(api, dear, 3)
    old = await a_need(api, priority=Priority.STAT)
    young = await a_need(api, born=date(1970, 1, 1))
    return cheap, dear, old, young


async def test_the_solver_places_all_where_the_walk_leaves_one_out(coordination: Api) -> None:
    cheap, dear, old, young = await a_contested_panel(coordination)
    stranded = await a_need(coordination, NeedKind.PODIATRY)
    found = await proposed(coordination)
    assert (found["solver"]["assigned"], found["down_the_worklist"]["assigned"]) == (2, 1)
    assert found["spared"]["more_assigned"] == 1
    assert found["solver"]["patient_cost"] == "70.00"
    placed = await items(coordination, found)
    assert placed[str(old)]["place"]["specialist_id"] == dear["id"]
    assert placed[str(old)]["down_the_worklist"]["specialist_id"] == cheap["id"]
    assert placed[str(young)]["place"]["specialist_id"] == cheap["id"]
    assert placed[str(young)]["down_the_worklist"] is None
    assert placed[str(stranded)]["state"] == "unassigned"
    assert "specialty" in placed[str(stranded)]["why_not"]


async def test_accepting_refers_each_need_once_however_often_it_is_asked(coordination: Api) -> None:
    _, _, old, young = await a_contested_panel(coordination)
    found = await proposed(coordination, need_ids=[str(old), str(young), str(uuid4())])
    assert len(found["passed_over"]) == 1
    first = taken(await accept(coordination, found, need_ids=[str(old)]))
    assert (first["assignment"]["referred"], first["assignment"]["remaining"]) == (1, 1)
    assert problem(await accept(coordination, found)) == (412, "version.stale")
    rest, again = await asyncio.gather(
        *(accept(coordination, found, version=first["assignment"]["version"]) for _ in range(2))
    )
    assert sorted([rest.status_code, again.status_code]) == [200, 412]
    last = taken(rest if rest.status_code == 200 else again)["assignment"]
    assert (last["referred"], last["conflicts"], last["remaining"]) == (2, 0, 0)
    twice = taken(await accept(coordination, last))
    assert (twice["items"], twice["assignment"]["referred"]) == ([], 2)
    listed = taken(await a_coordinator(coordination).get("/v1/referrals"))["items"]
    assert {one["need_id"] for one in listed} == {str(old), str(young)}
    assert all(item["referral_id"] for item in (await items(coordination, found)).values())


async def test_what_no_longer_fits_is_told_and_costs_no_other(coordination: Api) -> None:
    cheap, _, old, young = await a_contested_panel(coordination)
    found = await proposed(coordination)
    placed = await items(coordination, found)
    slot = placed[str(young)]["place"]["slot_id"]
    taken(await refer(coordination, await a_need(coordination), cheap, slot=slot), 201)
    done = taken(await accept(coordination, found))
    assert (done["assignment"]["referred"], done["assignment"]["conflicts"]) == (1, 1)
    told = {item["need_id"]: (item["state"], item["code"]) for item in done["items"]}
    assert told == {str(old): ("referred", None), str(young): ("conflict", "slot.taken")}
    # Nothing half done: the need that met a conflict can be referred, and the conflict can be tried again.
    named = taken(await accept(coordination, done["assignment"], need_ids=[str(young)]))
    assert named["items"][0]["code"] == "slot.taken"
    listed = taken(await a_coordinator(coordination).get("/v1/referrals", params={"need_id": str(young)}))["items"]
    assert listed == []


async def test_a_proposal_holds_nothing_and_expires(coordination: Api) -> None:
    await a_contested_panel(coordination)
    found = await proposed(coordination, valid_hours=1)
    late = coordination.as_(Role.COORDINATOR, now=FRIDAY + timedelta(hours=1))
    path = f"/v1/assignments/{found['id']}"
    refused = await late.post(f"{path}/accept", json=ASKED, headers={"If-Match": '"1"'})
    assert problem(refused) == (409, "assignment.expired")
    assert taken(await late.get(path))["expired"]
    foreign = await accept(coordination, found, need_ids=[str(uuid4())])
    assert problem(foreign) == (422, "assignment.need-not-in-it")
    stranger = coordination.as_(Role.COORDINATOR, organization=uuid4(), now=FRIDAY)
    assert problem(await stranger.get(path)) == (404, "not-found")


async def test_a_late_place_is_weighed_unless_the_clock_is_to_exclude(coordination: Api) -> None:
    late = await a_specialist(coordination, modalities=["video"])
    await slots_for(coordination, late, 17)
    need = await a_need(coordination)
    weighed = await proposed(coordination)
    assert (weighed["solver"]["late"], weighed["solver"]["assigned"]) == (1, 1)
    strict = await proposed(coordination, max_late_days=0)
    assert strict["solver"]["assigned"] == 0
    told = (await items(coordination, strict))[str(need)]["why_not"]
    assert told == "Nobody of the specialty that is wanted fits: 1 by in-time."


async def test_a_panel_of_nobody_is_an_empty_proposal(coordination: Api) -> None:
    found = await proposed(coordination, team="nobody")
    assert (found["solver"]["assigned"], found["solver"]["unassigned"], found["remaining"]) == (0, 0, 0)
