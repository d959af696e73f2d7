"""The order of the worklist: one key that does not move with time, so that an index can hold it."""

from datetime import UTC, datetime, timedelta

from shared.kit.problems import Conflict
from shared.vocabulary import Priority

HEAD_START = timedelta(days=3)
UNDATED = datetime(9999, 1, 1, tzinfo=UTC)


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


def claim(owner: str | None, *, claimant: str, is_open: bool) -> str:
    """The owner after a claim; claiming what one already has changes nothing.

    Raises:
        NotOpen: the work is done or was withdrawn.
        AlreadyClaimed: somebody else has it; they can release it.
    """
    if not is_open:
        raise NotOpen("This work is done or was withdrawn. Read the worklist again.")
    if owner is not None and owner != claimant:
        raise AlreadyClaimed("Somebody else has claimed this. Ask them to release it, or take other work.")
    return claimant


def release(owner: str | None, *, asker: str, may_overrule: bool) -> None:
    """The owner after a release: nobody.

    Raises:
        NotClaimed: the work is not the asker's, and the asker is not a supervisor.
    """
    if owner != asker and not (may_overrule and owner is not None):
        raise NotClaimed("Only its owner or a supervisor releases claimed work.")
