"""Which work changed, in an order that never goes back.

A row's ``changed`` is the number of the transaction that wrote it last. Numbers are taken before the commit, so a
smaller one may appear after a larger one: only those below the oldest transaction still under way are shown. What is
shown once is shown again after its next change, so whoever reads from a place on ends with every row as it stands,
without a log that would have to be kept and cleared away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Row, Text, cast, func, select, tuple_

from services.coordination.store.obligations import ObligationRow
from shared.db.base import Session, organization

Place = tuple[int, UUID]
"""The number of a transaction, and the row within it that was shown last."""
LAST = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Now:
    """``settled``: everything up to this place is committed or never will be; ``newest``: no larger number exists."""

    settled: Place
    newest: int


def _number(of: Any) -> Any:
    return cast(cast(of, Text), BigInteger)


async def now(tx: Session) -> Now:
    """Where the numbers of transactions stand."""
    snapshot = func.pg_current_snapshot()
    bounds = select(_number(func.pg_snapshot_xmin(snapshot)), _number(func.pg_snapshot_xmax(snapshot)))
    oldest, following = (await tx.execute(bounds)).one()
    return Now((oldest - 1, LAST), following)


async def since(tx: Session, place: Place, *, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Work that changed past a place, in the order of places."""
    row = ObligationRow
    columns = (
        row.id, row.version, row.source, row.source_id, row.stage, row.team, row.owner, row.closed_at, row.patient_id,
        row.changed,
    )  # fmt: skip
    query = select(*columns).where(
        row.organization_id == organization(tx),
        row.changed >= place[0],
        tuple_(row.changed, row.id) > place,
        row.changed < _number(func.pg_snapshot_xmin(func.pg_current_snapshot())),
    )
    return (await tx.execute(query.order_by(row.changed, row.id).limit(limit))).all()
