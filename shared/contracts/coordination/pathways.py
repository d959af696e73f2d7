"""Pathways and the plans they lead to, explained."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.base import Out
from shared.contracts.coordination.clocks import ClockRead
from shared.contracts.coordination.needs import NeedRead
from shared.vocabulary import (
    ChangeKind,
    ClockKind,
    NeedKind,
    PathwayKey,
    PlanState,
    Priority,
    Role,
    WaiverReason,
)


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


class FactReadOut(Out):
    """A fact the choice looked at, and which pathways asked for it; ``value`` is null where it is not known."""

    name: str
    value: str | None
    used_by: list[PathwayKey]


class DroppedRead(Out):
    """A need the plan asks for that a coordinator left out, with the coded reason."""

    kind: NeedKind
    code: WaiverReason
    note: str | None
    by: str
    at: datetime


class NeedChangeRead(Out):
    """What a plan would do, or did, to one need. ``need_id`` is null for a need that is not open yet.

    ``due_before`` and ``due_after`` are its earliest due instants; ``clocks`` those it has then.
    """

    kind: NeedKind
    title: str
    responsible: Role
    change: ChangeKind
    because: str
    need_id: UUID | None
    priority: Priority
    due_before: datetime | None
    due_after: datetime | None
    earliest_start: date | None
    owner: str | None
    team: str | None
    reasons: list[str]
    clocks: list[ClockRead]


class PlanRead(Out):
    """What a discharge leads to. A ``proposed`` plan waits for a coordinator: its needs are not open yet.

    ``facts`` are what the choice looked at, ``missing`` those of them that are not known. ``dropped`` are needs that a
    coordinator left out. ``proposed`` is what accepting it would do.
    """

    state: PlanState
    explanation: str
    chosen: list[ChoiceRead]
    passed_over: list[ChoiceRead]
    left_out: list[LeftOutRead]
    windows: list[WindowRead]
    facts: list[FactReadOut]
    missing: list[str]
    dropped: list[DroppedRead]
    proposed: list[NeedChangeRead]
    needs: list[NeedRead]


class PlanPreview(Out):
    """What would come of a discharge or of a correction; nothing of it is kept."""

    explanation: str
    chosen: list[ChoiceRead]
    passed_over: list[ChoiceRead]
    left_out: list[LeftOutRead]
    windows: list[WindowRead]
    facts: list[FactReadOut]
    missing: list[str]
    changes: list[NeedChangeRead]
