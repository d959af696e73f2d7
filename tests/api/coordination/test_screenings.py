"""A social-needs screen's answers join the same set of needs, coded, with the screen as their source."""

import pytest

from tests.support.apps import Api, problem
from tests.support.makers_coordination import Json, a_discharge, at, good, local, need_of, new_york, tag

NOW = new_york("2026-09-08 10:00")


def answers(**said: str) -> Json:
    told = [{"domain": domain, "answer": answer} for domain, answer in said.items()]
    return {"tool": "AHC HRSN", "done_at": new_york("2026-09-08 09:30").isoformat(), "answers": told}


async def test_each_risk_opens_or_joins_its_coded_need(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    screen, transport = need_of(stay, "social-needs-screen"), need_of(stay, "transport-for-visits")
    client = at(coordination, NOW)
    body = answers(food="at-risk", transport="at-risk", safety="at-risk", housing="no-risk", finances="declined")
    done = await good(await client.post(f"/v1/needs/{screen['id']}/screen", json=body, headers=tag(screen)))
    assert (done["screen"]["state"], local(done["screen"]["done_at"])) == ("met", "Tue 2026-09-08 09:30")
    assert done["screen"]["evidence"][0]["note"] == (
        "AHC HRSN: food at-risk; transport at-risk; safety at-risk; housing no-risk; finances declined"
    )
    found = {need["kind"]: need for need in done["needs"]}
    assert {kind: local(need["due_at"]) for kind, need in found.items()} == {
        "food-support": "Thu 2026-09-10 23:59",
        "safety-support": "Wed 2026-09-09 09:30",
        "transport-for-visits": "Wed 2026-09-09 23:59",
    }
    assert found["safety-support"]["priority"] == "urgent"
    assert found["transport-for-visits"]["id"] == transport["id"]
    assert [(r["source"]["kind"], r["pathway"]) for r in found["transport-for-visits"]["reasons"]] == [
        ("screening", None),
        ("stay", "transition"),
    ]
    assert found["food-support"]["reasons"][0]["source"] == {"kind": "screening", "id": screen["id"]}


async def test_who_wants_no_help_gets_no_need_and_the_answer_is_kept(coordination: Api) -> None:
    screen = need_of(await a_discharge(coordination), "social-needs-screen")
    body = answers()
    body["answers"] = [{"domain": "food", "answer": "at-risk", "wants_help": False}]
    client = at(coordination, NOW)
    done = await good(await client.post(f"/v1/needs/{screen['id']}/screen", json=body, headers=tag(screen)))
    assert done["needs"] == []
    assert done["screen"]["evidence"][0]["note"] == "AHC HRSN: food at-risk, no help wanted"


async def test_a_cancelled_discharge_keeps_what_a_screen_found(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    screen = need_of(stay, "social-needs-screen")
    client = at(coordination, NOW)
    body = answers(transport="at-risk")
    await good(await client.post(f"/v1/needs/{screen['id']}/screen", json=body, headers=tag(screen)))
    url = f"/v1/stays/{stay['id']}/discharge/cancel"
    undone = await good(await client.post(url, json={"reason": "Still in"}, headers=tag(stay)))
    kept = {each["kind"]: each["because"] for each in undone["kept"]}
    assert kept == {"social-needs-screen": "it is already met", "transport-for-visits": "other reasons still hold"}


@pytest.mark.parametrize(
    ("kind", "change", "refusal"),
    [
        ("caregiver-assessment", {}, (409, "need.not-a-screen")),
        ("social-needs-screen", {"done_at": "2026-09-09T10:00:00-04:00"}, (422, "time.in-the-future")),
        (
            "social-needs-screen",
            {"answers": [{"domain": "food", "answer": "at-risk"}, {"domain": "food", "answer": "no-risk"}]},
            (422, "screening.answered-twice"),
        ),
    ],
)
async def test_impossible_screens_are_refused_and_change_nothing(
    coordination: Api, kind: str, change: Json, refusal: tuple[int, str]
) -> None:
    need = need_of(await a_discharge(coordination), kind)
    client = at(coordination, NOW)
    body = {**answers(food="at-risk"), **change}
    answer = await client.post(f"/v1/needs/{need['id']}/screen", json=body, headers=tag(need))
    assert problem(answer) == refusal
    assert (await good(await client.get(f"/v1/needs/{need['id']}")))["state"] == "identified"
