"""An answer starts after the commit, where writes share a transaction and where a letter stands in for a token (L14).

Every other write of both services is watched as its example runs: tests/system/test_examples.py.
"""

import asyncio

import httpx
from starlette.types import Receive, Scope, Send

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.letters import a_letter
from tests.support.makers_coordination import a_person
from tests.support.makers_directory import a_referral, a_specialist
from tests.support.makers_monitoring import local, with_diabetes
from tests.support.watched import Watched, watching

AT_ONCE = 24


async def test_readings_that_share_a_transaction_are_each_answered_after_it(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    now = "2026-09-20 12:00"
    items = [patient.item("glucose_smbg", 100 + n, "mg/dL", f"2026-09-20 10:{n:02d}") for n in range(AT_ONCE)]
    with watching(monitoring) as watched:
        device = monitoring.as_(Role.INTEGRATION, now=local(now))
        answers = await asyncio.gather(*(device.post("/v1/readings", json=item) for item in items))
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert [watched.before(answer) for answer in answers] == [["done"]] * AT_ONCE


async def test_who_answers_a_letter_is_told_so_after_the_commit(coordination: Api) -> None:
    letter = await a_letter(coordination, await a_referral(coordination, await a_specialist(coordination)))
    with watching(coordination) as watched:
        opened, refused = await letter.unlock(), await letter.unlock("wrong")
        accepted = await letter.send("accept")
    assert [answer.status_code for answer in (opened, accepted)] == [200, 200], accepted.text
    assert [watched.before(answer) for answer in (opened, accepted)] == [["done"], ["done"]]
    assert refused.status_code >= 400
    assert "done" not in watched.before(refused)


async def test_an_answer_that_starts_too_early_is_noticed(coordination: Api) -> None:
    """The watch itself: it sees nothing of a request whose answer starts before its transaction ends."""
    service, said = coordination.app, b"too-early"

    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 201, "headers": [(b"x-request-id", said)]})
        await service(scope, receive, _nowhere)
        await send({"type": "http.response.body", "body": b""})

    watched = Watched(early, coordination.sessions, coordination.organization)
    token = coordination.token(Role.COORDINATOR)
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": said.decode()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://test") as client:
        answer = await client.post("/v1/patients", json=a_person(), headers=headers)
    assert (answer.status_code, watched.before(answer)) == (201, [])
    assert await watched.outcomes("too-early") == ["done"]


async def _nowhere(_message: object) -> None:
    return
