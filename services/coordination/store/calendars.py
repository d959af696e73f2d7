"""The calendar of an organization, and of the site that cares for a patient."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from services.coordination.store import practices
from services.coordination.store.base import Row
from shared.db.base import INSTANT, Session, organization
from shared.kit.calendar import US_FEDERAL, Calendar
from shared.vocabulary import OffHours

_KEPT = "calendar"


class CalendarRow(Row):
    """Holidays and closures; an organization without a row has the US federal holidays and no closure."""

    __tablename__ = "calendars"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    holidays: Mapped[str] = mapped_column(Text)
    closures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    off_hours: Mapped[str] = mapped_column(Text, server_default=OffHours.ON_CALL.value)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


async def find(tx: Session) -> CalendarRow | None:
    """The organization's own calendar, read once a transaction."""
    if _KEPT not in tx.info:
        tx.info[_KEPT] = await tx.get(CalendarRow, organization(tx))
    row: CalendarRow | None = tx.info[_KEPT]
    return row


async def calendar(tx: Session, zone: str, *, of: UUID | None = None) -> Calendar:
    """The days by which work for a patient (``of``) is counted: those of the site that cares for them.

    A site has its own time zone, its own holidays and off hours where it names some, and its closures beside the
    organization's.
    Without a site, or a patient, they are the organization's in ``zone``.
    """
    row = await find(tx)
    holidays, closed = (US_FEDERAL, []) if row is None else (row.holidays, row.closures)
    off_hours = OffHours.ON_CALL if row is None else OffHours(row.off_hours)
    site = None if of is None else await practices.site_of(tx, of)
    if site is None:
        return Calendar(zone, holidays, _days(closed), off_hours=off_hours)
    days = _days([*closed, *site.closures])
    return Calendar(site.time_zone, site.holidays or holidays, days, site.name, OffHours(site.off_hours or off_hours))


def _days(closures: Iterable[Mapping[str, Any]]) -> frozenset[date]:
    return frozenset(date.fromisoformat(closure["day"]) for closure in closures)


async def put(
    tx: Session, holidays: str, closures: list[dict[str, Any]], off_hours: OffHours, *, before: int, now: datetime
) -> bool:
    """Set the organization's calendar in place of version ``before`` (0: none yet); False when another stands there."""
    values = {"version": before + 1, "holidays": holidays, "closures": closures, "updated_at": now}
    values["off_hours"] = off_hours.value
    new = insert(CalendarRow).values(organization_id=organization(tx), **values)
    changed = new.on_conflict_do_update(
        index_elements=["organization_id"], set_=values, where=CalendarRow.version == before
    )
    done = (await tx.execute(changed.returning(CalendarRow.version))).first() is not None
    tx.info.pop(_KEPT, None)
    return done
