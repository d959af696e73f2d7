"""Asking monitoring to follow a patient."""

from pydantic import Field

from shared.contracts.base import Code, In, Text
from shared.contracts.coordination.examples import example
from shared.contracts.monitoring.enrollments import Baseline
from shared.vocabulary import ProtocolKey, RiskTier


class EnrollPatient(In):
    """Ask for remote monitoring by a protocol.

    ``circumstances`` are what may exclude a patient, such as pregnancy or dialysis; monitoring decides.
    """

    model_config = example({"protocol": "heart-failure", "reason": "Discharged with heart failure"})

    protocol: ProtocolKey
    reason: Text = "Asked for by coordination"
    tier: RiskTier = RiskTier.HIGH
    case_manager: Text | None = None
    baselines: list[Baseline] = Field(default_factory=list, max_length=20)
    circumstances: list[Code] = Field(default_factory=list, max_length=20)
