"""Chronic kidney disease (clinical §1.7): potassium by treatment, filtration, albumin, sick days."""

from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES
from services.monitoring.domain.protocols.words import at_least
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity, Symptom

_UKKA = "UKKA 2023 potassium bands (clinical §1.7, from memory)"
_RAASI = frozenset({"raasi"})
_HIGH = bound("potassium.high", "5.5 mmol/L")
_HIGHER = bound("potassium.higher", "6.0 mmol/L")
_CRITICAL = bound("potassium.critical", "6.5 mmol/L")

_RULES = (
    Threshold(
        key="K-HIGH",
        title="High potassium",
        metrics=(Metric.POTASSIUM,),
        grades=(
            at_least("5.5", _HIGH, Severity.MODERATE),
            at_least("6.0", _HIGHER, Severity.HIGH),
            at_least("6.5", _CRITICAL, Severity.CRITICAL),
        ),
        unless=_RAASI,
        source=_UKKA,
        opens_need=NeedKind.LABS_K_CREATININE,
    ),
    Threshold(
        key="K-HIGH-RAASI",
        title="High potassium on an ACE inhibitor, ARB, ARNI or MRA",
        metrics=(Metric.POTASSIUM,),
        grades=(at_least("5.5", _HIGH, Severity.HIGH), at_least("6.5", _CRITICAL, Severity.CRITICAL)),
        only=_RAASI,
        source=_UKKA,
        opens_need=NeedKind.LABS_K_CREATININE,
    ),
    Reported(
        key="SICK-DAY",
        title="Vomiting or diarrhoea on medicines to pause",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.VOMITING, Symptom.VOMITING_LONG, Symptom.DIARRHOEA, Symptom.CANNOT_KEEP_FLUIDS}),
        level=Severity.HIGH,
        only=frozenset({"raasi", "sglt2i", "diuretic"}),
        source="Sick-day prescriber call (clinical §1.7, §1.12); project default",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="Ask the prescriber today which medicines to pause: NSAIDs, metformin, SGLT2 inhibitor, RAASi, diuretic.",
    ),
)

CKD = Protocol(
    key=ProtocolKey.CKD,
    version="1.0.0",
    title="Chronic kidney disease",
    metrics=(
        Metric.EGFR,
        Metric.CREATININE,
        Metric.UACR,
        Metric.POTASSIUM,
        Metric.BP_SYSTOLIC,
        Metric.BP_DIASTOLIC,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
    ),
    rules=(*_RULES, *MOOD_RULES, *REPORTED_RULES),
    goals=(
        Goal(Metric.UACR, "mg/g{creat}", None, Decimal(30), "or a fall of 30 % from the first"),
        Goal(Metric.BP_SYSTOLIC, "mm[Hg]", None, Decimal(130), "home average"),
        Goal(Metric.BP_DIASTOLIC, "mm[Hg]", None, Decimal(80), "home average"),
    ),
    exclusions=populations.CKD,
    cadence=BY_TIER,
)
