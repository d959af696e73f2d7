"""Chronic kidney disease (clinical §1.7): potassium by treatment, filtration, albumin, sick days."""

from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.bounds import Bound, bound
from services.monitoring.domain.changes import Change
from services.monitoring.domain.escalation import LADDER
from services.monitoring.domain.forms import of_protocol
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.ckd_symptoms import SYMPTOM_RULES
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import NSAID_RULES, REPORTED_RULES
from services.monitoring.domain.protocols.words import above, at_least, below
from services.monitoring.domain.spans import Span
from services.monitoring.domain.thresholds import Reported, Threshold
from services.monitoring.domain.together import Together
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity, Symptom

_UKKA = "UKKA 2023 potassium bands (clinical §1.7, from memory)"
_KDIGO = "KDIGO 2024: evaluate (clinical §1.7, S35)"
_REFERRAL = "Referral triggers (clinical §1.7, from memory); severity project default"
_RAASI = frozenset({"raasi"})
# A filtration that falls when a medicine that changes the flow was just started or raised is judged by 30 %.
_STARTED = frozenset({"haemodynamic-drug-started"})
_HIGH = bound("potassium.high", "5.5 mmol/L")
_HIGHER = bound("potassium.higher", "6.0 mmol/L")
_CRITICAL = bound("potassium.critical", "6.5 mmol/L")
_LABS = NeedKind.KIDNEY_LABS
_EGFR = (Metric.EGFR,)
_LATER_TEST = Span(timedelta(days=550))


def _filtration(key: str, number: str) -> Bound:
    return bound(key, f"{number} mL/min/{{1.73_m2}}")


