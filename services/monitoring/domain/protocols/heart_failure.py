"""Heart failure (clinical §1.3): weight, pressures, rate, oxygen, symptoms, potassium and creatinine."""

from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.bounds import Grade, Side, bound
from services.monitoring.domain.changes import Change
from services.monitoring.domain.escalation import LADDER
from services.monitoring.domain.forms import of_protocol
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.protocols.heart_failure_pressure import PRESSURE_RULES
from services.monitoring.domain.protocols.heart_failure_symptoms import SYMPTOM_RULES
from services.monitoring.domain.protocols.heart_failure_weight import VITALS, WEIGHT_RULES
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import NSAID_RULES, REPORTED_RULES
from services.monitoring.domain.protocols.words import above, at_least, below
from services.monitoring.domain.repeats import Repeat
from services.monitoring.domain.spans import Span
from services.monitoring.domain.thresholds import Threshold
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity

_DAY = timedelta(days=1)
_PRESSURES = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP


_NOT_AT_REST = frozenset({"exercise"})
_COPD_TARGET = frozenset({"copd-oxygen-target"})
_VITAL_RULES = (
    Threshold(
        key="HR-HIGH",
        title="Fast heart rate at rest",
        metrics=(Metric.HEART_RATE,),
        grades=(above("above 120", bound("rate.high", "120 /min"), Severity.HIGH),),
        exit=bound("rate.high-exit", "100 /min"),
        unless=_NOT_AT_REST,
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
    Threshold(
        key="HR-LOW",
        title="Slow heart rate at rest",
        metrics=(Metric.HEART_RATE,),
        grades=(below("below 45", bound("rate.low", "45 /min"), Severity.HIGH),),
        exit=bound("rate.low-exit", "50 /min"),
        unless=_NOT_AT_REST,
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
    Repeat(
        key="HR-SUSTAINED",
        title="Heart rate of 100 or more for a day",
        metrics=(Metric.HEART_RATE,),
        grades=(at_least("100 for 24 h", bound("rate.sustained", "100 /min"), Severity.MODERATE),),
        apart=_DAY,
        within=timedelta(hours=48),
        unless=_NOT_AT_REST,
        source=VITALS,
    ),
    Threshold(
        key="SPO2-LOW",
        title="Low oxygen saturation",
        metrics=(Metric.SPO2,),
        grades=(
            below("below 92", bound("oxygen.low", "92 %"), Severity.MODERATE),
            below("below 90", bound("oxygen.very-low", "90 %"), Severity.HIGH),
            below("below 88", bound("oxygen.critical", "88 %"), Severity.CRITICAL),
        ),
        unless=_COPD_TARGET,
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
    Threshold(
        key="SPO2-LOW-COPD",
        title="Low oxygen saturation, target 88–92 %",
        metrics=(Metric.SPO2,),
        grades=(
            below("below 88", bound("oxygen.copd-low", "88 %"), Severity.HIGH),
            below("below 85", bound("oxygen.copd-critical", "85 %"), Severity.CRITICAL),
        ),
        only=_COPD_TARGET,
        source="Project default on the BTS target (clinical §1.5, S32)",
        opens_need=_FOLLOW_UP,
    ),
    Threshold(
        key="RR-HIGH",
        title="Fast breathing",
        metrics=(Metric.RESP_RATE,),
        grades=(
            above("above 24", bound("breathing.high", "24 /min"), Severity.MODERATE),
            above("above 30", bound("breathing.critical", "30 /min"), Severity.CRITICAL),
        ),
        exit=bound("breathing.exit", "20 /min"),
        source=VITALS,
        opens_need=_FOLLOW_UP,
    ),
)

_LAB_RULES = (
    Threshold(
        key="K-HIGH",
        title="High potassium",
        metrics=(Metric.POTASSIUM,),
        grades=(
            at_least("5.5", bound("potassium.high", "5.5 mmol/L"), Severity.HIGH),
            at_least("6.0", bound("potassium.critical", "6.0 mmol/L"), Severity.CRITICAL),
        ),
        source="ACC/AHA MRA tables (clinical §1.3, S18); severity project default",
        opens_need=NeedKind.LABS_K_CREATININE,
    ),
    Threshold(
        key="K-LOW",
        title="Low potassium",
        metrics=(Metric.POTASSIUM,),
        grades=(
            below("below 3.5", bound("potassium.low", "3.5 mmol/L"), Severity.MODERATE),
            below("below 3.0", bound("potassium.very-low", "3.0 mmol/L"), Severity.HIGH),
        ),
        source="Project default (clinical §1.3)",
        opens_need=NeedKind.LABS_K_CREATININE,
    ),
    Change(
        key="CREA-RISE",
        title="Creatinine rise",
        metrics=(Metric.CREATININE,),
        grades=(
            Grade(
                "rise",
                Side.AT_LEAST,
                bound("creatinine.rise", "0.3 mg/dL", "26.5 umol/L"),
                Severity.HIGH,
                percent=Decimal(30),
            ),
        ),
        span=Span(timedelta(days=90), extreme=True),
        source="KDIGO; window and severity project default (clinical §1.3)",
        opens_need=NeedKind.LABS_K_CREATININE,
    ),
)

HEART_FAILURE = Protocol(
    key=ProtocolKey.HEART_FAILURE,
    version="1.0.0",
    title="Heart failure",
    metrics=(
        Metric.BODY_WEIGHT,
        Metric.BP_SYSTOLIC,
        Metric.BP_DIASTOLIC,
        Metric.HEART_RATE,
        Metric.SPO2,
        Metric.RESP_RATE,
        Metric.NYHA,
        Metric.SYMPTOMS,
        Metric.POTASSIUM,
        Metric.CREATININE,
        *MOOD_METRICS,
    ),
    rules=(
        *WEIGHT_RULES,
        *PRESSURE_RULES,
        *_VITAL_RULES,
        *SYMPTOM_RULES,
        *_LAB_RULES,
        *MOOD_RULES,
        *NSAID_RULES,
        *REPORTED_RULES,
    ),
    goals=(
        Goal(Metric.BP_SYSTOLIC, "mm[Hg]", None, Decimal(130), "home average"),
        Goal(Metric.BP_DIASTOLIC, "mm[Hg]", None, Decimal(80), "home average"),
        Goal(Metric.SPO2, "%", Decimal(94), None),
        Goal(Metric.POTASSIUM, "mmol/L", Decimal("4.0"), Decimal("5.0")),
        Goal(Metric.BODY_WEIGHT, "kg", Decimal("-0.9"), Decimal("0.9"), "from the dry weight", from_baseline=True),
    ),
    exclusions=populations.HEART_FAILURE,
    cadence=BY_TIER,
    forms=of_protocol(ProtocolKey.HEART_FAILURE),
    expects=BY_PROTOCOL[ProtocolKey.HEART_FAILURE],
    ladder=LADDER,
)
