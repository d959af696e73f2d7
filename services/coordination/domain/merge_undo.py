"""Undoing a merge: what goes back, what stays, and when it cannot be done."""

from collections.abc import Iterable

from services.coordination.domain.reasons import Reason
from shared.kit.problems import Conflict


class NotMerged(Conflict):
    """The record was not merged into another, or the merge was undone already."""

    code = "patient.not-merged"
    title = "The record is not merged"


class MergeNotRemembered(Conflict):
    """The merge was made before merges kept what they moved."""

    code = "patient.merge-not-remembered"
    title = "What the merge moved is not on record"


class UndoLaterFirst(Conflict):
    """A later merge built on this one."""

    code = "patient.undo-later-merge-first"
    title = "A later merge must be undone first"


def parted_reasons(now: Iterable[Reason], before: Iterable[Reason], made: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons of a need without those that a merge brought.

    ``before`` and ``made`` are the need's reasons around the merge. A reason that somebody gave or renewed since
    stays; one that the merge replaced is what it was before.
    """
    known = {reason.identity: reason for reason in before}
    brought = {reason.identity: reason for reason in made if known.get(reason.identity) != reason}
    parted = []
    for reason in now:
        if brought.get(reason.identity) != reason:
            parted.append(reason)
        elif reason.identity in known:
            parted.append(known[reason.identity])
    return tuple(parted)
