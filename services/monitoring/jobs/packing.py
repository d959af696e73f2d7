"""Readings of months that closed long ago are packed, so that a year of a sensor takes little room."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from services.monitoring.domain.closed_months import closed_before, month_after, month_of
from services.monitoring.store import patients, reading_packing, reading_partitions
from shared.db.base import Session, Sessions
from shared.db.isolated import one_by_one
from shared.db.session import EVERY, transaction
from shared.kit.log import log
from shared.web.worker import Job

JOB = "packing"
AFTER = timedelta(days=60)
_AT_ONCE = 100


def packing(age: timedelta) -> Job:
    """The job for months whose every reading is older than ``age``."""

    async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
        """Pack for the next hundred patients of each organization's round, one transaction a patient and month.

        Returns how many readings were packed. A patient's month is packed whole or not yet: killed in between,
        or run by two workers at once, nothing is lost or there twice. Months that became roomy give their room back.
        """
        before = closed_before(now, age)
        done = sum([await _some(sessions, each, before, now) for each in organizations])
        await _give_back(sessions, before)
        return done

    return run_once


async def _give_back(sessions: Sessions, before: datetime) -> None:
    async with transaction(sessions, EVERY, read_only=True) as tx:
        months = await reading_partitions.roomy(tx, before)
    for month in months:
        async with transaction(sessions, EVERY) as tx:
            given = await reading_partitions.shrink(tx, month)
        if given:
            log().info("readings.room-given-back", month=f"{month:%Y-%m}", bytes=given)


async def _some(sessions: Sessions, organization_id: UUID, before: datetime, now: datetime) -> int:
    async with transaction(sessions, organization_id) as tx:
        found = await reading_packing.next_patients(tx, before, limit=_AT_ONCE)
    if found is None:
        return 0
    done, left = 0, dict[UUID, datetime | None].fromkeys(found)
    while left:
        pack = partial(_month, left=left, before=before)
        done += await one_by_one(sessions, organization_id, JOB, list(left), pack, now=now)
    async with transaction(sessions, organization_id) as tx:
        last = found[-1] if found else UUID(int=0)
        await reading_packing.come_to(tx, before, last, done=len(found) < _AT_ONCE)
    return done


async def _month(tx: Session, patient_id: UUID, *, left: dict[UUID, datetime | None], before: datetime) -> int:
    at = await reading_packing.oldest(tx, patient_id, left.pop(patient_id), before)
    if at is None:
        return 0
    await patients.get_for_update(tx, patient_id)
    start = month_of(at)
    done = await reading_packing.pack(tx, patient_id, start, month_after(start))
    left[patient_id] = month_after(start)
    return done
