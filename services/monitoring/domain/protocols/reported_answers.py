"""Rules over what check-ins ask whatever the condition (clinical §1.12, first row), and over distress (§1.2)."""

from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocols.words import at_least
from services.monitoring.domain.rules import Rule
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

_ALL = "Clinical §1.12, all protocols"
_DDS = "Diabetes Distress Scale (clinical §1.2, S13, S14); severity project default"


REPORTED_RULES: tuple[Rule, ...] = (
    Reported(
        key="HOSPITAL",
        title="Emergency department or hospital since the last contact",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.ED_VISIT, Symptom.ADMISSION}),
        level=Severity.HIGH,
        source=_ALL,
        opens_need=NeedKind.HOSPITAL_VISIT,
        asks="Start the transition pathway: record the stay, discharge papers, medicines, a visit.",
    ),
    Reported(
        key="ADHERENCE",
        title="Two or more doses missed in 7 days",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.MISSED_DOSES}),
        level=Severity.MODERATE,
        source=f"{_ALL}; severity project default",
        opens_need=NeedKind.ADHERENCE,
        need_from=Severity.MODERATE,
        asks="Ask why: cost, side effects, forgetting, doubts.",
    ),
    Reported(
        key="FALL",
        title="A fall",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.FALL}),
        level=Severity.MODERATE,
        source=f"{_ALL}; severity project default",
        asks="Ask about injury, dizziness and new medicines.",
    ),
)

NSAID_RULES: tuple[Rule, ...] = (
    Reported(
        key="NSAID",
        title="Takes an NSAID",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.NSAID}),
        level=Severity.MODERATE,
        source="NSAID in heart failure or kidney disease (clinical §1.12)",
        asks="Which, how often, for what? Paracetamol instead; tell the prescriber; pressure, weight, potassium.",
    ),
)
"""For heart failure and kidney disease only."""

DISTRESS_METRICS = (Metric.DDS2, Metric.DDS17)
DISTRESS_RULES: tuple[Rule, ...] = (
    Threshold(
        key="DDS-2",
        title="Screen for diabetes distress positive",
        metrics=(Metric.DDS2,),
        grades=(at_least("3 or more", bound("dds2.positive", "3 {score}"), Severity.MODERATE),),
        source=_DDS,
        opens_need=NeedKind.BEHAVIOURAL,
        need_from=Severity.MODERATE,
        asks="Give the DDS-17 in the same contact.",
    ),
    Threshold(
        key="DDS-17",
        title="Diabetes distress",
        metrics=(Metric.DDS17,),
        grades=(
            at_least("moderate", bound("dds17.moderate", "2 {score}"), Severity.LOW),
            at_least("high", bound("dds17.high", "3 {score}"), Severity.MODERATE),
        ),
        source=_DDS,
        opens_need=NeedKind.BEHAVIOURAL,
        need_from=Severity.MODERATE,
        asks="Look at the subscales: emotional, physician, regimen, interpersonal.",
    ),
)
