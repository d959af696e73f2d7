"""The sweep over referrals: each breached stage becomes one follow-up, however often it runs (L2)."""

import asyncio
from datetime import datetime, timedelta

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, do, taken, through
from tests.support.sweeps import sweep, work_of

WEDNESDAY_ENDS = datetime.fromisoformat("2026-09-09T23:59:59.999999-04:00")


async def test_a_stage_surfaces_when_its_last_moment_has_passed_and_not_before(coordination: Api) -> None:
    sent = await a_referral(coordination)
    assert await sweep(coordination, WEDNESDAY_ENDS) == 0
    assert await work_of(coordination, sent, WEDNESDAY_ENDS) == [("acknowledge", False)]
    late = WEDNESDAY_ENDS + timedelta(microseconds=1)
    assert await sweep(coordination, late) == 1
    assert await work_of(coordination, sent, late) == [("acknowledge-overdue", True)]


async def test_a_sweep_run_many_times_and_at_once_creates_one_follow_up(coordination: Api) -> None:
    sent = [await a_referral(coordination) for _ in range(4)]
    late = WEDNESDAY_ENDS + timedelta(days=1)
    at_once = await asyncio.gather(*(sweep(coordination, late) for _ in range(4)))
    assert sum(at_once) == 4
    assert [await sweep(coordination, late + timedelta(hours=n)) for n in range(20)] == [0] * 20
    for one in sent:
        assert await work_of(coordination, one, late) == [("acknowledge-overdue", True)]


async def test_each_stage_has_its_own_follow_up_and_moving_on_closes_it(coordination: Api) -> None:
    sent = await a_referral(coordination)
    late = WEDNESDAY_ENDS + timedelta(hours=1)
    await sweep(coordination, late)
    received = await through(a_coordinator(coordination, late), sent, "receive")
    assert await work_of(coordination, sent, late) == [("triage", False)]
    a_week_on = late + timedelta(days=7)
    assert await sweep(coordination, a_week_on) == 1
    assert await work_of(coordination, sent, a_week_on) == [("triage-overdue", True)]
    declined = await through(
        a_coordinator(coordination, a_week_on), received, {"act": "decline", "reason": "no-capacity"}
    )
    await through(a_coordinator(coordination, a_week_on), declined, "re-route")
    assert await work_of(coordination, sent, a_week_on) == []
    assert await sweep(coordination, a_week_on + timedelta(days=30)) == 0


async def test_a_note_does_not_restart_the_wait_for_the_report(coordination: Api) -> None:
    seen = await through(a_coordinator(coordination), await a_referral(coordination), "accept", "attend")
    later = FRIDAY + timedelta(days=5)
    noted = await through(a_coordinator(coordination, later), seen, {"act": "interim-note", "text": "Echo ordered"})
    assert noted["stage"]["due_at"] == seen["stage"]["due_at"]
    chased = FRIDAY + timedelta(days=20)
    assert await sweep(coordination, chased) == 1
    again = taken(
        await do(a_coordinator(coordination, chased), noted, "interim-note", version=noted["version"], text="Soon")
    )
    assert again["stage"]["breached_at"] is not None
    assert await sweep(coordination, chased) == 0
    assert await work_of(coordination, seen, chased) == [("report-overdue", True)]


async def test_the_clock_jobs_of_the_service_run_the_sweep(coordination: Api) -> None:
    sent = await a_referral(coordination)
    late = (WEDNESDAY_ENDS + timedelta(minutes=1)).isoformat()
    supervisor = coordination.as_(Role.SUPERVISOR, now=late)
    done = taken(await supervisor.post("/v1/ops/run-jobs", json={"now": late}))["done"]
    assert done["stalled-referrals"] == 1
    shown = taken(await supervisor.get(f"/v1/referrals/{sent['id']}"))["stage"]
    assert (shown["overdue"], shown["breached_at"] is not None) == (True, True)
