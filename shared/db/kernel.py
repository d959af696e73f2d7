"""The tables both services have: organizations, outbox, inbox, audit."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    false,
    func,
)
from sqlalchemy import Boolean as Bool
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.base import INSTANT, new_metadata

kernel = new_metadata()

organizations = Table(
    "organizations",
    kernel,
    Column("id", Uuid, primary_key=True),
    # Set when a request carried a simulated now: the real clock's jobs then leave this organization alone.
    Column("simulated", Bool, nullable=False, server_default=false()),
    Column("first_seen_at", INSTANT, nullable=False, server_default=func.now()),
)

outbox = Table(
    "outbox",
    kernel,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("organization_id", Uuid, nullable=False),
    Column("stream", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("on_behalf_of", Text, nullable=False),
    Column("about", Uuid, nullable=True),
    Column("created_at", INSTANT, nullable=False),
    Column("kept_at", INSTANT, nullable=False, server_default=func.clock_timestamp()),
    Column("due_at", INSTANT, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("first_failed_at", INSTANT, nullable=True),
    Column("lease_until", INSTANT, nullable=True),
    Column("delivered_at", INSTANT, nullable=True),
    Column("parked_at", INSTANT, nullable=True),
    Column("last_error", Text, nullable=True),
)
Index(
    "ix_outbox_open",
    outbox.c.organization_id,
    outbox.c.stream,
    outbox.c.seq,
    postgresql_where=outbox.c.delivered_at.is_(None),
)
Index("ix_outbox_due", outbox.c.due_at, postgresql_where=outbox.c.delivered_at.is_(None))

inbox = Table(
    "inbox",
    kernel,
    Column("organization_id", Uuid, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=True),
    Column("headers", JSONB, nullable=True),
    Column("answer", LargeBinary, nullable=True),
    Column("created_at", INSTANT, nullable=False, server_default=func.now()),
)
Index("ix_inbox_created_at", inbox.c.created_at)

audit = Table(
    "audit",
    kernel,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("organization_id", Uuid, nullable=True),
    Column("at", INSTANT, nullable=False),
    Column("subject", Text, nullable=False),
    Column("on_behalf_of", Text, nullable=True),
    Column("client", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("action", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("patients", ARRAY(Uuid), nullable=False),
    Column("things", ARRAY(Text), nullable=False),
)
Index("ix_audit_organization_id_seq", audit.c.organization_id, audit.c.seq)

WEBHOOK = "WebhookEvent"
"""The kind of a message for somebody outside; all others are for the other service."""


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Partitions are made by need, not by the models: ``alembic check`` looks at their parents only."""
    parent = thing.table.name if kind == "index" else name
    return not (reflected and kind in ("table", "index") and parent is not None and "_p_" in parent)
