"""What a prescriber or a nurse is told of a change of medicines."""

from datetime import datetime
from uuid import UUID

from shared.contracts.base import In, LongText, Out, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import NoticeKind


class SbarRead(Out):
    """The note the system wrote from what is stored; it judges nothing itself, and quotes what a nurse noted."""

    situation: str
    background: str
    assessment: str
    request: str


class NoticeRead(Versioned):
    """One thing one person is told. ``reason_code`` names the rule behind it, ``answer_by`` until when it is answered.

    ``told`` is the subject of a token, or the name by which the record knows a prescriber. The clock of an escalation
    stops at the answer, not when it was sent.
    """

    patient_id: UUID
    plan_change_id: UUID
    kind: NoticeKind
    reason_code: str
    told: str
    text: str
    sbar: SbarRead | None
    at: datetime
    answer_by: datetime | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    answer: str | None


class AcknowledgeNotice(In):
    """Somebody has read it, and says what is done."""

    model_config = example({"answer": "Back to 24 units tonight; I call the patient"})

    answer: LongText
