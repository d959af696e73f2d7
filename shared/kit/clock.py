"""Time enters the program here; rules take ``now`` as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        ValueError: it has no offset, or lies in UTC before the year 1 or after 9999.
    """
    if moment.tzinfo is None:
        raise ValueError("needs an offset, such as 2026-09-04T15:20:00-04:00 or …Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the years 1 to 9999") from error


def read_instant(text: str) -> datetime:
    """An instant in UTC as ISO 8601 writes it, with its offset.

    Raises:
        ValueError: it is none.
    """
    return in_utc(datetime.fromisoformat(text))
