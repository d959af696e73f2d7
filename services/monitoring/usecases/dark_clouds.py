"""A device cloud that is dark is one finding: nobody is alerted patient by patient while it lasts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain import pinned
from services.monitoring.domain.silence import Stream, dark
from services.monitoring.store import blackouts
from services.monitoring.store.blackouts import BlackoutRow
from services.monitoring.store.expectations import ExpectationRow
from shared.contracts.base import Page
from shared.contracts.monitoring.silence import BlackoutRead
from shared.contracts.paging import page_of
from shared.db.base import Session, organization
from shared.kit.ids import new_id
from shared.kit.log import log
from shared.kit.paging import after_id

AGAIN = timedelta(minutes=15)
"""How often those who wait out a blackout are looked at."""


async def page(tx: Session, *, live: bool, limit: int, cursor: str | None) -> Page[BlackoutRead]:
    """Blackouts, newest first."""
    rows = await blackouts.page(tx, live=live, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, BlackoutRead.model_validate)


async def hold(tx: Session, rows: Sequence[ExpectationRow], *, now: datetime) -> dict[UUID, set[str]]:
    """Put aside what is missing only because a device cloud is dark; by enrollment the keys that were.

    What follows an unresolved high alert is not put aside: that patient is called, whatever the cloud does.
    """
    suspects: dict[tuple[str, str], list[ExpectationRow]] = {}
    for row in rows:
        if row.cloud is not None and row.alert_id is None and not row.urgent and not row.examination:
            suspects.setdefault((row.cloud, row.key), []).append(row)
    held: dict[UUID, set[str]] = {}
    for (cloud, _), missing in sorted(suspects.items()):
        blackout = await _blackout(tx, cloud, missing[0], now)
        for row in missing if blackout is not None else ():
            row.blackout_id, row.suspected_at, row.due_at = blackout, None, now + AGAIN
            held.setdefault(row.enrollment_id, set()).add(row.key)
    return held


async def _blackout(tx: Session, cloud: str, row: ExpectationRow, now: datetime) -> UUID | None:
    await blackouts.one_at_a_time(tx, cloud)
    standing = (await blackouts.open_of(tx, [cloud])).get(cloud)
    expected = pinned.expected(row.protocol, row.protocol_version, row.key)
    if standing is not None or not isinstance(expected, Stream):
        return standing.id if standing is not None else None
    lately = expected.waits.low / 2
    times = await blackouts.heard(tx, cloud, row.key, now, back=timedelta(days=45))
    if not dark([at is not None and at > now - lately for at in times]):
        return None
    last = max((at for at in times if at is not None), default=now - lately)
    found = BlackoutRow(
        id=new_id(),
        organization_id=organization(tx),
        cloud=cloud,
        began_at=last,
        found_at=now,
        patients=len(times),
    )
    tx.add(found)
    await tx.flush()
    log().warning("blackout.found", blackout=str(found.id), patients=found.patients)
    return found.id
