"""Sites' own calendars, and the site that cares for a patient."""

from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Versioned
from shared.contracts.coordination.calendars import Closure, HolidayCalendar
from shared.contracts.coordination.examples import example
from shared.vocabulary import OffHours


class SetSiteCalendar(In):
    """A site's own holidays and off hours (null: the organization's) and closures beside the organization's."""

    model_config = example(
        {
            "holidays": "US-federal",
            "closures": [{"day": "2026-11-27", "reason": "Inventory"}],
            "off_hours": "next-business-day",
        }
    )

    holidays: HolidayCalendar | None = None
    closures: list[Closure] = Field(default_factory=list, max_length=400)
    off_hours: OffHours | None = None


class SiteCalendarRead(Versioned):
    """A site's calendar, with the id and version of the site."""

    name: str
    time_zone: str
    holidays: str | None
    closures: list[Closure]
    off_hours: OffHours | None


class SetPractice(In):
    """The site that cares for a patient; null when none does any more."""

    site_id: UUID | None


class PracticeRead(Versioned):
    """The site that cares for a patient, with the patient's id; version 0 when nobody has said any.

    Clocks of the patient's needs start by ``zone``, ``holidays`` and ``off_hours`` from now on. A site is inherited
    from a record that was merged into this one.
    """

    site_id: UUID | None
    site_name: str | None
    zone: str
    holidays: str
    off_hours: OffHours
