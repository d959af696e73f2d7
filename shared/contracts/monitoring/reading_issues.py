"""Reading issues: values that were refused or put aside, each with the item as it came and the reason."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, JsonValue

from shared.contracts.base import AllowedAct, Code, In, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import IssueState, ItemOutcome


class SettleIssue(In):
    """What was done about an issue."""

    model_config = example({"note": "Asked: the meter shows mmol/L, sent again"})

    note: Text
    reading_id: Code | None = Field(
        default=None, description="The standing reading of the same patient and metric that took its place."
    )


class ReadingIssueRead(Versioned):
    """``raw`` is the item as it was sent; ``code`` and ``detail`` say why it was not stored."""

    patient_id: UUID | None
    outcome: ItemOutcome
    code: str
    detail: str
    metric: str | None
    source: str | None
    raw: JsonValue
    received_at: datetime
    state: IssueState
    note: str | None
    reading_id: str | None
    settled_by: str | None
    settled_at: datetime | None
    acts: list[AllowedAct]
