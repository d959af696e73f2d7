"""The breach sweep is one statement for many needs: it says what the rule says, once, however often it runs (L2)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.coordination.domain.clocks import next_due
from services.coordination.jobs import breaches
from services.coordination.store import need_codec, needs
from shared.db.session import transaction
from shared.vocabulary import ClockState
from tests.support.apps import Api
from tests.support.makers_coordination import (
    DISCHARGED,
    a_discharge,
    a_patient,
    at,
    good,
    local,
    need_of,
    new_york,
    tag,
)

LATE = new_york("2026-09-12 09:00")


async def sweep(api: Api, now: datetime) -> int:
    return await breaches.run_once(api.sessions, [api.organization], now)


async def on_record(api: Api, patient_id: str) -> dict[str, tuple[list[str], list[str]]]:
    """Of each need the breaches on record and those in its history."""
    client = at(api, LATE)
    page = await good(await client.get(f"/v1/needs?patient_id={patient_id}&limit=200"))
    found = {}
    for need in page["items"]:
        read = await good(await client.get(f"/v1/needs/{need['id']}"))
        told = [entry["note"] for entry in read["history"] if entry["act"] == "breach"]
        found[need["kind"]] = (sorted(each["clock"] for each in read["breaches"]), told)
    return found


async def test_a_hundred_sweeps_and_four_at_once_leave_one_breach_a_clock(coordination: Api) -> None:
    stays = [await a_discharge(coordination) for _ in range(3)]
    at_once = await asyncio.gather(*(sweep(coordination, LATE) for _ in range(4)))
    first = sum(at_once)
    assert [await sweep(coordination, LATE) for _ in range(100)] == [0] * 100
    for stay in stays:
        found = await on_record(coordination, stay["patient_id"])
        assert found["contact-interactive"] == (["clinical", "programme"], ["clinical, programme"])
        assert found["nutrition-education"] == ([], [])
        assert all(len(told) == len(set(told)) <= len(clocks) for clocks, told in found.values())
    assert first == 3 * sum(
        len(clocks) for clocks, _ in (await on_record(coordination, stays[0]["patient_id"])).values()
    )


async def test_the_second_clock_of_a_need_is_found_when_its_time_comes(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    await sweep(coordination, new_york("2026-09-07 15:21"))
    assert (await on_record(coordination, stay["patient_id"]))["contact-interactive"] == (["clinical"], ["clinical"])
    await sweep(coordination, new_york("2026-09-10 00:00"))
    assert (await on_record(coordination, stay["patient_id"]))["contact-interactive"] == (
        ["clinical", "programme"],
        ["clinical", "clinical, programme"],
    )


async def test_a_clock_that_moved_on_and_is_missed_again_is_a_second_breach(coordination: Api) -> None:
    stay = await a_discharge(coordination)
    visit, medicines = need_of(stay, "visit-face-to-face"), need_of(stay, "med-reconciliation")["id"]

    async def booked(day: str, now: datetime) -> None:
        client, url = at(coordination, now), f"/v1/needs/{visit['id']}"
        body = {"means": {"kind": "task"}, "scheduled_for": new_york(f"{day} 10:00").isoformat()}
        held = tag(await good(await client.get(url)))
        await good(await client.post(f"{url}/arrange", json=body, headers=held))

    async def missed(now: datetime) -> tuple[list[str], list[str]]:
        for _ in range(3):
            await sweep(coordination, now)
        need = await good(await at(coordination, now).get(f"/v1/needs/{medicines}"))
        due = [local(each["due_at"]) for each in need["breaches"] if each["clock"] == "hard-stop"]
        return due, need["late"]

    await booked("2026-09-09", DISCHARGED)
    assert await missed(new_york("2026-09-10 09:00")) == (["Wed 2026-09-09 23:59"], ["late-clinical", "late-programme"])
    await booked("2026-09-16", new_york("2026-09-10 10:00"))
    assert await missed(new_york("2026-09-16 09:00")) == (["Wed 2026-09-09 23:59"], ["late-clinical"])
    again = ["Wed 2026-09-09 23:59", "Wed 2026-09-16 23:59"]
    assert await missed(new_york("2026-09-17 09:00")) == (again, ["late-clinical", "late-programme"])


RULES = st.sampled_from(["D", "+1h", "+48h", "+2d", "+1bd", "+2bd", "+7d"])
CLOCK = st.tuples(RULES, st.sampled_from([0, 3600, 90_000]))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(CLOCK, min_size=1, max_size=3), min_size=1, max_size=4),
    st.lists(st.integers(0, 10 * 24), min_size=1, max_size=3),
    st.booleans(),
)
async def test_the_statement_finds_what_the_rule_finds(
    coordination: Api, asked: list[list[tuple[str, int]]], hours: list[int], paused: bool
) -> None:
    """Whatever clocks, grace, pauses and times of sweeping: on record is what ``Clock.state`` calls breached."""
    patient = await a_patient(coordination)
    kinds = ["supplies", "podiatry-referral", "adherence-support", "behavioural-health"]
    client = at(coordination)
    for kind, rules in zip(kinds, asked, strict=False):
        body: dict[str, Any] = {"patient_id": patient["id"], "kind": kind, "reason": "for the sweep"}
        body["clocks"] = [
            {"key": f"k{number}", "rule": rule, "grace": grace} for number, (rule, grace) in enumerate(rules)
        ]
        need = await good(await client.post("/v1/needs", json=body))
        if paused:
            await good(await client.post(f"/v1/needs/{need['id']}/pause", json={"reason": "away"}, headers=tag(need)))
            paused = False
    seen: dict[str, set[str]] = {kind: set() for kind in kinds}
    for each in sorted(hours):
        now = DISCHARGED + timedelta(hours=each)
        await sweep(coordination, now)
        async with transaction(coordination.sessions, coordination.organization, read_only=True) as tx:
            for row in await needs.peek_open(tx, UUID(patient["id"])):
                clocks = need_codec.clocks_of(row)
                seen[row.kind] |= {clock.key for clock in clocks if clock.state(now) is ClockState.BREACHED}
                assert set(row.breached) == seen[row.kind]
                running = [c.limit for c in clocks if c.limit is not None and c.key not in row.breached]
                assert row.next_breach_at == min(running, default=None)
                assert row.due_at == next_due(clocks)
