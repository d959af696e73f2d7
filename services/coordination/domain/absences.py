"""Who is away and who covers: at any moment one person at most covers somebody, and nobody who covers is away."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from shared.kit.problems import Conflict, Problem


class BadAbsence(Problem):
    status = 422
    code = "absence.invalid"
    title = "The absence does not hold"


class AbsencePast(Problem):
    status = 422
    code = "absence.past"
    title = "The absence is over already"


class AwayAlready(Conflict):
    code = "absence.overlaps"
    title = "The person is away then already"


class CoverAway(Conflict):
    code = "absence.cover-away"
    title = "The one who covers is away then"


class CoversThen(Conflict):
    code = "absence.covers-somebody"
    title = "The person covers somebody then"


class NobodyToCover(Problem):
    """Work would wait for somebody who never looks: a name typed wrongly."""

    code = "absence.cover-unknown"
    title = "Nobody here is known by this name"


class AbsenceOver(Conflict):
    code = "absence.over"
    title = "The absence is over"


class Away(NamedTuple):
    """A person away from ``starts_at`` (included) to ``ends_at`` (not included), covered by another."""

    person: str
    covered_by: str
    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Away") -> bool:
        """Whether there is a moment that belongs to both; one that was called off before it began has none."""
        return max(self.starts_at, other.starts_at) < min(self.ends_at, other.ends_at)


def check(new: Away, standing: Iterable[Away], now: datetime) -> None:
    """Whether an absence fits those that stand. What was before ``now`` nobody can cover any more: it is in no way.

    Raises:
        BadAbsence: it ends before it begins, or somebody would cover for themselves.
        AbsencePast: it ended before now.
        AwayAlready, CoverAway, CoversThen: what stands at the same time is in the way.
    """
    if new.ends_at <= new.starts_at:
        raise BadAbsence("It ends before it begins. Give starts_at before ends_at.")
    if new.covered_by == new.person:
        raise BadAbsence("Nobody covers for themselves. Name somebody else in covered_by.")
    if new.ends_at <= now:
        raise AbsencePast("Nobody can cover any more what is over. Check the dates.")
    ahead = new._replace(starts_at=max(new.starts_at, now))
    for other in standing:
        if not ahead.overlaps(other):
            continue
        when = f"from {other.starts_at:%Y-%m-%d %H:%M} to {other.ends_at:%Y-%m-%d %H:%M} UTC"
        if other.person == new.person:
            raise AwayAlready(f"{other.person} is away {when} already. End that absence first.")
        if other.person == new.covered_by:
            raise CoverAway(f"{other.person} is away {when}, and would not see the work. Name somebody else.")
        if other.covered_by == new.person:
            raise CoversThen(f"{new.person} covers for {other.person} {when}. Give that cover to somebody else first.")


def check_standing(ends_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Raises:
    AbsenceOver: it ended, by itself or by hand.
    """
    if ended_at is not None or ends_at <= now:
        raise AbsenceOver("There is nothing left to end. Read the absences again.")
