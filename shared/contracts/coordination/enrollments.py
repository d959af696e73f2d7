"""Asking monitoring to follow a patient, and what it says of those it follows."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Code, In, Instant, Message, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.consents import CONSENT, GiveConsent
from shared.contracts.monitoring.enrollments import Baseline
from shared.vocabulary import EnrollmentState, ProtocolKey, RiskTier


class EnrollPatient(In):
    """Ask for remote monitoring by a protocol.

    ``circumstances`` are what may exclude a patient, such as pregnancy or dialysis; monitoring decides. Without the
    patient's consent to monitoring among ``consents`` the enrollment starts as referred: it is activated in monitoring
    once the patient agreed.
    """

    model_config = example(
        {"protocol": "heart-failure", "reason": "Discharged with heart failure", "consents": [CONSENT]}
    )

    protocol: ProtocolKey
    reason: Text = "Asked for by coordination"
    tier: RiskTier = RiskTier.HIGH
    case_manager: Text | None = None
    baselines: list[Baseline] = Field(default_factory=list, max_length=20)
    consents: list[GiveConsent] = Field(default_factory=list, max_length=4)
    circumstances: list[Code] = Field(default_factory=list, max_length=20)


class PutEnrollment(In):
    """How a patient is followed in monitoring, as of its ``version``; an older one changes nothing."""

    model_config = example(
        {
            "patient_id": "00000000-0000-4000-8000-000000000001",
            "version": 3,
            "protocol": "heart-failure",
            "protocol_version": "1.0.0",
            "state": "active",
            "tier": "high",
            "tier_reason": "a critical alert in 14 days",
            "changed_at": "2026-09-09T15:00:00Z",
        }
    )

    enrollment_id: UUID | None = Field(default=None, description="When given, the one in the address.")
    patient_id: UUID
    request_id: UUID | None = None
    version: int
    protocol: Code
    protocol_version: Code
    state: EnrollmentState
    tier: RiskTier
    tier_reason: Text
    case_manager: Text | None = None
    changed_at: Instant


class EnrollmentChanged(PutEnrollment, Message):
    """An enrollment of a patient whom coordination knows began, moved, or changed its tier."""

    kind: ClassVar[str] = "EnrollmentChanged"


class FollowedRead(Versioned):
    """How a patient is followed in monitoring, as last heard; ``version`` is monitoring's."""

    patient_id: UUID
    request_id: UUID | None
    protocol: str
    protocol_version: str
    state: EnrollmentState
    tier: RiskTier
    tier_reason: str
    case_manager: str | None
    changed_at: datetime