_POTASSIUM_RULES = (
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
        asks="Haemolysed? Repeat; diet, salt substitute, NSAID; from 6.0 prescriber today, from 6.5 emergency care.",
    ),
    Threshold(
        key="K-HIGH-RAASI",
        title="High potassium on an ACE inhibitor, ARB, ARNI or MRA",
        metrics=(Metric.POTASSIUM,),
        grades=(at_least("5.5", _HIGH, Severity.HIGH), at_least("6.5", _CRITICAL, Severity.CRITICAL)),
        only=_RAASI,
        source=_UKKA,
        opens_need=NeedKind.LABS_K_CREATININE,
        asks="Prescriber today about the dose; repeat; diet, salt substitute, NSAID; from 6.5 emergency care.",
    ),
    Together(
        key="K-WEAK",
        title="High potassium with weakness or palpitations",
        metrics=(Metric.POTASSIUM, Metric.SYMPTOMS),
        parts=(
            Threshold(
                key="potassium-6",
                title="Potassium of 6.0 and more",
                metrics=(Metric.POTASSIUM,),
                grades=(at_least("6.0", _HIGHER, Severity.HIGH),),
                source=_UKKA,
            ),
            Reported(
                key="weak",
                title="Weakness or palpitations",
                metrics=(Metric.SYMPTOMS, Metric.POTASSIUM),
                symptoms=frozenset({Symptom.MUSCLE_WEAKNESS, Symptom.WEAKNESS, Symptom.PALPITATIONS, Symptom.SYNCOPE}),
                level=Severity.MODERATE,
                source=_UKKA,
            ),
        ),
        within=timedelta(hours=48),
        level=Severity.CRITICAL,
        source="Clinical §1.7, §1.12; window of 48 h project default",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="Emergency care now: an ECG is needed.",
    ),
)
_FILTRATION_RULES = (
    Change(
        key="EGFR-FALL",
        title="Filtration fallen by more than 20 %",
        metrics=_EGFR,
        grades=(above("more than 20 %", bound("egfr.fall", "20 %"), Severity.MODERATE),),
        span=_LATER_TEST,
        rising=False,
        relative=True,
        unless=_STARTED,
        source=f"{_KDIGO}; severity and tests up to 18 months apart project default",
        opens_need=_LABS,
        need_from=Severity.MODERATE,
        asks="Repeat; volume, NSAID, contrast, obstruction, new medicines.",
    ),
    Change(
        key="EGFR-RISE",
        title="Filtration risen by more than 20 %",
        metrics=_EGFR,
        grades=(above("more than 20 %", bound("egfr.rise", "20 %"), Severity.LOW),),
        span=_LATER_TEST,
        relative=True,
        source=f"{_KDIGO}: a change; severity project default",
        asks="Same laboratory, same method? Muscle loss?",
    ),
    Change(
        key="EGFR-FALL-DRUG",
        title="Filtration fallen by more than 30 % after a medicine that changes its flow",
        metrics=_EGFR,
        grades=(above("more than 30 %", bound("egfr.fall-drug", "30 %"), Severity.HIGH),),
        span=_LATER_TEST,
        rising=False,
        relative=True,
        only=_STARTED,
        source=f"{_KDIGO}; severity project default",
        opens_need=_LABS,
        asks="Prescriber today about the medicine; volume; renal artery stenosis?",
    ),
    Change(
        key="EGFR-YEAR",
        title="Filtration falling by more than 5 a year",
        metrics=_EGFR,
        grades=(above("more than 5", _filtration("egfr.year", "5"), Severity.MODERATE),),
        span=Span(timedelta(days=425), nearest=timedelta(days=305)),
        rising=False,
        source=f"{_REFERRAL}; against a test of 10–14 months before, project default",
        opens_need=_LABS,
        need_from=Severity.MODERATE,
        asks="Refer to nephrology.",
    ),
    Threshold(
        key="EGFR-30",
        title="Filtration below 30",
        metrics=_EGFR,
        grades=(
            below("below 30", _filtration("egfr.referral", "30"), Severity.LOW),
            below("below 15", _filtration("egfr.failure", "15"), Severity.MODERATE),
        ),
        source=_REFERRAL,
        asks="Is nephrology following? Doses for this filtration; no NSAIDs; metformin stops.",
    ),
)
_ALBUMIN_RULES = (
    Change(
        key="ACR-DOUBLE",
        title="Albumin doubled",
        metrics=(Metric.UACR,),
        grades=(at_least("doubled", bound("acr.rise", "100 %"), Severity.MODERATE),),
        span=_LATER_TEST,
        relative=True,
        source=f"{_KDIGO}; severity and tests up to 18 months apart project default",
        opens_need=_LABS,
        need_from=Severity.MODERATE,
        asks="Repeat in a morning sample; infection, exercise, fever?",
    ),
    Threshold(
        key="ACR-300",
        title="Severely raised albumin",
        metrics=(Metric.UACR,),
        grades=(at_least("A3", bound("acr.severe", "300 mg/g{creat}", "30 mg/mmol{creat}"), Severity.LOW),),
        source=f"{_REFERRAL}; 30 mg/mmol is the published pair of 300 mg/g",
        asks="Is nephrology following? RAASi and SGLT2 inhibitor at the tolerated dose?",
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
        Metric.HAEMOGLOBIN,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
    ),
    rules=(
        *_POTASSIUM_RULES,
        *_FILTRATION_RULES,
        *_ALBUMIN_RULES,
        *SYMPTOM_RULES,
        *MOOD_RULES,
        *NSAID_RULES,
        *REPORTED_RULES,
    ),
    goals=(
        Goal(Metric.UACR, "mg/g{creat}", None, Decimal(30), "below, or a fall of 30 % from the first"),
        Goal(Metric.POTASSIUM, "mmol/L", None, Decimal("5.5"), "below the alert bands"),
        Goal(Metric.BP_SYSTOLIC, "mm[Hg]", None, Decimal(130), "home average"),
        Goal(Metric.BP_DIASTOLIC, "mm[Hg]", None, Decimal(80), "home average"),
    ),
    exclusions=populations.CKD,
    cadence=BY_TIER,
    forms=of_protocol(ProtocolKey.CKD),
    expects=BY_PROTOCOL[ProtocolKey.CKD],
    ladder=LADDER,
)
