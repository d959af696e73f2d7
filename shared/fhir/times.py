"""FHIR's date, dateTime and instant: partial dates, offsets, and the span each of them stands for."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_DATE = re.compile(r"^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$")
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$")


def instant(text: str) -> datetime | None:
    """The aware instant a dateTime names, in the offset it was written with; None for a date without time."""
    return None if _DATE.match(text) else _aware(text)


def span(text: str) -> tuple[datetime, datetime]:
    """The half-open span, in UTC, that a date or dateTime of any precision stands for.

    Raises:
        ValueError: not a FHIR date or dateTime.
    """
    match = _DATE.match(text)
    if match is None:
        start = _aware(text).astimezone(UTC)
        return start, start + (timedelta(microseconds=1) if start.microsecond else timedelta(seconds=1))
    year, month, day = (int(part) if part else None for part in match.groups())
    first = datetime(year or 1, month or 1, day or 1, tzinfo=UTC)
    if day is not None:
        return first, first + timedelta(days=1)
    if month is not None:
        return first, (first + timedelta(days=32)).replace(day=1)
    return first, first.replace(year=first.year + 1)


def write(moment: datetime) -> str:
    """An instant as FHIR writes it, with its offset; UTC as Z."""
    return moment.isoformat().replace("+00:00", "Z")


def _aware(text: str) -> datetime:
    match = _TIME.match(text)
    if match is None:
        raise ValueError("is not a FHIR date or time such as 2026-09-04T14:30:00-04:00")
    if match[1] is None:
        raise ValueError("has a time without an offset; write one, such as -04:00 or Z")
    # FHIR allows any number of digits after the second, Python six.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))


def _check_datetime(text: str) -> str:
    try:
        span(text)
    except (ValueError, OverflowError) as error:
        naive = _TIME.match(text) is not None and "offset" in str(error)
        kind = "time.naive" if naive else "time.invalid"
        said = str(error) if naive or str(error).startswith("is not") else "is not a day of the calendar"
        raise PydanticCustomError(kind, "{said}", {"said": said}) from None
    return text


def _check_date(text: str) -> str:
    if not _DATE.match(text):
        raise PydanticCustomError("date.invalid", "is not a FHIR date such as 1952-03-03")
    return _check_datetime(text)


def _check_instant(text: str) -> str:
    if _DATE.match(text):
        raise PydanticCustomError("time.invalid", "needs a time with its offset")
    return _check_datetime(text)


Date = Annotated[str, AfterValidator(_check_date)]
DateTime = Annotated[str, AfterValidator(_check_datetime)]
Instant = Annotated[str, AfterValidator(_check_instant)]


def whole_date(text: str) -> date | None:
    """The calendar day, or None when only a year or a month is known."""
    match = _DATE.match(text)
    return date.fromisoformat(text) if match and match[3] else None
