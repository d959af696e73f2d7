"""What requests done together leave behind: their answers under their keys, and a row each in the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared.db import audit, inbox, wire
from shared.db.base import Session, organization
from shared.db.inbox import Answer, Claim

_KEPT = 7
# The try-lock waits for nobody: a key that somebody uses this moment, or that was used, is told instead.
_LEAVE = (
    "WITH asked AS MATERIALIZED (SELECT k.*, pg_try_advisory_xact_lock("
    + inbox.LOCKED.format(organization="$1::uuid", client="k.client", key="k.key")
    + ") AS mine FROM unnest($2::text[], $3::text[], $4::bytea[], $5::int[], $6::text[], $7::bytea[])"
    " WITH ORDINALITY AS k (client, key, hash, status, headers, answer, number)),"
    " kept AS (INSERT INTO inbox (organization_id, client, key, body_hash, status, headers, answer)"
    " SELECT $1::uuid, client, key, hash, status, headers::jsonb, answer FROM asked WHERE mine"
    f" ON CONFLICT DO NOTHING RETURNING client, key), noted AS ({audit.insert_all(_KEPT + 1)})"
    " SELECT a.number FROM asked a LEFT JOIN kept USING (client, key) WHERE kept.key IS NULL"
)


async def leave(tx: Session, answers: Sequence[tuple[Claim, Answer]], rows: Sequence[Mapping[str, Any]]) -> set[Claim]:
    """Keep answers and audit rows in one statement; returns the claims that are not free, for which nothing is kept."""
    columns: list[list[Any]] = [
        [claim.client for claim, _ in answers],
        [claim.key for claim, _ in answers],
        [claim.body_hash for claim, _ in answers],
        [given.status for _, given in answers],
        [orjson.dumps(given.headers).decode() for _, given in answers],
        [inbox.packed(given.body) for _, given in answers],
    ]
    taken = await wire.fetch(tx, _LEAVE, organization(tx), *columns, *audit.columns(rows))
    return {answers[row[0] - 1][0] for row in taken}
