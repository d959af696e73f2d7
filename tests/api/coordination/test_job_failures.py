"""A row that raises costs a job of coordination that row and no other; it is shown, and tried again (L2)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.coordination.jobs import breaches, outcomes, stalled, waitlists
from shared.db import settled
from shared.db.base import Session
from shared.db.isolated import together
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import DISCHARGED, a_discharge, at, days, need_of
from tests.support.makers_directory import FRIDAY, a_coordinator, a_need, a_referral, a_specialist, slots_for, taken
from tests.support.sweeps import work_of

MINUTE = timedelta(minutes=1)
Run = Callable[[Any, Sequence[UUID], datetime], Awaitable[int]]


async def sql(api: Api, statement: str, **values: Any) -> None:
    async with transaction(api.sessions, api.organization) as tx:
        await tx.execute(text(statement), values)


async def run(api: Api, job: Run, now: datetime) -> int:
    return await job(api.sessions, [api.organization], now)


async def failures(api: Api, now: datetime) -> list[tuple[str, str, int]]:
    answer = await api.as_(Role.AUDITOR, now=now).get("/v1/ops/job-failures")
    assert answer.status_code == 200, answer.text
    return [(each["job"], each["subject_id"], each["attempts"]) for each in answer.json()]


async def test_a_referral_that_raises_stalls_alone(coordination: Api) -> None:
    sent = [await a_referral(coordination) for _ in range(3)]
    broken = sent[1]["id"]
    late = FRIDAY + timedelta(days=10)
    await sql(coordination, "UPDATE referrals SET priority = 'nonsense' WHERE id = :id", id=UUID(broken))
    assert await run(coordination, stalled.run_once, late) == 2
    assert await failures(coordination, late) == [("stalled-referrals", broken, 1)]
    assert await run(coordination, stalled.run_once, late) == 0
    assert await failures(coordination, late) == [("stalled-referrals", broken, 1)], "not before its time"
    assert await run(coordination, stalled.run_once, late + MINUTE) == 0
    assert await failures(coordination, late) == [("stalled-referrals", broken, 2)]
    await sql(coordination, "UPDATE referrals SET priority = 'urgent' WHERE id = :id", id=UUID(broken))
    assert await run(coordination, stalled.run_once, late + 3 * MINUTE) == 1
    assert await failures(coordination, late) == []
    for one in sent:
        assert await work_of(coordination, one, late) == [("acknowledge-overdue", True)]


async def test_a_stage_that_raises_hides_no_validity_and_each_recovers_by_itself(coordination: Api) -> None:
    broken = (await a_referral(coordination, valid_until="2026-09-08"))["id"]
    late = FRIDAY + timedelta(days=10)
    await sql(coordination, "UPDATE referrals SET priority = 'nonsense' WHERE id = :id", id=UUID(broken))
    assert await run(coordination, stalled.run_once, late) == 0
    both = [("expired-referrals", broken, 1), ("stalled-referrals", broken, 1)]
    assert await failures(coordination, late) == both
    done = "UPDATE referrals SET priority = 'urgent', stage_breached_at = :at WHERE id = :id"
    await sql(coordination, done, id=UUID(broken), at=late)
    assert await run(coordination, stalled.run_once, late + MINUTE) == 1, "the validity"
    assert await failures(coordination, late) == both[1:], "of the stage the job made nothing"


async def test_a_row_that_somebody_else_holds_has_not_recovered(coordination: Api) -> None:
    broken = (await a_referral(coordination))["id"]
    late = FRIDAY + timedelta(days=10)
    await sql(coordination, "UPDATE referrals SET priority = 'nonsense' WHERE id = :id", id=UUID(broken))
    await run(coordination, stalled.run_once, late)
    async with transaction(coordination.sessions, coordination.organization) as tx:
        await tx.execute(text("UPDATE referrals SET priority = 'urgent' WHERE id = :id"), {"id": UUID(broken)})
        assert await run(coordination, stalled.run_once, late + MINUTE) == 0
        assert await failures(coordination, late) == [("stalled-referrals", broken, 1)]
    assert await run(coordination, stalled.run_once, late + MINUTE) == 1
    assert await failures(coordination, late) == []


async def test_a_need_whose_clocks_cannot_be_read_leaves_the_breaches_of_the_others(coordination: Api) -> None:
    plans = [await a_discharge(coordination) for _ in range(2)]
    broken, other = (need_of(plan, "contact-interactive") for plan in plans)
    odd = "UPDATE needs SET clocks = jsonb_set(clocks, '{0,due_at}', '\"nonsense\"') WHERE id = :id"
    await sql(coordination, odd, id=UUID(broken["id"]))
    late = DISCHARGED + days(20)
    assert await run(coordination, breaches.run_once, late) > 2
    assert await failures(coordination, late) == [("breaches", broken["id"], 1)]
    read = taken(await at(coordination, late).get(f"/v1/needs/{other['id']}"))
    assert {each["clock"] for each in read["breaches"]} == {"clinical", "programme"}
    due = clock_due(broken)
    mended = "UPDATE needs SET clocks = jsonb_set(clocks, '{0,due_at}', to_jsonb(CAST(:due AS text))) WHERE id = :id"
    await sql(coordination, mended, id=UUID(broken["id"]), due=due)
    assert await run(coordination, breaches.run_once, late + MINUTE) == 2
    assert await failures(coordination, late) == []


def clock_due(need: dict[str, Any]) -> str:
    return str(min(need["clocks"], key=lambda clock: clock["key"])["due_at"])


async def test_an_entry_that_raises_keeps_no_place_from_those_of_other_specialists(coordination: Api) -> None:
    asked = [await a_specialist(coordination) for _ in range(2)]
    needs = [await a_need(coordination) for _ in asked]
    for need, specialist in zip(needs, asked, strict=True):
        body = {"specialist_id": specialist["id"]}
        taken(await a_coordinator(coordination).post(f"/v1/needs/{need}/waitlist", json=body), 201)
        await slots_for(coordination, specialist, 5)
    await sql(coordination, "UPDATE needs SET reasons = '[{\"nonsense\": 1}]' WHERE id = :id", id=needs[0])
    assert await run(coordination, waitlists.run_once, FRIDAY) == 1
    assert await failures(coordination, FRIDAY) == [("waitlists", asked[0]["id"], 1)]


async def test_a_patient_who_cannot_be_judged_keeps_no_measure_from_the_others(coordination: Api) -> None:
    plans = [await a_discharge(coordination) for _ in range(2)]
    broken = plans[0]["patient_id"]
    await sql(coordination, "UPDATE needs SET zone = 'Nowhere/Land' WHERE patient_id = :id", id=UUID(broken))
    later = DISCHARGED + days(1)
    assert await run(coordination, outcomes.run_once, later) == 1
    assert await failures(coordination, later) == [("outcomes", broken, 1)]
    assert await run(coordination, outcomes.run_once, later) == 0
    await sql(coordination, "UPDATE needs SET zone = 'America/New_York' WHERE patient_id = :id", id=UUID(broken))
    assert await run(coordination, outcomes.run_once, later + MINUTE) == 1
    assert await failures(coordination, later) == []


async def test_what_something_else_settled_is_forgotten_and_a_stranger_sees_none(coordination: Api) -> None:
    sent = await a_referral(coordination)
    late = FRIDAY + timedelta(days=10)
    await sql(coordination, "UPDATE referrals SET priority = 'nonsense' WHERE id = :id", id=UUID(sent["id"]))
    await run(coordination, stalled.run_once, late)
    stranger = coordination.as_(Role.AUDITOR, organization=UUID(int=7), now=late)
    assert (await stranger.get("/v1/ops/job-failures")).json() == []
    assert await run(coordination, settled.run_once, late + timedelta(hours=1)) == 0
    assert await run(coordination, settled.run_once, late + timedelta(hours=3)) == 1
    assert await failures(coordination, late) == []


async def test_what_is_done_for_others_of_a_batch_is_no_recovery(coordination: Api) -> None:
    broken, other = [(await a_discharge(coordination))["patient_id"] for _ in range(2)]
    await sql(coordination, "UPDATE needs SET zone = 'Nowhere/Land' WHERE patient_id = :id", id=UUID(broken))
    later = DISCHARGED + days(1)
    assert await run(coordination, outcomes.run_once, later) == 1

    async def of_others(tx: Session, patients: Sequence[UUID]) -> int:
        return sum(str(each) == other for each in patients)

    both = [UUID(broken), UUID(other)]
    where = coordination.sessions, coordination.organization
    assert await together(*where, outcomes.JOB, both, of_others, now=later + MINUTE) == 1
    assert await failures(coordination, later) == [("outcomes", broken, 1)]
