"""Consents of an enrolled patient: one per purpose, with who, when and how, given and revoked."""

from datetime import datetime

from pydantic import Field
from pydantic.config import JsonDict

from shared.contracts.base import In, Instant, Name, Out, Text
from shared.contracts.coordination.examples import example
from shared.vocabulary import ConsentMode, ConsentPurpose

CONSENT: JsonDict = {
    "purpose": "monitoring",
    "given_by": "patient",
    "given_at": "2026-09-04T15:00:00-04:00",
    "mode": "verbal",
}


class GiveConsent(In):
    """The patient agrees; ``given_by`` is the patient or who may speak for them, in words."""

    model_config = example({**CONSENT, "purpose": "messages"})

    purpose: ConsentPurpose
    given_by: Name
    given_at: Instant
    mode: ConsentMode


class RevokeConsent(In):
    """The patient no longer agrees. Without ``revoked_at`` it holds from now on."""

    model_config = example(
        {"purpose": "messages", "revoked_by": "patient", "mode": "verbal", "reason": "Prefers to be called"}
    )

    purpose: ConsentPurpose
    revoked_by: Name
    mode: ConsentMode
    reason: Text
    revoked_at: Instant | None = None


class ConsentRevocation(Out):
    """Who took a consent back, when, how and why, and who wrote it down."""

    revoked_by: str
    revoked_at: datetime
    mode: ConsentMode
    reason: str
    recorded_by: str
    recorded_at: datetime


class ConsentRead(Out):
    """One consent; it is in force from ``given_at`` until it is revoked."""

    purpose: ConsentPurpose
    given_by: str
    given_at: datetime
    mode: ConsentMode
    recorded_by: str
    recorded_at: datetime
    revocation: ConsentRevocation | None = Field(description="Null while it is in force.")
