"""A service's worker: carries messages all the time, runs the clock's jobs every few seconds."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import httpx

from shared.db import inbox, relay
from shared.db.base import Sessions, make_engine, make_sessions
from shared.db.organizations import due_for_jobs
from shared.db.session import EVERY, transaction
from shared.kit.clock import utc_now
from shared.kit.log import log, set_up
from shared.kit.problems import Problem, Unavailable
from shared.kit.settings import Settings
from shared.web.delivery import Deliveries, sender
from shared.web.hooks import Hooks
from shared.web.peer import Peer, ServiceToken

Job = Callable[[Sessions, Sequence[UUID], datetime], Awaitable[int]]
"""Looks at the clocks of these organizations as of an instant; returns how much it did."""

_IDLE = 0.2
_SWEEP_EVERY = 15.0
_KEYS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Work:
    """What a service's worker does; ``outside``: it also tells the webhooks of its organizations."""

    deliveries: Deliveries
    jobs: dict[str, Job]
    outside: bool = False


async def run_jobs(
    work: Work, sessions: Sessions, peer: Peer, organizations: Sequence[UUID], *, now: datetime
) -> dict[str, int]:
    """One round: every clock job, then the relay until nothing due is left."""
    done = {name: await job(sessions, organizations, now) for name, job in work.jobs.items()}
    done["delivered"] = await relay.drain(sessions, sender(peer, work.deliveries, now=now), now=now)
    return done


def main(settings: Settings, work: Work) -> None:
    """Run until SIGTERM or SIGINT; a round in progress ends first, or its leases do."""
    set_up(f"{settings.service}-worker")
    asyncio.run(_main(settings, work))


async def _main(settings: Settings, work: Work) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        engine = make_engine(settings.database_url, pool=4, pooler=settings.pooler)
        stack.push_async_callback(engine.dispose)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=httpx.Timeout(10.0, connect=2.0)))
        token = ServiceToken(settings.issuer_url, settings.client_id, settings.client_secret, client)
        peer = Peer(settings.peer_url, token, client)
        sessions = make_sessions(engine)
        log().info("worker.started")
        loops = [_relay(sessions, peer, work, stop), _sweep(sessions, work, stop)]
        if work.outside:
            hooks = await stack.enter_async_context(Hooks(sessions, production=settings.production))
            loops.append(hooks.run(stop))
        await asyncio.gather(*loops)
    log().info("worker.stopped")


async def _relay(sessions: Sessions, peer: Peer, work: Work, stop: asyncio.Event) -> None:
    while not stop.is_set():
        now = utc_now()
        try:
            moved = await relay.run_once(sessions, sender(peer, work.deliveries, now=now), now=now)
        except Problem as problem:
            log().warning("relay.waits", code=problem.code)
            moved = 0
        if not moved:
            await _pause(stop, _IDLE)


async def _sweep(sessions: Sessions, work: Work, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await sweep_once(sessions, work)
        except Problem as problem:
            log().warning("sweep.waits", code=problem.code)
        await _pause(stop, _SWEEP_EVERY)


async def sweep_once(sessions: Sessions, work: Work) -> None:
    """Every clock job once for the organizations whose time is real, then the old keys."""
    now = utc_now()
    organizations = await due_for_jobs(sessions, simulated=False)
    for name, job in work.jobs.items():
        await _one_job(name, job, sessions, organizations, now)
    async with transaction(sessions, EVERY) as tx:
        await inbox.forget(tx, now - _KEYS_KEPT)


async def _one_job(name: str, job: Job, sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> None:
    try:
        done = await job(sessions, organizations, now)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - a defect in one job stops neither the others nor the relay
        log().error("job.defect", job=name, exc_info=error)
        return
    if done:
        log().info("job.done", job=name, count=done)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
