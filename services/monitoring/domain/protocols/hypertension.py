"""Hypertension (clinical §1.6): severe with and without signs, low, symptoms."""

from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.heart_failure_pressure import PRESSURE_RULES
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES
from services.monitoring.domain.thresholds import Reported
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity, Symptom

_PRESSURES = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)
_RULES = (
    Reported(
        key="ANGIO-OEDEMA",
        title="Swelling of lips, tongue or face",
        metrics=(Metric.SYMPTOMS, *_PRESSURES),
        symptoms=frozenset({Symptom.ANGIO_OEDEMA}),
        level=Severity.CRITICAL,
        source="Angio-oedema is critical (clinical §1.12); project default",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="911; stop the ACE inhibitor or ARNI until a prescriber has spoken.",
    ),
)

HYPERTENSION = Protocol(
    key=ProtocolKey.HYPERTENSION,
    version="1.0.0",
    title="Hypertension",
    metrics=(
        *_PRESSURES,
        Metric.BP_AVERAGE_SYSTOLIC,
        Metric.BP_AVERAGE_DIASTOLIC,
        Metric.HEART_RATE,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
    ),
    rules=(*(rule for rule in PRESSURE_RULES if rule.key != "SBP-HIGH"), *_RULES, *MOOD_RULES, *REPORTED_RULES),
    goals=(
        Goal(Metric.BP_SYSTOLIC, "mm[Hg]", None, Decimal(130), "home average"),
        Goal(Metric.BP_DIASTOLIC, "mm[Hg]", None, Decimal(80), "home average"),
    ),
    exclusions=populations.HYPERTENSION,
    cadence=BY_TIER,
)
