"""The order of the worklist: one key that does not move with time, so that an index can hold it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.kit.problems import Conflict
from shared.vocabulary import Priority, WorkBucket

HEAD_START = timedelta(days=3)
MOST_HEAD_START = HEAD_START * max(priority.rank for priority in Priority)
UNDATED = datetime(9999, 1, 1, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)


class AlreadyClaimed(Conflict):
    code = "worklist.claimed"
    title = "Somebody else has this work"


class NotOpen(Conflict):
    code = "worklist.not-open"
    title = "This work is no longer open"


class NotClaimed(Conflict):
    code = "worklist.not-yours"
    title = "You do not hold this work"


def rank_key(due_at: datetime | None, priority: Priority) -> datetime:
    """Where work stands in the list, earliest first: due − 3 days × priority rank.

    Days overdue + 3 × priority gives the same order at every moment, and this form needs no clock
    [default: 3 days a step]. Undated work comes last, pressing before routine.
    """
    return (due_at or UNDATED) - HEAD_START * priority.rank


def earliest(instant: datetime, length: timedelta) -> datetime:
    """So long before an instant, or the first instant there is."""
    return instant - length if instant - FIRST > length else FIRST


@dataclass(frozen=True, slots=True)
class Score:
    """Why work stands where it stands: ``rank_key`` = ``due_at`` less ``head_start`` for its priority.

    ``overdue_by`` is negative while there is time, and None for undated work, which comes last.
    """

    due_at: datetime | None
    overdue_by: timedelta | None
    head_start: timedelta
    rank_key: datetime
    explanation: str


def score(due_at: datetime | None, priority: Priority, now: datetime) -> Score:
    """The parts of the order, as of ``now``."""
    head_start = HEAD_START * priority.rank
    ahead = f"{head_start.days} days ahead for {priority}" if head_start else "no head start (routine)"
    if due_at is None:
        return Score(None, None, head_start, rank_key(None, priority), f"Not dated, so after all dated work; {ahead}")
    by = now - due_at
    when = f"{in_days(by)} overdue" if by > timedelta(0) else f"due in {in_days(-by)}"
    return Score(due_at, by, head_start, rank_key(due_at, priority), f"{when[0].upper()}{when[1:]}; {ahead}")


def in_days(length: timedelta) -> str:
    """A length as a nurse reads it: days, or hours below two days."""
    hours = int(length.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"


def buckets(now: datetime, zone: str) -> dict[WorkBucket, tuple[datetime | None, datetime | None]]:
    """Due from (included) and due before of each bucket; local days of ``zone``, weeks end with Sunday (ISO 8601)."""
    today = now.astimezone(ZoneInfo(zone)).date()
    days_left = 7 - today.weekday()

    def midnight(days: int) -> datetime:
        day = today + timedelta(days=days)
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    return {
        WorkBucket.OVERDUE: (None, now),
        WorkBucket.TODAY: (now, midnight(1)),
        WorkBucket.THIS_WEEK: (midnight(1), midnight(days_left)),
        WorkBucket.LATER: (midnight(days_left), UNDATED),
    }


def claim(owner: str | None, *, claimant: str, is_open: bool) -> str:
    """The owner after a claim; claiming what one already has changes nothing.

    Raises:
        NotOpen: the work is done or was withdrawn.
        AlreadyClaimed: somebody else has it; it says who.
    """
    check_open(is_open)
    if owner is not None and owner != claimant:
        raise AlreadyClaimed(f"{owner} has claimed this. Ask them to release it, or take other work.", owner=owner)
    return claimant


def check_open(is_open: bool) -> None:
    """Raises:
    NotOpen: the work is done or was withdrawn.
    """
    if not is_open:
        raise NotOpen("This work is done or was withdrawn. Read the worklist again.")


def release(owner: str | None, *, asker: str, may_overrule: bool) -> None:
    """The owner after a release: nobody.

    Raises:
        NotClaimed: the work is not the asker's, and the asker is not a supervisor.
    """
    if owner != asker and not (may_overrule and owner is not None):
        raise NotClaimed("Only its owner, who covers for them, or a supervisor releases claimed work.")


def assign(owner: str | None, *, asker: str, may_overrule: bool, is_open: bool) -> None:
    """Whether work may be handed to somebody: nobody's and one's own, and by a supervisor also that of others.

    Raises:
        NotOpen: the work is done or was withdrawn.
        AlreadyClaimed: somebody else has it; it says who.
    """
    check_open(is_open)
    if owner not in (None, asker) and not may_overrule:
        raise AlreadyClaimed(f"{owner} has this. Ask them, or a supervisor, to hand it over.", owner=owner)


def obstacle(rule: Callable[..., object], owner: str | None, **facts: object) -> str | None:
    """Why a rule refuses, or None."""
    try:
        rule(owner, **facts)
    except Conflict as refusal:
        return refusal.detail
    return None
