"""How long a row that ended a clock's job in an error is left alone before it is tried again."""

from datetime import datetime, timedelta

_FIRST = timedelta(minutes=1)  # [default]
_LONGEST = timedelta(hours=1)  # [default] a defect that was mended is made up for within the hour
_DOUBLINGS = 6
NOT_COME_TO = timedelta(hours=2)
"""A row no job has come to for so long after its time to be tried again is no longer due."""


def retry_at(attempts: int, now: datetime) -> datetime:
    """When to try again after so many failures (1 or more) in a row: a minute on, doubling up to an hour."""
    return now + min(_FIRST * (1 << min(attempts - 1, _DOUBLINGS)), _LONGEST)
