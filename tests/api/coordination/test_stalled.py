"""The sweep over referrals: each breached stage becomes one follow-up, however often it runs (L2)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_directory import FRIDAY, a_coordinator, a_referral, do, taken, through
from tests.support.sweeps import sweep, work_of

WEDNESDAY_ENDS = datetime.fromisoformat("2026-09-09T23:59:59.999999-04:00")

VISIT: dict[str, Any] = {
    "act": "schedule", "starts_at": "2026-09-09T17:30:00Z", "ends_at": "2026-09-09T18:00:00Z", "modality": "video"
}  # fmt: skip


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


async def test_asking_for_the_cancellation_and_taking_it_back_begins_no_stage_anew(coordination: Api) -> None:
    accepted = await through(a_coordinator(coordination), await a_referral(coordination), "accept")
    due = accepted["stage"]["due_at"]
    late = datetime.fromisoformat(due) + timedelta(hours=1)
    assert await sweep(coordination, late) == 1
    assert await work_of(coordination, accepted, late) == [("schedule-overdue", True)]
    for back, hours in (("withdraw-cancel", 2), ("refuse-cancel", 6)):
        client = a_coordinator(coordination, late + timedelta(hours=hours))
        accepted = taken(await client.get(f"/v1/referrals/{accepted['id']}"))
        asked = await through(client, accepted, {"act": "cancel", "reason": "clinical-change"})
        assert await work_of(coordination, asked, late) == [("confirm-cancel", False)]
        accepted = await through(client, asked, back)
        assert (accepted["stage"]["due_at"], accepted["stage"]["breached_at"] is None) == (due, False)
        assert await work_of(coordination, accepted, late) == [("schedule-overdue", True)]
        assert await sweep(coordination, late + timedelta(days=20)) == 0


async def test_a_stage_that_was_entered_while_a_return_was_pending_counts_from_there(coordination: Api) -> None:
    booked = await through(a_coordinator(coordination), await a_referral(coordination), "accept", VISIT)
    asked = await through(a_coordinator(coordination), booked, {"act": "return", "reason": "no-capacity"})
    next_day = a_coordinator(coordination, FRIDAY + timedelta(days=1))
    off = await through(next_day, asked, {"act": "cancel-visit", "by": "patient"})
    assert off["stage"]["name"] == "confirm-return"
    kept = await through(a_coordinator(coordination, FRIDAY + timedelta(days=2)), off, "refuse-return")
    assert (kept["stage"]["name"], kept["stage"]["started_at"]) == ("schedule", "2026-09-05T19:20:00Z")


async def test_a_validity_that_is_over_is_surfaced_once_a_state(coordination: Api) -> None:
    sent = await a_referral(coordination, valid_until="2026-09-08")
    ends = datetime.fromisoformat("2026-09-09T00:00:00-04:00")
    assert await sweep(coordination, ends - timedelta(microseconds=1)) == 0
    assert [await sweep(coordination, ends + timedelta(hours=n)) for n in range(3)] == [1, 0, 0]
    assert await work_of(coordination, sent, ends) == [("validity-over", True), ("acknowledge", False)]
    accepted = await through(a_coordinator(coordination, ends), sent, "accept")
    assert [await sweep(coordination, ends + timedelta(hours=n)) for n in range(3)] == [1, 0, 0]
    await through(a_coordinator(coordination, ends), accepted, "expire")
    assert await work_of(coordination, sent, ends) == []
    assert await sweep(coordination, ends + timedelta(days=90)) == 0


async def test_no_visit_is_booked_beyond_the_validity_and_its_last_day_counts(coordination: Api) -> None:
    client = a_coordinator(coordination)
    accepted = await through(client, await a_referral(coordination, valid_until="2026-09-10"), "accept")
    first = {key: value for key, value in VISIT.items() if key != "act"}
    beyond = {**first, "starts_at": "2026-09-11T13:30:00Z", "ends_at": "2026-09-11T14:00:00Z"}
    assert problem(await do(client, accepted, "schedule", **beyond)) == (409, "referral.beyond-validity")
    last = {**first, "starts_at": "2026-09-11T03:00:00Z", "ends_at": "2026-09-11T03:30:00Z"}
    booked = await through(client, accepted, {"act": "schedule", **last})
    refused = await do(client, booked, "reschedule", by="patient", **beyond)
    assert problem(refused) == (409, "referral.beyond-validity")
