"""Pathways and the plans they lead to, explained."""

from datetime import date

from shared.contracts.base import Out
from shared.contracts.coordination.needs import NeedRead
from shared.vocabulary import ClockKind, NeedKind, PathwayKey, Priority, Role


class RuleRead(Out):
    """A clock's rule as the pathway writes it."""

    key: str
    kind: ClockKind
    rule: str
    opens: str | None


class ItemRead(Out):
    """One need a pathway asks for; ``conditional`` when it depends on the discharge's facts."""

    kind: NeedKind
    text: str
    clocks: list[RuleRead]
    source: str
    responsible: Role | None
    priority: Priority
    conditional: bool
    earliest_start_days: int | None


class PathwayRead(Out):
    """A versioned bundle with its sources."""

    key: PathwayKey
    version: str
    title: str
    sources: list[str]
    items: list[ItemRead]


class ChoiceRead(Out):
    """A pathway chosen or passed over, and why."""

    pathway: PathwayKey
    version: str
    because: str


class LeftOutRead(Out):
    """A need that does not apply here, and why."""

    kind: NeedKind
    pathway: PathwayKey
    because: str


class WindowRead(Out):
    """Days a programme counts; both ends included, local to the hospital."""

    name: str
    first_day: date
    last_day: date
    source: str


class PlanRead(Out):
    """What a discharge leads to."""

    explanation: str
    chosen: list[ChoiceRead]
    passed_over: list[ChoiceRead]
    left_out: list[LeftOutRead]
    windows: list[WindowRead]
    needs: list[NeedRead]
