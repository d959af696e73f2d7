"""A critical reading reaches the pager: by real processes, within the promise, also when the worker is killed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import httpx
import pytest

from shared.vocabulary import Role
from tests.support import postgres
from tests.support.makers_monitoring import agreed, identity
from tests.support.receiver import a_receiver
from tests.support.running import Running, running

WORKER = "monitoring-worker"
PROMISE = timedelta(seconds=5)
READINGS = 40


@pytest.fixture(scope="module")
async def pair(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Monitoring and its worker as processes."""
    async with running(server, tmp_path_factory.mktemp("webhooks"), "monitoring", WORKER) as found:
        yield found


async def followed(pair: Running, nurse: httpx.AsyncClient) -> str:
    """A patient with diabetes, from an hour ago; the id."""
    given = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    body = {"protocol": "diabetes", "tier": "rising", "reason": "Discharged", "consents": [agreed(given)]}
    answer = await nurse.post("/v1/enrollments", json={**body, "patient": {"version": 1, **identity()}})
    return str(answer.raise_for_status().json()["patient_id"])


async def a_high(device: httpx.AsyncClient, patient_id: str) -> tuple[dict[str, Any], datetime]:
    """A meter reads HI: the alert of the answer, and when the answer was here."""
    now = datetime.now(UTC).isoformat()
    body = {"patient_id": patient_id, "metric": "glucose_smbg", "value": 600, "unit": "mg/dL", "comparator": ">"}
    answer = await device.post("/v1/readings", json={**body, "observed_at": now, "source": "meter"})
    (alert,) = [each for each in answer.raise_for_status().json()["alerts"] if each["severity"] == "critical"]
    return alert, datetime.now(UTC)


async def test_from_the_answer_to_a_reading_to_the_pager_within_the_promise(pair: Running) -> None:
    async with (
        a_receiver() as pager,
        a_receiver(pause=60) as silent,
        pair.client("monitoring", Role.CLINIC_ADMIN) as boss,
        pair.client("monitoring", Role.CASE_MANAGER) as nurse,
        pair.client("monitoring", Role.INTEGRATION) as device,
    ):
        for url in (pager.url, silent.url):
            body = {"url": url, "events": ["alert.critical"]}
            (await boss.post("/v1/webhooks", json=body)).raise_for_status()
        patients = [await followed(pair, nurse) for _ in range(READINGS)]
        answered = {}
        for patient_id in patients:
            alert, at = await a_high(device, patient_id)
            answered[alert["id"]] = at
            await asyncio.sleep(0.05)
        got = await pager.events(READINGS, within=60)
        waits = sorted((each.at - answered[each.event["data"]["alert_id"]]).total_seconds() for each in got)
        print(f"answer to webhook: median {median(waits):.3f} s, p99 {waits[-1]:.3f} s of {len(waits)}")
        assert len(waits) == READINGS
        assert waits[-1] <= PROMISE.total_seconds(), waits


async def test_a_worker_killed_while_it_tells_loses_no_event(pair: Running) -> None:
    async with (
        a_receiver(pause=2) as pager,
        pair.client("monitoring", Role.CLINIC_ADMIN) as boss,
        pair.client("monitoring", Role.CASE_MANAGER) as nurse,
        pair.client("monitoring", Role.INTEGRATION) as device,
    ):
        (await boss.post("/v1/webhooks", json={"url": pager.url, "events": ["alert.critical"]})).raise_for_status()
        patients = [await followed(pair, nurse) for _ in range(6)]
        alerts = {(await a_high(device, patient_id))[0]["id"] for patient_id in patients}
        await pager.events(1)
        assert pair.kill(WORKER) == -9
        assert await _waiting(boss), "the kill came before all of them had arrived"
        pager.pause = 0
        pair.start(WORKER)
        await pair.working(WORKER)
        async with asyncio.timeout(60):
            while True:
                if {each.event["data"]["alert_id"] for each in pager.got} == alerts and not await _waiting(boss):
                    break
                await asyncio.sleep(0.1)
        ids: dict[str, set[str]] = {}
        for each in pager.got:
            ids.setdefault(each.event["data"]["alert_id"], set()).add(each.headers["webhook-id"])
        assert all(len(each) == 1 for each in ids.values()), "sent again, it is the same event"


async def _waiting(boss: httpx.AsyncClient) -> int:
    page = (await boss.get("/v1/webhooks")).raise_for_status().json()
    return int(page["items"][0]["pending"])
