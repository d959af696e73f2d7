"""The organization's calendar: closures move the site's clocks, never a programme's."""

import asyncio
from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_coordination import a_discharge, at, clock_of, good, local, need_of


async def test_without_a_calendar_of_its_own_an_organization_has_the_federal_one(coordination: Api) -> None:
    found = await good(await at(coordination).get("/v1/calendar"))
    assert (found["version"], found["holidays"], found["closures"]) == (0, "US-federal", [])


async def test_a_closure_moves_the_sites_clock_and_not_the_programmes(coordination: Api) -> None:
    admin = at(coordination, role=Role.CLINIC_ADMIN)
    body = {"closures": [{"day": "2026-09-08", "reason": "Stocktaking"}]}
    changed = await good(await admin.put("/v1/calendar", json=body, headers={"If-Match": '"0"'}))
    assert changed["version"] == 1
    stay = await a_discharge(coordination)
    assert local(need_of(stay, "pending-results-chase")["due_at"]) == "Thu 2026-09-10 23:59"
    programme = clock_of(need_of(stay, "contact-interactive"), "programme")
    assert local(programme["due_at"]) == "Wed 2026-09-09 23:59"


async def test_an_unknown_calendar_and_an_old_version_are_refused(coordination: Api) -> None:
    admin = at(coordination, role=Role.CLINIC_ADMIN)
    odd = await admin.put("/v1/calendar", json={"holidays": "Atlantis"}, headers={"If-Match": '"0"'})
    assert problem(odd) == (422, "body.invalid")
    stale = await admin.put("/v1/calendar", json={}, headers={"If-Match": '"7"'})
    assert problem(stale) == (412, "version.stale")


async def test_of_changes_at_the_same_moment_one_stands_and_the_others_hear_so(coordination: Api) -> None:
    admin = at(coordination, role=Role.CLINIC_ADMIN)
    days = [f"2026-09-{day:02}" for day in range(8, 16)]
    bodies = [{"closures": [{"day": day, "reason": "Stocktaking"}]} for day in days]
    answers = await asyncio.gather(
        *(admin.put("/v1/calendar", json=body, headers={"If-Match": '"0"'}) for body in bodies)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (won,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert await good(await admin.get("/v1/calendar")) == won


async def test_the_pathways_are_listed_with_their_sources_and_clocks(coordination: Api) -> None:
    found = {pathway["key"]: pathway for pathway in await good_list(coordination)}
    assert set(found) == {
        "transition", "heart-failure", "diabetes", "copd", "asthma", "myocardial-infarction", "stroke", "pneumonia",
        "mental-health",
    }  # fmt: skip
    assert all(pathway["sources"] and pathway["version"] for pathway in found.values())
    contact = found["transition"]["items"][0]
    assert [clock["rule"] for clock in contact["clocks"]] == ["+72h", "+2bd"]


async def good_list(api: Api) -> list[dict[str, Any]]:
    """The catalogue."""
    answer = await at(api).get("/v1/pathways")
    assert answer.status_code == 200
    listed: list[dict[str, Any]] = answer.json()
    return listed
