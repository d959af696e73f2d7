"""Birth dates that can be: neither ahead, nor longer ago than anybody has lived."""

from datetime import date, datetime
from typing import Final

from shared.kit.problems import Problem
from shared.kit.zones import age_on

OLDEST: Final = 130
"""Years [default]; the longest life that is verified lasted 122 (Robine & Allard, Science 1998;279:1831)."""


class BornInTheFuture(Problem):
    """A birth date that has not come."""

    code = "patient.born-in-the-future"
    title = "The birth date has not come yet"


class BornTooLongAgo(Problem):
    """A birth date longer ago than anybody has lived."""

    code = "patient.born-too-long-ago"
    title = "Nobody was born then who can be a patient now"


def check_birth(birth_date: date, now: datetime) -> None:
    """Raises:
    BornInTheFuture, BornTooLongAgo.
    """
    # A birth date is a local day and the zones span 26 h, so one later than UTC's may be today's.
    if (birth_date - now.date()).days > 1:
        raise BornInTheFuture("The birth date lies in the future. Correct it.")
    if age_on(birth_date, now.date()) > OLDEST:
        raise BornTooLongAgo(f"The birth date is more than {OLDEST} years ago. Check its year.")
