"""What patients say to what leaves the house, and for what an organization asks consent."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.base import Code, In, Instant, Name, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import Channel, ConsentMode, SharingPurpose, SharingState, SharingWord


class SayConsent(In):
    """A word of the patient, or of who may speak for them. Nothing recorded is ever changed: taking back is a new word.

    ``recipient`` is a specialist's id for ``referral``, a token's subject for ``exchange``, a channel for ``outreach``;
    without it the word is about everybody.
    """

    model_config = example(
        {"purpose": "outreach", "recipient": "email", "said": "given", "said_by": "patient", "mode": "verbal"}
    )

    purpose: SharingPurpose
    recipient: Code | None = None
    said: SharingWord
    said_by: Name
    mode: ConsentMode
    said_at: Instant | None = Field(default=None, description="When it was said; now when left out.")
    until: Instant | None = Field(default=None, description="When a consent that is given ends.")
    note: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.until is not None and self.said is not SharingWord.GIVEN:
            raise ValueError("only a consent that is given has an end")
        if self.purpose is SharingPurpose.MONITORING and self.recipient is not None:
            raise ValueError("monitoring has no recipients: leave recipient out")
        if self.purpose is SharingPurpose.OUTREACH and self.recipient not in (None, *Channel):
            raise ValueError(f"recipient is a channel here: {', '.join(Channel)}")
        if self.purpose is SharingPurpose.REFERRAL and self.recipient is not None:
            UUID(self.recipient)
        return self


class ConsentWordRead(Out):
    """One word, as it was said and recorded."""

    id: UUID
    patient_id: UUID
    purpose: SharingPurpose
    recipient: str | None
    said: SharingWord
    said_by: str
    mode: ConsentMode
    said_at: datetime
    until: datetime | None
    note: str | None
    recorded_by: str
    recorded_at: datetime


class ConsentStateRead(Out):
    """What holds for a recipient now (null: for everybody not named); ``allowed``: something may go to them."""

    purpose: SharingPurpose
    recipient: str | None
    state: SharingState
    required: bool
    allowed: bool


class ConsentsRead(Out):
    """What holds now, and every word that was recorded, oldest first."""

    patient_id: UUID
    as_of: datetime
    states: list[ConsentStateRead]
    words: list[ConsentWordRead]


class ConsentRules(In):
    """For which purposes nothing may go without a consent that was given. A refusal holds for every purpose."""

    model_config = example({"required": []})

    required: list[SharingPurpose] = Field(max_length=len(SharingPurpose))


class ConsentRulesRead(Versioned):
    """``id`` is the organization's; version 0 while nobody has said anything: then none is required."""

    required: list[SharingPurpose]
