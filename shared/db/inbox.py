"""Every door can be knocked on twice: a key, the hash of its body and the answer, in the effect's transaction."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import delete, select, text

from shared.db import kernel
from shared.db.base import Session, organization
from shared.kit.problems import KeyReused

LOCKED = "hashtextextended(CAST({organization} AS text) || {client} || ' ' || {key}, 1)"
"""The advisory lock of a key: whoever uses it holds that until the end of the transaction."""
# A second request with the same key waits here until the first has committed or rolled back.
_CLAIM = text(
    "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock("
    + LOCKED.format(
        organization="CAST(:organization AS uuid)", client="CAST(:client AS text)", key="CAST(:key AS text)"
    )
    + ")) INSERT INTO inbox (organization_id, client, key, body_hash) "
    "SELECT CAST(:organization AS uuid), :client, CAST(:key AS text), :hash FROM turn "
    "ON CONFLICT DO NOTHING RETURNING 1"
)
_ANSWER = text(
    "UPDATE inbox SET status = :status, headers = CAST(:headers AS jsonb), answer = :answer "
    "WHERE organization_id = :organization AND client = :client AND key = :key"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered the first time."""

    status: int
    headers: dict[str, str]
    body: bytes


class Claim(NamedTuple):
    """A key as it came, with the hash of what it came with."""

    client: str
    key: str
    body_hash: bytes


def packed(body: bytes) -> bytes:
    """A body as it is kept."""
    # Answers are small: the usual window and tables (256 kB) cost ten times what compressing one does.
    packer = zlib.compressobj(level=1, wbits=12, memLevel=3)
    return packer.compress(body) + packer.flush()


async def claim(tx: Session, client: str, key: str, body_hash: bytes) -> Answer | None:
    """Take a key for this transaction, or give the answer it already has.

    Raises:
        KeyReused: the key was used for another address or body, or by another person of the client.
    """
    values: dict[str, Any] = {
        "organization": organization(tx),
        "client": client,
        "key": key,
        "hash": body_hash,
    }
    if (await tx.execute(_CLAIM, values)).first() is not None:
        return None
    table = kernel.inbox
    found = (
        await tx.execute(
            select(table.c.body_hash, table.c.status, table.c.headers, table.c.answer).where(
                table.c.organization_id == values["organization"],
                table.c.client == client,
                table.c.key == key,
            )
        )
    ).one()
    if found.body_hash != body_hash:
        raise KeyReused(
            "This Idempotency-Key is in use for another request of your client: another address or body, or the same "
            "from another person. Use a new key for each request."
        )
    return Answer(found.status, found.headers, zlib.decompress(found.answer))


async def answer(tx: Session, client: str, key: str, given: Answer) -> None:
    """Keep the answer beside its effect."""
    values = {
        "organization": organization(tx),
        "client": client,
        "key": key,
        "status": given.status,
        "headers": orjson.dumps(given.headers).decode(),
        "answer": packed(given.body),
    }
    await tx.execute(_ANSWER, values)


async def unknown(tx: Session, keys: Iterable[str]) -> list[str]:
    """Those of ``keys`` that never arrived here."""
    asked = list(keys)
    table = kernel.inbox
    found = set(await tx.scalars(select(table.c.key).where(table.c.key.in_(asked))))
    return [key for key in asked if key not in found]


async def forget(tx: Session, before: datetime) -> int:
    """Drop keys older than ``before``; called with more than the 72 h for which senders repeat."""
    gone = await tx.execute(
        delete(kernel.inbox).where(kernel.inbox.c.created_at < before).returning(kernel.inbox.c.key)
    )
    return len(gone.all())
