"""A plan against what stands: what it opens, joins, moves, withdraws, and what it leaves alone, each with its why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.coordination.domain.clocks import Clock
from services.coordination.domain.reasons import Reason, standing, with_reason
from shared.vocabulary import ChangeKind, SourceKind

K = ChangeKind


@dataclass(frozen=True, slots=True)
class Standing:
    """A need as it stands: open or ended, worked on or not, and its reasons."""

    reasons: tuple[Reason, ...]
    is_open: bool
    touched: bool
    state: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one need, with the reasons it has then."""

    kind: ChangeKind
    because: str
    reasons: tuple[Reason, ...]


def decide(wanted: Sequence[Reason], before: Standing | None, stay_id: str, at: datetime) -> Decision:
    """What a plan's reasons of one stay do to the need of their kind and scope; none are wanted any more: the way back.

    What has ended stays ended: a correction does not undo what was done.
    """
    if before is None:
        return Decision(K.OPENS, "the plan asks for it", tuple(wanted))
    if not before.is_open:
        return Decision(K.KEPT, f"it is already {before.state}", before.reasons)
    own = [reason for reason in standing(before.reasons) if _of(reason, stay_id)]
    if not wanted:
        return _unwanted(before, stay_id, at)
    after = _withdrawn(before.reasons, stay_id, at, but={reason.identity for reason in wanted})
    for reason in wanted:
        same = next((each for each in own if each.identity == reason.identity), None)
        # Said again in the same words and with the same clocks, it is the reason that already stands.
        after = after if same is not None and _alike(same, reason) else with_reason(after, reason)
    if after == before.reasons:
        return Decision(K.UNCHANGED, "the plan asks for it as before", after)
    if not own:
        return Decision(K.JOINS, "the same need is already open for another reason", after)
    return Decision(K.MOVES, "the plan asks for it for other reasons or by other dates", after)


def _unwanted(before: Standing, stay_id: str, at: datetime) -> Decision:
    left = _withdrawn(before.reasons, stay_id, at, but=set())
    if before.touched:
        because = "somebody has worked on it: close it by hand if it is not needed"
        return Decision(K.KEPT, because, before.reasons)
    if standing(left):
        return Decision(K.MOVES, "other reasons still hold", left)
    return Decision(K.WITHDRAWS, "the plan no longer asks for it, and nobody has worked on it", before.reasons)


def _withdrawn(
    reasons: Iterable[Reason], stay_id: str, at: datetime, but: set[tuple[str, str, str, str]]
) -> tuple[Reason, ...]:
    return tuple(
        replace(reason, withdrawn_at=at)
        if _of(reason, stay_id) and reason.withdrawn_at is None and reason.identity not in but
        else reason
        for reason in reasons
    )


def _of(reason: Reason, stay_id: str) -> bool:
    return reason.source_kind is SourceKind.STAY and reason.source_id == stay_id


def _alike(old: Reason, new: Reason) -> bool:
    return replace(new, recorded_at=old.recorded_at, recorded_by=old.recorded_by, clocks=()) == replace(
        old, clocks=()
    ) and [_due(clock) for clock in old.clocks] == [_due(clock) for clock in new.clocks]


def _due(clock: Clock) -> tuple[str, str, datetime, datetime | None]:
    return clock.key, clock.rule, clock.start_at, clock.due_at
