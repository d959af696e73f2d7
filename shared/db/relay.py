"""Carries outbox rows to the other service: at least once, in order per stream, never dropped."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.db import outbox
from shared.db.base import Session, Sessions
from shared.db.session import EVERY, transaction
from shared.kit.log import log
from shared.kit.problems import Unavailable

PATIENCE = timedelta(hours=72)
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(seconds=30)
PUT_RIGHT = timedelta(minutes=15)  # [default] how often it is asked whether people have put a reason right


class Verdict(StrEnum):
    """What became of one attempt. ``later``: refused for a reason that people put right, such as an unknown patient."""

    ARRIVED = "arrived"
    AGAIN = "again"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An attempt's verdict; ``keep`` stores what the answer says, in the transaction that marks the row.

    ``error`` of one that arrived is the refusal it was answered with, which ``keep`` stores.
    """

    verdict: Verdict
    error: str = ""
    keep: Callable[[Session], Awaitable[None]] | None = None


Send = Callable[[outbox.Envelope], Awaitable[Outcome]]


def wait_before(attempt: int, spread: float) -> timedelta:
    """Doubling from 1 s to at most 30 s, so that an hour's outage ends within 60 s of the return.

    ``spread`` in 0..1 moves the wait between half and all of it: no herd after an outage.
    """
    full = min(_FIRST_WAIT.total_seconds() * 2.0 ** min(attempt - 1, 10), _LONGEST_WAIT.total_seconds())
    return timedelta(seconds=full * (0.5 + 0.5 * spread))


async def run_once(sessions: Sessions, send: Send, *, now: datetime, limit: int = 50) -> int:
    """Claim, send with no transaction open, mark. Returns how many messages arrived."""
    async with transaction(sessions, EVERY) as tx:
        claimed = await outbox.claim(tx, limit=limit, now=now)
    arrived = 0
    for envelope in claimed:
        arrived += await carry(sessions, send, envelope, now=now)
    return arrived


async def drain(sessions: Sessions, send: Send, *, now: datetime) -> int:
    """Run until nothing that is due arrives any more; streams follow one another row by row."""
    total = 0
    while arrived := await run_once(sessions, send, now=now):
        total += arrived
    return total


async def carry(sessions: Sessions, send: Send, envelope: outbox.Envelope, *, now: datetime) -> bool:
    """Send one claimed message and mark what came of it; returns whether it arrived."""
    try:
        outcome = await send(envelope)
        await _settle(sessions, envelope, outcome, now=now)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one message must not hold up the streams of others (F14)
        log().error("message.defect", message=str(envelope.id), kind=envelope.kind, exc_info=error)
        outcome = Outcome(Verdict.AGAIN, f"Its answer could not be worked in: {type(error).__name__}")
        await _settle(sessions, envelope, outcome, now=now)
    return outcome.verdict is Verdict.ARRIVED


async def _settle(sessions: Sessions, envelope: outbox.Envelope, outcome: Outcome, *, now: datetime) -> None:
    async with transaction(sessions, envelope.organization_id) as tx:
        if outcome.verdict is Verdict.ARRIVED:
            if outcome.keep is not None:
                await outcome.keep(tx)
            await outbox.delivered(tx, envelope.seq, now=now, refusal=outcome.error or None)
            return
        gave_up = now - (envelope.first_failed_at or now) >= PATIENCE
        if outcome.verdict is Verdict.REFUSED or gave_up:
            log().warning("message.parked", message=str(envelope.id), kind=envelope.kind)
            await outbox.park(tx, envelope.seq, error=outcome.error, now=now)
            return
        if outcome.verdict is Verdict.LATER:
            if envelope.first_failed_at is None:
                log().warning("message.parked", message=str(envelope.id), kind=envelope.kind)
            await outbox.park_until(tx, envelope, until=now + PUT_RIGHT, error=outcome.error, now=now)
            return
        until = now + wait_before(envelope.attempts, random.random())  # noqa: S311 - spreads load, guards nothing
        await outbox.postpone(tx, envelope, until=until, error=outcome.error, now=now)
