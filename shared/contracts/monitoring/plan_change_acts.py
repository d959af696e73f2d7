"""What is done with a change of the list of medicines."""

from pydantic import Field

from shared.contracts.base import In, Instant, LongText, Name, Text
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.medicines import Dose


class ProposeDraft(In):
    """A draft goes to the prescriber."""

    model_config = example({"note": "Labs are in"})

    note: Text | None = None


class WithdrawProposal(In):
    """The proposer takes it back."""

    model_config = example({"reason": "Glucose is back in goal"})

    reason: Text


class ApproveProposal(In):
    """A prescriber approves, or approves another dose. The clock of the request is the date of the decision."""

    model_config = example({"dose": 30, "note": "30 first, then we speak again"})

    dose: Dose | None = Field(default=None, description="Another dose than was proposed.")
    note: Text | None = None
    decided_at: Instant | None = Field(default=None, description="Not earlier than now: decisions are not back-dated.")


class RejectProposal(In):
    """A prescriber says no, and why."""

    model_config = example({"reason": "See the patient first"})

    reason: Text
    decided_at: Instant | None = None


class RecordVerbalOrder(In):
    """What a prescriber ordered on the phone, written down and read back; they sign within ``sign_within_hours``."""

    model_config = example({"prescriber": "dev.prescriber", "read_back": True, "sign_within_hours": 24})

    prescriber: Name = Field(description="The subject of their token.")
    read_back: bool
    dose: Dose | None = Field(default=None, description="Another dose than was proposed.")
    note: Text | None = None
    sign_within_hours: int = Field(default=24, ge=24, le=48)


class SignChange(In):
    """A prescriber signs: a verbal order, or a nurse's step (co-signature)."""

    model_config = example({"note": "Agreed"})

    note: Text | None = None


class OrderProposal(In):
    """The approved change is ordered as it was approved."""

    model_config = example({"note": "Sent to the pharmacy"})

    note: Text | None = None


class TeachBack(In):
    """The patient was told and said it back. The dose holds from ``starts_at``, now by default."""

    model_config = example(
        {"said_back": "Takes 26 units at night from today, knows what to do below 70", "understood": True}
    )

    said_back: LongText
    understood: bool
    starts_at: Instant | None = None


class NoteOnChange(In):
    """What was found afterwards, or why it ends."""

    model_config = example({"note": "Fasting 118, no lows, no side effects"})

    note: LongText
