"""Every door can be knocked on twice (F2, F3), answers start after the commit (L14), and leave an audit row (L13)."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from shared.db import kernel
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem


def a_person(value: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "identifiers": [{"system": "https://example.org/mrn", "value": value or uuid4().hex}],
        "family": "Sample",
        "given": "Rosa",
        "birth_date": "1968-05-14",
        "sex": "female",
        "time_zone": "America/New_York",
        **changes,
    }


async def audit_rows(api: Api) -> list[Any]:
    async with transaction(api.sessions, api.organization) as tx:
        return list((await tx.execute(select(kernel.audit).order_by(kernel.audit.c.seq))).all())


async def test_a_repeat_with_the_same_key_gets_the_same_answer_and_no_second_effect(coordination: Api) -> None:
    nurse, body = coordination.as_(Role.COORDINATOR), a_person()
    key = {"Idempotency-Key": str(uuid4())}
    first = await nurse.post("/v1/patients", json=body, headers=key)
    again = await nurse.post("/v1/patients", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    listed = (await nurse.get("/v1/patients")).json()["items"]
    assert [found["id"] for found in listed] == [first.json()["id"]]


async def test_the_same_key_four_times_at_once_has_one_effect(coordination: Api) -> None:
    nurse, body = coordination.as_(Role.COORDINATOR), a_person()
    key = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(nurse.post("/v1/patients", json=body, headers=key) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len((await nurse.get("/v1/patients")).json()["items"]) == 1


async def test_a_key_with_another_body_is_refused_and_changes_nothing(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    key = {"Idempotency-Key": str(uuid4())}
    await nurse.post("/v1/patients", json=a_person(), headers=key)
    assert problem(await nurse.post("/v1/patients", json=a_person(), headers=key)) == (422, "idempotency-key.reused")
    assert len((await nurse.get("/v1/patients")).json()["items"]) == 1


async def test_a_refused_request_keeps_no_key(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    key, value = {"Idempotency-Key": str(uuid4())}, uuid4().hex
    assert (await nurse.post("/v1/patients", json=a_person(value, sex="x"), headers=key)).status_code == 422
    assert (await nurse.post("/v1/patients", json=a_person(value), headers=key)).status_code == 201


async def test_two_organizations_may_use_the_same_key(coordination: Api) -> None:
    key = {"Idempotency-Key": "the-same"}
    for organization in (uuid4(), uuid4()):
        nurse = coordination.as_(Role.COORDINATOR, organization=organization)
        answer = await nurse.post("/v1/patients", json=a_person(), headers=key)
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer.headers


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there"])
async def test_a_key_that_is_none_is_said_so(coordination: Api, key: str) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    answer = await nurse.post("/v1/patients", json=a_person(), headers={"Idempotency-Key": key})
    assert problem(answer) == (400, "idempotency-key.invalid")


async def test_the_answer_starts_after_the_commit(coordination: Api) -> None:
    """At the first byte of the answer another connection already sees the row (L14)."""
    seen: list[int] = []
    token = coordination.token(Role.COORDINATOR)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "commit-first"}

    async def watch(scope: Any, receive: Any, send: Any) -> None:
        async def watched(message: Any) -> None:
            if message["type"] == "http.response.start":
                async with transaction(coordination.sessions, coordination.organization) as tx:
                    query = select(kernel.inbox.c.status).where(kernel.inbox.c.key == "commit-first")
                    seen.extend(await tx.scalars(query))
            await send(message)

        await coordination.app(scope, receive, watched)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(watch), base_url="http://test") as client:
        await client.post("/v1/patients", json=a_person(), headers=headers)
    assert seen == [201]


async def test_every_read_and_write_leaves_one_row_that_names_the_patient(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR, subject="nurse-9")
    patient = (await nurse.post("/v1/patients", json=a_person())).json()["id"]
    await nurse.get(f"/v1/patients/{patient}")
    rows = await audit_rows(coordination)
    assert [(row.action, row.outcome, row.subject) for row in rows] == [
        ("patients.register", "done", "nurse-9"),
        ("patients.get", "done", "nurse-9"),
    ]
    assert [[str(seen) for seen in row.patients] for row in rows] == [[patient], [patient]]


async def test_a_denial_and_a_miss_are_kept_too(coordination: Api) -> None:
    await coordination.as_(Role.AUDITOR).post("/v1/patients", json=a_person())
    await coordination.as_(Role.COORDINATOR).get(f"/v1/patients/{uuid4()}")
    assert [row.outcome for row in await audit_rows(coordination)] == ["denied", "not-found"]


async def test_a_refused_write_leaves_nothing_behind(coordination: Api) -> None:
    nurse, value = coordination.as_(Role.COORDINATOR), uuid4().hex
    await nurse.post("/v1/patients", json=a_person(value))
    assert (await nurse.post("/v1/patients", json=a_person(value))).status_code == 409
    assert [row.action for row in await audit_rows(coordination)] == ["patients.register"]


async def test_a_key_is_of_one_person_and_its_repeat_is_audited(coordination: Api) -> None:
    body, key = a_person(), {"Idempotency-Key": str(uuid4())}
    ann = coordination.as_(Role.COORDINATOR, subject="ann", client_id="web")
    bob = coordination.as_(Role.COORDINATOR, subject="bob", client_id="web")
    first = await ann.post("/v1/patients", json=body, headers=key)
    assert (await ann.post("/v1/patients", json=body, headers=key)).content == first.content
    refused = await bob.post("/v1/patients", json=body, headers=key)
    assert problem(refused) == (422, "idempotency-key.reused")
    assert "from another person" in refused.json()["detail"]
    assert [row.outcome for row in await audit_rows(coordination)] == ["done", "replayed"]
