"""The worklist: every open obligation, the most pressing first."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import AllowedAct, Code, In, Instant, Name, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import NeedKind, ObligationSource, PathwayKey, Priority, Role, WorkBucket


class ScoreRead(Out):
    """Why work stands where it stands: ``rank_key`` = ``due_at`` less the head start of its priority.

    ``overdue_hours`` is negative while there is time, null when undated; then ``rank_key`` lies in the year 9998 or
    later, after all dated work.
    """

    due_at: datetime | None
    overdue_hours: int | None
    priority: Priority
    head_start_days: int
    rank_key: datetime
    explanation: str


class WorkRead(Versioned):
    """One piece of work. ``stage`` says which step of its source waits; ``due_at`` is null when undated.

    ``on_call`` names the weekend, holiday or closure on which the next clinical clock of a need is due: that work is
    for whoever is on call. ``kind`` is the need's; ``role`` whose pool it is in; ``payer`` the first coverage's;
    ``facility`` that of the stay which gave the reason.
    """

    source: ObligationSource
    source_id: UUID
    stage: str
    title: str
    kind: NeedKind | None
    role: Role | None
    patient_id: UUID
    pathways: list[PathwayKey]
    payer: str | None
    language: str | None
    interpreter_needed: bool
    facility: str | None
    priority: Priority
    due_at: datetime | None
    on_call: str | None
    overdue: bool
    score: ScoreRead
    owner: str | None
    team: str | None


class WorkDetail(WorkRead):
    """One piece of work, open or done, with what the caller may do to it now."""

    closed_at: datetime | None
    acts: list[AllowedAct]


class AssignWork(In):
    """Who shall do it: a person, a team's pool (``owner`` left out), or a person of a team."""

    model_config = example({"owner": "dev.coordinator", "team": "transitions"})

    owner: Code | None = None
    team: Code | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "AssignWork":
        if self.owner is None and self.team is None:
            raise ValueError("give an owner, a team, or both; release gives work back")
        return self


class WorkChanged(Out):
    """A piece of work as it stands after a change: no person, no patient. Read it to see what it is now."""

    work_id: UUID
    version: int
    source: ObligationSource
    source_id: UUID
    stage: str
    team: str | None
    claimed: bool
    open: bool


class CountRead(Out):
    """How much work a bucket holds; with ``at_least`` there is more, and counting stopped."""

    bucket: WorkBucket
    count: int
    at_least: bool


class WorkCounts(Out):
    """How much work the filters show, by when it is due on the local days of ``time_zone``."""

    as_of: datetime
    time_zone: str
    buckets: list[CountRead]


class ViewFilters(In):
    """Filters of the worklist as a view keeps them: the list's query parameters of the same names."""

    owner: Text | None = Field(default=None, description="A token's subject; ``me`` is whoever looks.")
    unclaimed: bool = False
    team: list[Text] | None = Field(default=None, max_length=20, description="``mine``: the teams of whoever looks.")
    role: Role | None = None
    source: ObligationSource | None = None
    kind: NeedKind | None = None
    stage: Text | None = None
    title: Name | None = None
    patient_id: UUID | None = None
    pathway: PathwayKey | None = None
    payer: Text | None = None
    language: Text | None = None
    interpreter_needed: bool | None = None
    facility: Text | None = None
    priority: Priority | None = None
    overdue: bool = Field(default=False, description="Only what is past its due instant.")
    undated: bool = Field(default=False, description="Only what has none.")
    on_call: bool = Field(default=False, description="Only what is due on a day off: the on-call list.")
    due_from: Instant | None = Field(default=None, description="Due at or after this instant.")
    due_before: Instant | None = Field(default=None, description="Due before this instant.")


class SaveView(In):
    """A name for filters. With ``team`` its members see it too; only its owner changes it."""

    model_config = example(
        {
            "name": "Heart failure, overdue, Spanish",
            "team": None,
            "filters": {"team": ["mine"], "pathway": "heart-failure", "language": "es-US", "overdue": True},
        }
    )

    name: Name
    team: Code | None = None
    filters: ViewFilters


class WorkViewRead(Versioned):
    """A saved view; ``mine``: the caller may change it."""

    name: str
    owner: str
    team: str | None
    filters: ViewFilters
    mine: bool
    created_at: datetime
    updated_at: datetime
