"""Verdicts of measures over real connections: nothing that changes while they are judged is forgotten."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.coordination.jobs import outcomes
from services.coordination.store.outcomes import OutcomeMarkRow
from services.coordination.usecases import outcome_judging
from shared.db.session import transaction
from shared.kit.problems import Problem
from shared.vocabulary import Role
from tests.support.apps import Api, Pair
from tests.support.makers_coordination import DISCHARGED, a_discharge, days, good
from tests.support.measured import LATER, judged

CONTACT = text(
    "INSERT INTO contacts (id, organization_id, patient_id, channel, contacted, outcome, started_at, recorded_at,"
    " interpreter_used, \"by\", interactive, met, effect) VALUES (gen_random_uuid(), :organization, :patient, 'phone',"
    " 'patient', 'reached', :at, :at, false, 'nurse', true, '{}', 'nothing')"
)


@pytest.fixture
def coordination(pair: Pair) -> Api:
    return pair.coordination


async def reached(api: Api) -> int:
    client = api.as_(Role.AUDITOR, now=LATER)
    found = await good(await client.get("/v1/measures/contact-2-business-days", params={"period": "2026"}))
    numerator: int = found["measure"]["numerator"]
    assert len([each for each in found["items"] if each["met"]]) == numerator
    return numerator


async def judged_and_cut(api: Api, patient: UUID) -> None:
    async with transaction(api.sessions, api.organization) as tx:
        assert await outcome_judging.judge(tx, [patient]) == 1
        await tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def marked(api: Api) -> list[Any]:
    async with transaction(api.sessions, api.organization, read_only=True) as tx:
        return list(await tx.scalars(select(OutcomeMarkRow.patient_id)))


async def test_a_change_that_is_under_way_while_its_patient_is_judged_is_judged_afterwards(coordination: Api) -> None:
    patient = UUID((await a_discharge(coordination))["patient_id"])
    values = {"organization": coordination.organization, "patient": patient, "at": DISCHARGED + days(1)}
    async with transaction(coordination.sessions, coordination.organization) as change:
        await change.execute(CONTACT, values)
        await judged(coordination)
        assert await marked(coordination) == []
        assert await reached(coordination) == 0, "it is not there yet"
    assert await marked(coordination) == [patient]
    assert await reached(coordination) == 1
    await judged(coordination)
    assert (await marked(coordination), await reached(coordination)) == ([], 1)


async def test_a_connection_that_ends_while_judging_leaves_all_to_be_judged(coordination: Api) -> None:
    patient = UUID((await a_discharge(coordination))["patient_id"])
    waiting = await marked(coordination)
    with pytest.raises((DBAPIError, Problem)):
        await judged_and_cut(coordination, patient)
    assert await marked(coordination) == waiting
    assert await outcomes.run_once(coordination.sessions, [coordination.organization], LATER) == 1
    assert await marked(coordination) == []


async def test_two_workers_at_once_judge_each_patient_once(coordination: Api) -> None:
    for _ in range(3):
        await a_discharge(coordination)
    job = outcomes.run_once
    done = await asyncio.gather(*(job(coordination.sessions, [coordination.organization], LATER) for _ in range(4)))
    await judged(coordination)
    assert (sum(done), await marked(coordination)) == (3, [])
