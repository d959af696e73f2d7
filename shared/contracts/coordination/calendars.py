"""The organization's calendar: whose holidays, and on which days the site is closed."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.contracts.base import In, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.kit.calendar import US_FEDERAL, known_calendar
from shared.vocabulary import OffHours

HolidayCalendar = Annotated[str, AfterValidator(known_calendar)]
"""``US-federal``, a country such as ``DE``, or a country's subdivision such as ``DE-BY``."""


class Closure(In):
    """A local day on which the site does not work."""

    day: date
    reason: Text


class SetCalendar(In):
    """Whose holidays count, the site's closures, and what becomes of clinical clocks that are due on a day off: whoever
    is on call does the work, or they move to the next business day, never past a clock of the programme. Clocks that
    already run keep their due instants."""

    model_config = example(
        {
            "holidays": "US-federal",
            "closures": [{"day": "2026-11-27", "reason": "Day after Thanksgiving"}],
            "off_hours": "on-call",
        }
    )

    holidays: HolidayCalendar = US_FEDERAL
    closures: list[Closure] = Field(default_factory=list, max_length=400)
    off_hours: OffHours = OffHours.ON_CALL


class CalendarRead(Versioned):
    """The calendar in use, with the organization's id; version 0 is the default that nobody has changed."""

    holidays: str
    closures: list[Closure]
    off_hours: OffHours
