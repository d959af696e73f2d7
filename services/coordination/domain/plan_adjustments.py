"""What a coordinator may change about a plan before it is accepted, and within which limits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.coordination.domain.clocks import Clock, strictest
from services.coordination.domain.reasons import Reason
from shared.kit.problems import Conflict, Problem
from shared.vocabulary import ClockKind, NeedKind

LATER_BY = timedelta(days=7)  # [default] how much later than the pathway's own date a clinical clock may be moved


class NotInPlan(Problem):
    """The plan asks for no need of the kind that was to be dropped or changed."""

    code = "plan.kind-not-in-plan"
    title = "The plan does not ask for this"


class AdjustedTwice(Problem):
    """A kind is dropped and changed, or changed twice."""

    code = "plan.adjusted-twice"
    title = "The same need is adjusted twice"


class DueBeyondLimit(Problem):
    """A due instant was moved further than may be, or a programme's clock was moved at all."""

    code = "plan.due-beyond-limit"
    title = "The due date cannot be moved like this"


class NothingProposed(Conflict):
    """The stay has no plan that waits to be accepted."""

    code = "plan.nothing-proposed"
    title = "No plan waits to be accepted"


def check_kinds(planned: Iterable[NeedKind], dropped: Sequence[NeedKind], changed: Sequence[NeedKind]) -> None:
    """Raises:
    NotInPlan, AdjustedTwice.
    """
    known, named = set(planned), [*dropped, *changed]
    strange = [kind for kind in named if kind not in known]
    if strange:
        raise NotInPlan(f"The plan asks for no {strange[0]}. Preview the plan, or add the need.")
    twice = [kind for kind in named if named.count(kind) > 1]
    if twice:
        raise AdjustedTwice(f"{twice[0]} is adjusted twice. Say once what becomes of it.")


def check_move(reasons: Sequence[Reason], key: str, moved: Clock) -> None:
    """A clinical clock may be due earlier, or up to a week later but never after the need's programme clocks.

    Raises:
        DueBeyondLimit: it may not.
    """
    clocks = strictest(clock for reason in reasons for clock in reason.clocks)
    before = next((clock for clock in clocks if clock.key == key), None)
    if before is None:
        keys = ", ".join(clock.key for clock in clocks)
        raise DueBeyondLimit(f"The need has no clock {key!r}. Name one of: {keys}.")
    if before.kind is ClockKind.PROGRAMME:
        raise DueBeyondLimit("A programme counts its own days: its clock cannot be moved. Move the clinical one.")
    assert before.due_at is not None
    assert moved.due_at is not None
    programme = [clock.due_at for clock in clocks if clock.kind is ClockKind.PROGRAMME and clock.due_at is not None]
    latest = max(before.due_at, min([before.due_at + LATER_BY, *programme]))
    if moved.due_at > latest:
        raise DueBeyondLimit(f"The latest due instant for {key!r} is {latest:%Y-%m-%dT%H:%MZ}. Choose an earlier one.")


def with_moved(reasons: Iterable[Reason], moved: Clock, citation: str) -> list[Reason]:
    """The reasons with every clock of that key replaced by the moved one, which says that a person moved it."""
    changed = replace(moved, explanation=f"{moved.explanation}; {citation}")
    return [
        replace(reason, clocks=tuple(changed if clock.key == moved.key else clock for clock in reason.clocks))
        for reason in reasons
    ]


def moved_by(person: str, at: datetime, why: str) -> str:
    """The words that a moved clock carries."""
    return f"moved by {person} on {at:%Y-%m-%d}: {why}"
