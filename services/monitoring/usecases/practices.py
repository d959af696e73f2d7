"""The practice: whose clock begins its days and months."""

from datetime import datetime, timedelta

from services.monitoring.domain.plan_changes import STARTS_WITHIN_HOURS
from services.monitoring.store import practices as store
from services.monitoring.store.practices import PracticeRow
from shared.contracts.monitoring.practices import PracticeRead, SetPractice
from shared.db.base import Session, organization
from shared.kit.problems import check_version


async def get(tx: Session) -> PracticeRead:
    """The practice; version 0 while nobody has described it."""
    return _read(tx, await store.find(tx))


async def starts_within(tx: Session) -> timedelta:
    """How far ahead a change of medicines may begin after it was told."""
    return timedelta(hours=_hours(await store.find(tx)))


async def put(tx: Session, body: SetPractice, *, version: int, now: datetime) -> PracticeRead:
    """Say the practice's zone. Raises Stale."""
    row = await store.find(tx, lock=True)
    check_version(0 if row is None else row.version, version)
    if row is None:
        row = PracticeRow(organization_id=organization(tx), version=0, created_at=now)
        tx.add(row)
    row.time_zone, row.starts_within_hours = body.time_zone, body.starts_within_hours
    row.version += 1
    row.updated_at = now
    await tx.flush()
    return _read(tx, row)


def _read(tx: Session, row: PracticeRow | None) -> PracticeRead:
    known = (row.version, row.time_zone) if row is not None else (0, None)
    hours = _hours(row)
    return PracticeRead(id=organization(tx), version=known[0], time_zone=known[1], starts_within_hours=hours)


def _hours(row: PracticeRow | None) -> int:
    return STARTS_WITHIN_HOURS if row is None or row.starts_within_hours is None else row.starts_within_hours
