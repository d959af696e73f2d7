"""One attempt to deliver a message, and what its answer means."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from shared.db.base import Session
from shared.db.outbox import Envelope
from shared.db.relay import Outcome, Send, Verdict
from shared.web.peer import Peer, Refused, Unreachable

Call = Callable[[Peer, Envelope], Awaitable[Any]]
Keep = Callable[[Session, Envelope, Any, datetime], Awaitable[None]]
KeepRefusal = Callable[[Session, Envelope, Refused, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one kind of message goes out, and what to do with the answer.

    ``understood`` are problem codes that are an answer, not a failure: ``on_refusal`` keeps them. ``later`` are those
    that people put right there: the message is parked, and for 72 h it is tried again by itself whether they have.
    """

    call: Call
    on_answer: Keep | None = None
    understood: frozenset[str] = frozenset()
    on_refusal: KeepRefusal | None = None
    later: frozenset[str] = frozenset()


Deliveries = Mapping[str, Delivery]


def sender(peer: Peer, deliveries: Deliveries, *, now: datetime) -> Send:
    """The relay's ``send`` for one round."""
    return partial(_send, peer, deliveries, now)


async def _send(peer: Peer, deliveries: Deliveries, now: datetime, envelope: Envelope) -> Outcome:
    delivery = deliveries.get(envelope.kind)
    if delivery is None:
        return Outcome(Verdict.REFUSED, f"No delivery is written for messages of kind {envelope.kind}.")
    try:
        answer = await delivery.call(peer, envelope)
    except Unreachable as error:
        return Outcome(Verdict.AGAIN, str(error))
    except Refused as refusal:
        return _refused(delivery, envelope, refusal, now)
    if delivery.on_answer is None:
        return Outcome(Verdict.ARRIVED)
    kept = partial(_keep, delivery.on_answer, envelope, answer, envelope.heard_at(now))
    return Outcome(Verdict.ARRIVED, keep=kept)


def _refused(delivery: Delivery, envelope: Envelope, refusal: Refused, now: datetime) -> Outcome:
    if refusal.code in delivery.understood and delivery.on_refusal is not None:
        kept = partial(_keep, delivery.on_refusal, envelope, refusal, envelope.heard_at(now))
        return Outcome(Verdict.ARRIVED, str(refusal), keep=kept)
    return Outcome(Verdict.LATER if refusal.code in delivery.later else Verdict.REFUSED, str(refusal))


async def _keep(
    keep: Callable[..., Awaitable[None]], envelope: Envelope, answer: Any, now: datetime, tx: Session
) -> None:
    await keep(tx, envelope, answer, now)


async def deliver(peer: Peer, envelope: Envelope, *, method: str, path: str) -> Any:
    """Send the message's body to a path of the other service, under the message's id as key."""
    return await peer.call(
        method,
        path,
        envelope.body,
        organization_id=envelope.organization_id,
        key=envelope.id,
        on_behalf_of=envelope.on_behalf_of,
        simulated_now=envelope.created_at if envelope.simulated else None,
    )
