"""Webhooks: who outside an organization hears of what happens, each event once an endpoint, through the outbox."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from shared.db import kernel
from shared.db.base import INSTANT, Session, new_metadata, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.problems import NotFound
from shared.vocabulary import WebhookEvent

KIND = kernel.WEBHOOK
_SECRET_BYTES = 32
tables = new_metadata()

webhooks = Table(
    "webhooks",
    tables,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("description", Text, nullable=True),
    Column("secret", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("updated_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT, nullable=True),
)
Index("ix_webhooks_organization_id", webhooks.c.organization_id, webhooks.c.id)

# A stream for each event: what an endpoint refuses must not hold back the alert after it.
_PUBLISH = text(
    "INSERT INTO outbox (id, organization_id, stream, kind, body, on_behalf_of, about, created_at, due_at) "
    "SELECT :id, :organization, :stream, :kind, CAST(:body AS jsonb), :person, :webhook, CAST(:now AS timestamptz), "
    "least(CAST(:now AS timestamptz), clock_timestamp()) ON CONFLICT (id) DO NOTHING"
)


def new_secret() -> str:
    """A secret for signatures, as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


async def publish(
    tx: Session,
    event: WebhookEvent,
    source: UUID,
    data: Mapping[str, str],
    *,
    now: datetime,
    actor_name: str,
    occasion: str = "",
) -> UUID:
    """Tell every endpoint that asked for an event, in this transaction.

    ``data`` holds ids and codes only, nobody's name or value. The event's id follows from ``source`` and ``occasion``:
    told twice it arrives once. Returns that id.
    """
    event_id = uuid5(source, f"{event}:{occasion}")
    wanted = select(webhooks.c.id).where(webhooks.c.ended_at.is_(None), webhooks.c.events.contains([event.value]))
    body = {"id": str(event_id), "type": event.value, "timestamp": now.isoformat(), "data": dict(data)}
    for webhook_id in (await tx.scalars(wanted.order_by(webhooks.c.id))).all():
        values = {
            "id": uuid5(webhook_id, str(event_id)),
            "organization": organization(tx),
            "stream": f"webhook/{webhook_id}/{event_id}",
            "kind": KIND,
            "body": orjson.dumps(body).decode(),
            "person": actor_name,
            "webhook": webhook_id,
            "now": now,
        }
        await tx.execute(_PUBLISH, values)
    return event_id


async def add(
    tx: Session, url: str, events: Sequence[str], description: str | None, *, actor: Actor, now: datetime
) -> Any:
    """Register an endpoint with a secret of its own."""
    values = {
        "id": new_id(),
        "organization_id": organization(tx),
        "version": 1,
        "url": url,
        "events": list(events),
        "description": description,
        "secret": new_secret(),
        "created_by": actor.person,
        "created_at": now,
        "updated_at": now,
    }
    return (await tx.execute(webhooks.insert().values(values).returning(webhooks))).one()


async def get(tx: Session, webhook_id: UUID, *, lock: bool = False) -> Any:
    """The endpoint; raises NotFound."""
    query = select(webhooks).where(webhooks.c.id == webhook_id)
    row = (await tx.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise NotFound("webhook")
    return row


async def change(tx: Session, webhook_id: UUID, *, now: datetime, **values: object) -> Any:
    """Change an endpoint that is locked."""
    changed = update(webhooks).where(webhooks.c.id == webhook_id)
    changed = changed.values(version=webhooks.c.version + 1, updated_at=now, **values)
    return (await tx.execute(changed.returning(webhooks))).one()


async def page(tx: Session, *, after: UUID | None, limit: int) -> Sequence[Any]:
    """Endpoints, newest first, ended ones too."""
    query = select(webhooks).order_by(webhooks.c.id.desc()).limit(limit)
    return (await tx.execute(query.where(webhooks.c.id < after) if after is not None else query)).all()


async def deliveries(tx: Session, webhook_id: UUID, *, before: int | None, limit: int) -> Sequence[Any]:
    """What an endpoint was or is to be told, newest first."""
    table = kernel.outbox
    query = select(table).where(table.c.kind == KIND, table.c.about == webhook_id).order_by(table.c.seq.desc())
    query = query.where(table.c.seq < before) if before is not None else query
    return (await tx.execute(query.limit(limit))).all()


async def waiting(tx: Session, webhook_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """By endpoint how many events are on their way, and how many were set aside."""
    table = kernel.outbox
    open_ones = (table.c.kind == KIND, table.c.delivered_at.is_(None), table.c.about.in_(webhook_ids))
    parked = func.count(table.c.parked_at)
    query = select(table.c.about, func.count() - parked, parked).where(*open_ones).group_by(table.c.about)
    return {about: (going, aside) for about, going, aside in await tx.execute(query)}
