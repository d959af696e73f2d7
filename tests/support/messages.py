"""What monitoring has told coordination."""

from typing import Any

from sqlalchemy import select

from shared.db import kernel
from shared.db.session import transaction
from tests.support.apps import Api


async def messages(api: Api, kind: str) -> list[dict[str, Any]]:
    """Bodies of the messages for coordination, in order."""
    async with transaction(api.sessions, api.organization) as tx:
        table = kernel.outbox
        rows = await tx.execute(select(table.c.body).where(table.c.kind == kind).order_by(table.c.seq))
        return [row.body for row in rows]
