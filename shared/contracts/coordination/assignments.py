"""A whole panel of needs assigned to the directory at once, as a proposal that a person accepts."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.contracts.base import Code, In, Instant, LongText, Out, Text, Versioned
from shared.vocabulary import AssignmentState, NeedKind, Priority

MOST = 2_000
AT_ONCE = 100


class ProposeAssignment(In):
    """Which needs: those named, or all open ones without a live referral that fit the rest; at most 2,000, the
    earliest due first. Beyond ``max_late_days`` a need's clock excludes, up to it lateness is weighed against cost."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"priority": "urgent", "max_late_days": 7}]})

    need_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=MOST)
    owner: Text | None = None
    team: Text | None = None
    kind: NeedKind | None = None
    priority: Priority | None = None
    due_before: Instant | None = None
    max_late_days: int = Field(default=14, ge=0, le=60)
    service: Code | None = Field(default=None, description="Whose price counts; visit when left out.")
    valid_hours: int = Field(default=24, ge=1, le=168, description="How long the proposal can be accepted.")


class AcceptAssignment(In):
    """Which of the proposed to refer: those named, or the next 100 that are not referred yet."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"clinical_question": "Please see this patient and report."}]}
    )

    need_ids: Annotated[list[UUID], Field(min_length=1, max_length=AT_ONCE)] | None = None
    clinical_question: LongText
    authorization_required: bool = False
    hold_hours: int | None = Field(default=None, ge=1, le=336)
    send: bool = True


class TotalsRead(Out):
    """What a choice for the whole panel comes to. ``patient_cost`` sums known costs; ``unknown_costs`` counts the rest.

    ``late_minutes`` sums how far places lie beyond the needs' clocks. ``weight`` is what the solver minimizes.
    """

    assigned: int
    unassigned: int
    patient_cost: Decimal
    unknown_costs: int
    late: int
    late_minutes: int
    weight: int


class DifferenceRead(Out):
    """What the solver's choice spares against going down the worklist; a negative figure is what it adds."""

    more_assigned: int
    patient_cost: Decimal
    late_minutes: int
    weight: int


class PlacedRead(Out):
    """Where a need would go. ``starts_at`` is null for a free place without a time; a cost is null when unknown."""

    specialist_id: UUID
    slot_id: UUID | None
    starts_at: datetime | None
    patient_cost: Decimal | None
    late_minutes: int


class AssignmentItemRead(Out):
    """One need of the panel: the solver's place, the one it would get down the worklist, and what became of it.

    ``why_not`` says why a need is left without a place; ``code`` and ``detail`` why a referral was refused.
    """

    need_id: UUID
    patient_id: UUID
    state: AssignmentState
    place: PlacedRead | None
    down_the_worklist: PlacedRead | None
    why_not: str | None
    referral_id: UUID | None
    code: str | None
    detail: str | None


class AssignmentRead(Versioned):
    """A proposal. Nothing is held or referred before it is accepted; after ``expires_at`` it cannot be."""

    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    expired: bool
    passed_over: list[UUID] = Field(description="Needs that were named but are closed, referred already, or unknown.")
    solver: TotalsRead
    down_the_worklist: TotalsRead
    spared: DifferenceRead
    referred: int
    conflicts: int
    remaining: int


class AssignmentAccepted(Out):
    """The proposal as it stands now, and what became of each need that was accepted."""

    assignment: AssignmentRead
    items: list[AssignmentItemRead]
