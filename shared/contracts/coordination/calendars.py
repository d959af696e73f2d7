"""The organization's calendar: whose holidays, and on which days the site is closed."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.contracts.base import In, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.kit.calendar import US_FEDERAL, known_calendar

HolidayCalendar = Annotated[str, AfterValidator(known_calendar)]
"""``US-federal``, a country such as ``DE``, or a country's subdivision such as ``DE-BY``."""


class Closure(In):
    """A local day on which the site does not work."""

    day: date
    reason: Text


class SetCalendar(In):
    """Whose holidays count, and the site's closures. Clocks that already run keep their due instants."""

    model_config = example(
        {"holidays": "US-federal", "closures": [{"day": "2026-11-27", "reason": "Day after Thanksgiving"}]}
    )

    holidays: HolidayCalendar = US_FEDERAL
    closures: list[Closure] = Field(default_factory=list, max_length=400)


class CalendarRead(Versioned):
    """The calendar in use, with the organization's id; version 0 is the default that nobody has changed."""

    holidays: str
    closures: list[Closure]
