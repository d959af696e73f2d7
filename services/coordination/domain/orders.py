"""Orders of another system: which clock each brings, and how it stands by what became of its need."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.kit.problems import Conflict, Problem
from shared.kit.zones import local_day
from shared.vocabulary import NeedState, OrderState

_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
_LONGEST = 9_999


class OrderEnded(Conflict):
    code = "order.ended"
    title = "The order has ended"


class OrderChanged(Conflict):
    code = "order.changed"
    title = "An order stays what it was"


class DueBeforeOrdered(Problem):
    code = "order.due-before-ordered"
    title = "It is wanted before it was ordered"


ENDED_WITHOUT = (NeedState.WAIVED, NeedState.WITHDRAWN, NeedState.NOT_MET)


def standing(told: OrderState, need: NeedState | None) -> OrderState:
    """How an order stands: as its sender ended it, else as its need is."""
    if told is not OrderState.ACTIVE or need is None:
        return told
    if need is NeedState.MET:
        return OrderState.COMPLETED
    return OrderState.REVOKED if need in ENDED_WITHOUT else OrderState.ACTIVE


def started_at(authored: str | None, zone: str, now: datetime) -> datetime:
    """When an order's clocks start: when it was given, a day known only as such from its beginning; else now."""
    start = now
    if authored is not None and _DAY.match(authored):
        start = datetime.combine(date.fromisoformat(authored), time.min, ZoneInfo(zone)).astimezone(UTC)
    elif authored is not None and "T" in authored:
        start = datetime.fromisoformat(authored).astimezone(UTC)
    return min(start, now)


def rule_until(due: str, start: datetime, zone: str) -> str | None:
    """The clock rule that ends with the day, or within the last hour before the instant, that an order names.

    Raises:
        DueBeforeOrdered: that lies before the order.
    """
    if _DAY.match(due):
        count, unit = (date.fromisoformat(due) - local_day(start, zone)).days, "d"
    elif "T" in due:
        count, unit = (datetime.fromisoformat(due) - start) // timedelta(hours=1), "h"
    else:
        return None
    if count < 0:
        raise DueBeforeOrdered("The day by which it is wanted lies before the order. Correct one of the two.")
    return f"+{min(count, _LONGEST)}{unit}"
