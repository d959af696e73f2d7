"""A stream over a real connection: the process is killed and comes back, or is asked to stop (F5, F28)."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from shared.vocabulary import Role
from tests.support import postgres
from tests.support.makers_coordination import a_person
from tests.support.running import Running, running

PATH = "/v1/worklist/stream"


async def events(client: httpx.AsyncClient, last: str | None = None) -> AsyncIterator[tuple[str, Any, str | None]]:
    """Events as they come, until the connection ends."""
    headers = {"Accept": "text/event-stream"} | ({} if last is None else {"Last-Event-ID": last})
    try:
        async with client.stream("GET", PATH, headers=headers, timeout=60) as answer:
            assert answer.status_code == 200
            told: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    told[name] = value
                elif not line and told:
                    yield told["event"], json.loads(told["data"]), told.get("id")
                    told = {}
    except httpx.RemoteProtocolError:
        return


async def a_need(nurse: httpx.AsyncClient) -> str:
    """A need of a new patient; its id."""
    patient = (await nurse.post("/v1/patients", json=a_person())).raise_for_status().json()
    need = {"patient_id": patient["id"], "kind": "telemonitoring", "reason": "Heart failure"}
    return str((await nurse.post("/v1/needs", json=need)).raise_for_status().json()["id"])


async def restarted(pair: Running) -> None:
    pair.start("coordination")
    await pair.ready("coordination")


async def test_a_killed_process_leaves_no_gap_and_one_that_is_asked_to_stop_lets_listeners_go(
    server: postgres.Server, tmp_path: Path
) -> None:
    async with (
        running(server, tmp_path, "coordination") as pair,
        pair.client("coordination", Role.COORDINATOR) as nurse,
    ):
        following = events(nurse)
        assert (await anext(following))[0] == "ready"
        before = [await a_need(nurse) for _ in range(3)]
        told = [await anext(following) for _ in before]
        assert [data["source_id"] for _, data, _ in told] == before
        pair.kill("coordination")
        assert [each async for each in following] == []
        await restarted(pair)
        # Work is done before the listener is back.
        between = [await a_need(nurse) for _ in range(3)]
        following = events(nurse, told[1][2])
        assert (await anext(following))[0] == "ready"
        missed = [(await anext(following))[1]["source_id"] for _ in range(4)]
        assert missed == [before[2], *between]
        after = await a_need(nurse)
        assert (await anext(following))[1]["source_id"] == after

        started = time.monotonic()
        ending = asyncio.create_task(asyncio.to_thread(pair.kill, "coordination", signal.SIGTERM))
        last = [each async for each in following]
        assert [name for name, _, _ in last] == ["end"]
        await ending
        assert time.monotonic() - started < 30
