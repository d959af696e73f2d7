"""Readings of months that closed long ago are packed, so that a year of a sensor takes little room."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.monitoring.domain.closed_months import closed_before, month_after, month_of
from services.monitoring.store import patients, reading_packing
from shared.db.base import Sessions
from shared.db.session import transaction
from shared.web.worker import Job

AFTER = timedelta(days=60)
_AT_ONCE = 100


def packing(age: timedelta) -> Job:
    """The job for months whose every reading is older than ``age``."""

    async def run_once(sessions: Sessions, organizations: Sequence[UUID], now: datetime) -> int:
        """Pack for the next hundred patients of each organization's round, one transaction a patient and month.

        Returns how many readings were packed. A patient is packed whole or not yet: killed in between, or run by two
        workers at once, nothing is lost or there twice.
        """
        before = closed_before(now, age)
        return sum([await _some(sessions, each, before) for each in organizations])

    return run_once


async def _some(sessions: Sessions, organization_id: UUID, before: datetime) -> int:
    async with transaction(sessions, organization_id) as tx:
        found = await reading_packing.next_patients(tx, before, limit=_AT_ONCE)
    if found is None:
        return 0
    done = sum([await _patient(sessions, organization_id, each, before) for each in found])
    async with transaction(sessions, organization_id) as tx:
        last = found[-1] if found else UUID(int=0)
        await reading_packing.come_to(tx, before, last, done=len(found) < _AT_ONCE)
    return done


async def _patient(sessions: Sessions, organization_id: UUID, patient_id: UUID, before: datetime) -> int:
    done, start = 0, None
    while True:
        async with transaction(sessions, organization_id) as tx:
            at = await reading_packing.oldest(tx, patient_id, start, before)
            if at is None:
                return done
            await patients.get_for_update(tx, patient_id)
            start = month_after(month_of(at))
            done += await reading_packing.pack(tx, patient_id, month_of(at), start)
