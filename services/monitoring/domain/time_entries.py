"""Time entries: no minute of one patient twice, days and months by the practice's clock (clinical §2.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.kit.calendar import Calendar
from shared.kit.problems import Conflict, Problem
from shared.vocabulary import Programme, TimeContact

# [default] Longer than anybody's shift is a typing error.
LONGEST = timedelta(hours=12)
_NEVER_TOGETHER = {Programme.RPM: Programme.RTM, Programme.RTM: Programme.RPM}
_WITHOUT_VISITS = frozenset({Programme.CCM, Programme.COMPLEX_CCM, Programme.PCM})


class TimeOverlap(Conflict):
    """A minute of one patient belongs to one programme and counts once, also when two of the staff talk (§2.5)."""

    code = "time-entry.overlap"
    title = "These minutes are counted already"


class NotTogether(Conflict):
    """RPM and RTM are not for one patient in the same month (§2.5)."""

    code = "time-entry.rpm-with-rtm"
    title = "RPM and RTM do not go together"


class WrongTimes(Problem):
    """Time is logged when it was spent: it ends after it starts, and not in the future."""

    code = "time-entry.times"
    title = "These times cannot be"


class VisitTime(Problem):
    """Time of a face-to-face visit does not count for chronic care management (§2.5)."""

    code = "time-entry.visit-time"
    title = "The time of a visit does not count here"


class EntryVoided(Conflict):
    """What was voided or corrected stays as it was."""

    code = "time-entry.voided"
    title = "This entry no longer stands"


@dataclass(frozen=True, slots=True)
class Spent:
    """A stretch of time for one patient, half-open: a minute that ends at 10:00 and one that starts then are two."""

    id: UUID
    programme: Programme
    started_at: datetime
    ended_at: datetime
    contact: TimeContact = TimeContact.NONE

    @property
    def length(self) -> timedelta:
        """How long it was, to the microsecond."""
        return self.ended_at - self.started_at


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a stretch that lies on one local day."""

    day: date
    started_at: datetime
    ended_at: datetime

    @property
    def length(self) -> timedelta:
        """How long it was."""
        return self.ended_at - self.started_at


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def following(self) -> "Month":
        """The month after."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """Its first instant and the first of the next month on the wall clock of ``zone``, in UTC."""
        calendar = Calendar(zone)
        return calendar.start_of(self.first), calendar.start_of(self.following.first)


def month_of(day: date) -> Month:
    """The month a day lies in."""
    return Month(day.year, day.month)


def split(started_at: datetime, ended_at: datetime, zone: str) -> tuple[Piece, ...]:
    """A stretch cut at the midnights of ``zone``: a call 23:50 to 00:10 is ten minutes on each of two days."""
    calendar, pieces, begun = Calendar(zone), [], started_at
    while begun < ended_at:
        day = calendar.day_of(begun)
        until = min(ended_at, calendar.start_of(day + timedelta(days=1)))
        if until <= begun:  # a zone that went back over midnight: the second pass of the day is the same day
            until = min(ended_at, calendar.start_of(day + timedelta(days=2)))
        pieces.append(Piece(day, begun, until))
        begun = until
    return tuple(pieces)


def months(started_at: datetime, ended_at: datetime, zone: str) -> tuple[Month, ...]:
    """The months a stretch touches, in order."""
    return tuple(sorted({month_of(piece.day) for piece in split(started_at, ended_at, zone)}))


def total(spent: Iterable[Spent], start: datetime, stop: datetime) -> timedelta:
    """The time between two instants. Entries that :func:`check` let in do not overlap, so their sum counts once."""
    zero = timedelta(0)
    return sum((max(zero, min(each.ended_at, stop) - max(each.started_at, start)) for each in spent), zero)


def check(new: Spent, standing: Iterable[Spent], zone: str) -> None:
    """Refuse time that would count a minute twice, or that does not go with what is there.

    ``standing`` are the patient's other entries of the months that ``new`` touches, voided ones left out.

    Raises:
        TimeOverlap, NotTogether.
    """
    touched = months(new.started_at, new.ended_at, zone)
    for other in standing:
        if other.started_at < new.ended_at and new.started_at < other.ended_at:
            raise TimeOverlap(
                f"{other.programme.upper()} time is on record for this patient in these minutes. "
                "Enter the minutes outside it, or correct that entry.",
                **_named(other),
            )
        if other.programme is _NEVER_TOGETHER.get(new.programme) and set(touched) & set(
            months(other.started_at, other.ended_at, zone)
        ):
            raise NotTogether(
                f"This month has {other.programme.upper()} time for this patient. "
                "Correct that entry's programme, or log this time under the same one.",
                **_named(other),
            )


def check_alone(new: Spent, now: datetime) -> None:
    """Refuse time that cannot be.

    Raises:
        WrongTimes, VisitTime.
    """
    if new.ended_at <= new.started_at:
        raise WrongTimes("ended_at must lie after started_at. Check the two times and their offsets.")
    if new.ended_at > now:
        raise WrongTimes("Time is logged once it was spent: ended_at lies in the future.")
    if new.length > LONGEST:
        raise WrongTimes(f"One entry has at most {LONGEST // timedelta(hours=1)} hours. Check the day of ended_at.")
    if new.contact is TimeContact.VISIT and new.programme in _WITHOUT_VISITS:
        raise VisitTime("The time of a face-to-face visit is part of the visit. Leave it out of care management.")


def _named(entry: Spent) -> dict[str, str]:
    return {
        "entry_id": str(entry.id),
        "programme": entry.programme,
        "started_at": entry.started_at.isoformat(),
        "ended_at": entry.ended_at.isoformat(),
    }
