"""What must leave the process is a row first: messages for the other service, in order per stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import and_, func, select, text, update

from shared.db import kernel
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id

LEASE = timedelta(seconds=20)

# The advisory lock makes the order of numbers in a stream the order of commits.
_PUT = text(
    "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(:stream, 0))) "
    "INSERT INTO outbox (id, organization_id, stream, kind, body, on_behalf_of, about, created_at, due_at) "
    "SELECT :id, :organization, :stream, :kind, CAST(:body AS jsonb), :person, :about, "
    "CAST(:now AS timestamptz), least(CAST(:now AS timestamptz), clock_timestamp()) FROM turn"
)
# The oldest undelivered row of each stream, if it may go now. A parked row holds its stream: order is a promise. One
# that is due later than it was parked goes again by itself.
_CLAIM = text(
    "UPDATE outbox SET lease_until = clock_timestamp() + :lease, attempts = attempts + 1 WHERE seq IN ("
    " SELECT o.seq FROM outbox o WHERE o.delivered_at IS NULL AND (o.parked_at IS NULL OR o.due_at > o.parked_at)"
    " AND o.due_at <= :now"
    " AND (o.kind = :webhook) = :outside AND (NOT :outside OR o.about <> ALL(CAST(:busy AS uuid[])))"
    " AND (o.lease_until IS NULL OR o.lease_until < clock_timestamp())"
    " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.organization_id = o.organization_id"
    "  AND b.stream = o.stream AND b.seq < o.seq AND b.delivered_at IS NULL)"
    " ORDER BY o.seq LIMIT :limit FOR UPDATE OF o SKIP LOCKED"
    ") RETURNING seq, id, organization_id, stream, kind, body, on_behalf_of, about, attempts, created_at,"
    " first_failed_at,"
    " coalesce((SELECT g.simulated FROM organizations g WHERE g.id = outbox.organization_id), false) AS simulated"
)


class Message(Protocol):
    """What a contract offers to be kept: its kind and its body as JSON values."""

    @property
    def kind(self) -> str: ...

    def model_dump(self, *, mode: str) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Envelope:
    """A claimed message; nobody else sends it until the lease ends."""

    seq: int
    id: UUID
    organization_id: UUID
    stream: str
    kind: str
    body: dict[str, Any]
    on_behalf_of: str
    about: UUID | None
    attempts: int
    created_at: datetime
    first_failed_at: datetime | None
    simulated: bool

    def heard_at(self, now: datetime) -> datetime:
        """When the receiver hears of it: now, or the simulated instant at which it was said."""
        return self.created_at if self.simulated else now


async def put(
    tx: Session, message: Message, *, stream: str, now: datetime, actor: Actor, about: UUID | None = None
) -> UUID:
    """Keep a message for the other service in this transaction; its id is the delivery's Idempotency-Key.

    ``stream`` orders: messages of one stream arrive in the order of their commits.
    """
    message_id = new_id()
    values = {
        "id": message_id,
        "organization": organization(tx),
        "stream": stream,
        "kind": message.kind,
        "body": orjson.dumps(message.model_dump(mode="json")).decode(),
        "person": actor.person,
        "about": about,
        "now": now,
    }
    await tx.execute(_PUT, values)
    return message_id


async def claim(
    tx: Session, *, limit: int, now: datetime, outside: bool = False, busy: Sequence[UUID] = ()
) -> Sequence[Envelope]:
    """Lease up to ``limit`` messages, by the database's clock, so that a host's skew cannot double a lease.

    For the other service, or ``outside`` for webhooks, without those ``about`` endpoints that are busy.
    """
    values = {"lease": LEASE, "now": now, "limit": limit, "outside": outside, "webhook": kernel.WEBHOOK}
    rows = await tx.execute(_CLAIM, {**values, "busy": list(busy)})
    return sorted((Envelope(**row._mapping) for row in rows), key=lambda envelope: envelope.seq)


async def delivered(tx: Session, seq: int, *, now: datetime, refusal: str | None = None) -> None:
    """Mark a message as arrived; ``refusal`` is the answer, if the receiver said no and that was kept here."""
    await _mark(tx, seq, delivered_at=now, parked_at=None, lease_until=None, last_error=refusal)


async def postpone(tx: Session, envelope: Envelope, *, until: datetime, error: str, now: datetime) -> None:
    """Try again at ``until``."""
    first = envelope.first_failed_at or now
    await _mark(tx, envelope.seq, due_at=until, lease_until=None, last_error=error, first_failed_at=first)


async def park(tx: Session, seq: int, *, error: str, now: datetime) -> None:
    """Set a message aside for a human: shown, never dropped."""
    await _mark(tx, seq, parked_at=now, lease_until=None, last_error=error)


async def park_until(tx: Session, envelope: Envelope, *, until: datetime, error: str, now: datetime) -> None:
    """Set a message aside for a human, and try again at ``until`` whether its reason has been put right."""
    first = envelope.first_failed_at or now
    await _mark(
        tx, envelope.seq, parked_at=now, due_at=until, lease_until=None, last_error=error, first_failed_at=first
    )


async def _mark(tx: Session, seq: int, **values: object) -> None:
    await tx.execute(update(kernel.outbox).where(kernel.outbox.c.seq == seq).values(**values))


# Whatever stands before a message in its stream holds it; the oldest of these is what has to go first.
_OPEN = text(
    "SELECT o.*, b.id AS waits_for, b.kind AS waits_for_kind, b.parked_at IS NOT NULL AS held FROM outbox o"
    " LEFT JOIN LATERAL (SELECT f.id, f.kind, f.parked_at FROM outbox f WHERE f.organization_id = o.organization_id"
    "  AND f.stream = o.stream AND f.seq < o.seq AND f.delivered_at IS NULL ORDER BY f.seq LIMIT 1) b ON true"
    " WHERE o.delivered_at IS NULL AND ((o.parked_at IS NOT NULL) = :parked OR (:parked AND b.parked_at IS NOT NULL))"
    " ORDER BY o.seq LIMIT :limit"
)


async def open_messages(tx: Session, *, parked: bool, limit: int) -> Sequence[Any]:
    """Messages of this organization that have not arrived, oldest first; ``parked``: with those that wait behind one.

    ``waits_for`` is the oldest message before it in its stream, ``held`` whether that one is parked.
    """
    return (await tx.execute(_OPEN, {"parked": parked, "limit": limit})).all()


async def resend(tx: Session, message_id: UUID, *, now: datetime) -> bool:
    """Put a parked or delivered message back in its stream; the receiver's inbox makes a repeat harmless."""
    table = kernel.outbox
    result = await tx.execute(
        update(table)
        .where(table.c.id == message_id)
        .values(parked_at=None, delivered_at=None, lease_until=None, due_at=now, first_failed_at=None)
        .returning(table.c.seq)
    )
    return result.first() is not None


async def database_now(tx: Session) -> datetime:
    """The database's clock; simulated times do not move it."""
    found: datetime = (await tx.execute(select(func.clock_timestamp()))).scalar_one()
    return found


async def sent_since(tx: Session, since: datetime, *, after: int, limit: int) -> Sequence[Any]:
    """Messages kept since ``since``, in order of number, for the comparison with the other side.

    ``refused``: it was answered with a refusal that was kept here, so the receiver has nothing of it to know.
    """
    table = kernel.outbox
    refused = and_(table.c.delivered_at.is_not(None), table.c.last_error.is_not(None)).label("refused")
    columns = (table.c.seq, table.c.id, table.c.kind, table.c.delivered_at, table.c.parked_at, refused)
    query = (
        select(*columns)
        .where(table.c.kept_at >= since, table.c.seq > after, table.c.kind != kernel.WEBHOOK)
        .order_by(table.c.seq)
    )
    return (await tx.execute(query.limit(limit))).all()
