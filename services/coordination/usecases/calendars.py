"""The organization's calendar."""

from datetime import datetime

from services.coordination.store import calendars
from shared.contracts.coordination.calendars import CalendarRead, Closure, SetCalendar
from shared.db.base import Session, organization
from shared.kit.calendar import US_FEDERAL
from shared.kit.problems import Stale, check_version
from shared.vocabulary import OffHours


async def read(tx: Session) -> CalendarRead:
    """The calendar in use."""
    row = await calendars.find(tx)
    if row is None:
        return CalendarRead(
            id=organization(tx), version=0, holidays=US_FEDERAL, closures=[], off_hours=OffHours.ON_CALL
        )
    closures = [Closure.model_validate(closure) for closure in row.closures]
    return CalendarRead(
        id=row.organization_id,
        version=row.version,
        holidays=row.holidays,
        closures=closures,
        off_hours=OffHours(row.off_hours),
    )


async def change(tx: Session, body: SetCalendar, *, version: int, now: datetime) -> CalendarRead:
    """Set holidays, closures and off hours for clocks that start from now on.

    Raises:
        Stale: somebody changed it first.
    """
    before = await read(tx)
    check_version(before.version, version)
    closures = sorted(body.closures, key=lambda closure: closure.day)
    kept = [closure.model_dump(mode="json") for closure in closures]
    if not await calendars.put(tx, body.holidays, kept, body.off_hours, before=version, now=now):
        # Somebody's change was on its way while this one looked.
        raise Stale(version + 1)
    told = {"holidays": body.holidays, "closures": closures, "off_hours": body.off_hours}
    return CalendarRead(id=before.id, version=version + 1, **told)
