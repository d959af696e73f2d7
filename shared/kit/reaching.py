"""When somebody may be said to be unable to reach: one rule for both services (clinical §1.9).

Three attempts on at least two channels over two business days [default]. A letter is no attempt: it follows them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from shared.kit.calendar import Calendar
from shared.vocabulary import Channel

ATTEMPTS, CHANNELS, BUSINESS_DAYS = 3, 2, 2  # [default] clinical §1.9


class Tried(NamedTuple):
    """An attempt to reach somebody; ``at`` is when it was made (aware)."""

    at: datetime
    channel: Channel


def lacking(tried: Iterable[Tried], calendar: Calendar) -> tuple[str, ...]:
    """What is missing before somebody is unable to reach, as ``1 of 3 attempts``; empty when nothing is.

    Attempts on days that are no business days of the calendar count as attempts, not as days.
    """
    counted = [each for each in tried if each.channel is not Channel.LETTER]
    days = {day for day in (calendar.day_of(each.at) for each in counted) if calendar.is_business_day(day)}
    channels = {each.channel for each in counted}
    found = (
        (len(counted), ATTEMPTS, "attempts"),
        (len(channels), CHANNELS, "channels"),
        (len(days), BUSINESS_DAYS, "business days"),
    )
    return tuple(f"{have} of {need} {what}" for have, need, what in found if have < need)
