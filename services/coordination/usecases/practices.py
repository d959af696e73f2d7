"""Sites' calendars, and which site cares for a patient."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.specialists import SiteInactive
from services.coordination.store import calendars, patients
from services.coordination.store import practices as store
from services.coordination.store import sites as site_store
from services.coordination.store.sites import SiteRow
from services.coordination.usecases.patients import to_write
from shared.contracts.coordination.practices import PracticeRead, SetPractice, SetSiteCalendar, SiteCalendarRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.problems import check_version


async def calendar(tx: Session, site_id: UUID) -> SiteCalendarRead:
    """A site's calendar; raises NotFound."""
    return _calendar(await site_store.get(tx, site_id))


async def change_calendar(
    tx: Session, site_id: UUID, body: SetSiteCalendar, *, version: int, now: datetime
) -> SiteCalendarRead:
    """Set a site's holidays, closures and off hours for clocks that start from now on.

    Raises:
        NotFound, Stale.
    """
    row = await site_store.get(tx, site_id, lock=True)
    check_version(row.version, version)
    closures = sorted(body.closures, key=lambda closure: closure.day)
    row.holidays, row.closures = body.holidays, [closure.model_dump(mode="json") for closure in closures]
    row.off_hours = None if body.off_hours is None else body.off_hours.value
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    return _calendar(row)


def _calendar(row: SiteRow) -> SiteCalendarRead:
    return SiteCalendarRead.model_validate(row)


async def read(tx: Session, patient_id: UUID) -> PracticeRead:
    """Which site cares for a patient, and by which calendar their work is counted; raises NotFound."""
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient.id)
    said, site = await store.of_patient(tx, patient_id), await store.site_of(tx, patient_id)
    days = await calendars.calendar(tx, patient.time_zone, of=patient_id)
    return PracticeRead(
        id=patient_id,
        version=said.version if said else 0,
        site_id=site.id if site else None,
        site_name=days.site,
        zone=days.zone,
        holidays=days.holidays,
        off_hours=days.off_hours,
    )


async def change(tx: Session, patient_id: UUID, body: SetPractice, *, version: int, now: datetime) -> PracticeRead:
    """Say which site cares for a patient; clocks that already run keep their due instants.

    Raises:
        NotFound: no such patient or site.
        SiteInactive: nobody is seen there any more.
        Stale, AlreadyMerged.
    """
    await to_write(tx, patient_id)
    said = await store.of_patient(tx, patient_id)
    check_version(said.version if said else 0, version)
    if body.site_id is not None and not (await site_store.get(tx, body.site_id)).active:
        raise SiteInactive("Choose a site that is active.")
    await store.put(tx, patient_id, body.site_id, version=version + 1, now=now)
    return await read(tx, patient_id)
