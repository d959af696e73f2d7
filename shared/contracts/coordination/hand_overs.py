"""A whole panel handed over in one act: previewed, done, kept."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import Code, In, LongText, Name, Out
from shared.contracts.coordination.examples import example
from shared.vocabulary import ObligationSource


class HandOverPanel(In):
    """Whose open work goes to whom: a person, a team's pool (``to_owner`` left out), or a person of a team.

    Without ``to_team`` work stays in the team it is in. A person takes the other's place in care teams as well, from
    the patient's day of the hand-over on, under ``to_name``, or ``to_owner`` where that is left out; a pool does not.
    """

    model_config = example(
        {"from_owner": "dev.coordinator", "to_team": "transitions", "note": "On parental leave from Monday"}
    )

    from_owner: Code
    to_owner: Code | None = None
    to_team: Code | None = None
    to_name: Name | None = None
    note: LongText

    @model_validator(mode="after")
    def _to_somebody_else(self) -> "HandOverPanel":
        if self.to_owner is None and self.to_team is None:
            raise ValueError("give to_owner, to_team, or both")
        if self.to_owner == self.from_owner:
            raise ValueError("to_owner is from_owner")
        if self.to_name is not None and self.to_owner is None:
            raise ValueError("to_name is the name of to_owner: give both")
        return self


class SourceCount(Out):
    """How much open work of one source."""

    source: ObligationSource
    count: int
    overdue: int


class RefusedWork(Out):
    """Work that stays where it is, and why: a stable code and a sentence."""

    work_id: UUID
    patient_id: UUID
    title: str
    team: str | None
    code: str
    reason: str


class HandOverPreview(Out):
    """What a hand-over would do now."""

    from_owner: str
    to_owner: str | None
    to_team: str | None
    to_name: str | None = Field(description="The name under which the person takes the places in care teams.")
    patients: int
    memberships: int = Field(description="Places in care teams that go as well.")
    counts: list[SourceCount]
    refused: list[RefusedWork]


class HandOverRead(Out):
    """A hand-over that was done; ``work_ids`` is what changed hands, never changed afterwards."""

    id: UUID
    from_owner: str
    to_owner: str | None
    to_team: str | None
    to_name: str | None = Field(description="The name under which the person took the places in care teams.")
    note: str
    patients: int
    memberships: int = Field(description="Places in care teams that changed hands.")
    work_ids: list[UUID] = Field(description="In the order of the worklist at that moment.")
    refused: list[RefusedWork]
    handed_by: str
    handed_at: datetime
