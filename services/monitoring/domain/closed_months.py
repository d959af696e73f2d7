"""Which months of readings are closed: months of UTC, as readings are kept."""

from datetime import UTC, datetime, timedelta


def closed_before(now: datetime, age: timedelta) -> datetime:
    """The end of the last month whose every reading is older than ``age``."""
    return month_of(now - age)


def month_of(at: datetime) -> datetime:
    """The beginning of the UTC month of an instant."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_after(start: datetime) -> datetime:
    """The beginning of the month after the one that begins at ``start``."""
    return month_of(start + timedelta(days=31))
