"""Asking monitoring to follow a patient."""

from pydantic import Field

from shared.contracts.base import Code, In, Text
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.consents import CONSENT, GiveConsent
from shared.contracts.monitoring.enrollments import Baseline
from shared.vocabulary import ProtocolKey, RiskTier


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
