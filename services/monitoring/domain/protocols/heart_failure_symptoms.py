"""What is reported in heart failure (clinical §1.3, §1.12): zones, shocks of a defibrillator, NYHA class."""

from datetime import timedelta

from services.monitoring.domain.bounds import bound
from services.monitoring.domain.changes import Change
from services.monitoring.domain.clusters import ReportedAgain
from services.monitoring.domain.protocols.heart_failure_weight import PILLOWS
from services.monitoring.domain.protocols.words import at_least
from services.monitoring.domain.spans import Span
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, Severity, Symptom

_DAY = timedelta(days=1)
_PRESSURES = (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC)
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP

SYMPTOM_RULES = (
    Reported(
        key="SYM-RED",
        title="Red-zone symptoms",
        metrics=(Metric.SYMPTOMS, Metric.BODY_WEIGHT, *_PRESSURES, Metric.HEART_RATE, Metric.SPO2),
        symptoms=frozenset(
            {
                Symptom.DYSPNOEA_AT_REST,
                Symptom.CHEST_PAIN,
                Symptom.SYNCOPE,
                Symptom.CONFUSION,
                Symptom.CANNOT_LIE_FLAT,
            }
        ),
        level=Severity.CRITICAL,
        source="Health-system zone sheets (clinical §1.3, S16)",
        opens_need=_FOLLOW_UP,
        asks="911 when it is there now.",
    ),
    Reported(
        key="SYM-YELLOW",
        title="Yellow-zone symptoms",
        metrics=(Metric.SYMPTOMS, Metric.BODY_WEIGHT, *_PRESSURES, Metric.HEART_RATE, Metric.SPO2),
        symptoms=frozenset(
            {
                Symptom.DYSPNOEA_ON_EXERTION,
                *PILLOWS,
                Symptom.SWELLING,
                Symptom.DRY_COUGH,
                Symptom.FATIGUE,
            }
        ),
        level=Severity.MODERATE,
        source="Health-system zone sheets (clinical §1.3, S16); more pillows or waking breathless §1.12",
        asks="Contact the same day: is it new, is it worse, the weight, the doses taken.",
    ),
    Reported(
        key="ICD-SHOCK",
        title="Shock from the defibrillator",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.ICD_SHOCK}),
        level=Severity.HIGH,
        source="Project default (clinical §1.12)",
        opens_need=_FOLLOW_UP,
        asks="How is the patient now? Device clinic today.",
    ),
    Reported(
        key="ICD-SHOCKS",
        title="Two or more shocks within a day",
        metrics=(Metric.SYMPTOMS,),
        symptoms=frozenset({Symptom.ICD_SHOCKS}),
        level=Severity.CRITICAL,
        source="Project default (clinical §1.12)",
        opens_need=_FOLLOW_UP,
        asks="911.",
    ),
    ReportedAgain(
        key="ICD-SHOCK-AGAIN",
        title="A second shock reported within a day",
        symptoms=frozenset({Symptom.ICD_SHOCK}),
        within=_DAY,
        level=Severity.CRITICAL,
        source="Project default (clinical §1.12)",
        opens_need=_FOLLOW_UP,
        asks="911.",
    ),
    Change(
        key="NYHA-RISE",
        title="NYHA class worse than last time",
        metrics=(Metric.NYHA,),
        grades=(at_least("one class", bound("nyha.rise", "1 {rank}"), Severity.MODERATE),),
        span=Span(timedelta(days=400)),
        source="Project default (clinical §1.3)",
    ),
    Threshold(
        key="NYHA-IV",
        title="NYHA class IV",
        metrics=(Metric.NYHA,),
        grades=(at_least("class IV", bound("nyha.four", "4 {rank}"), Severity.HIGH),),
        source="Project default (clinical §1.3)",
        opens_need=_FOLLOW_UP,
    ),
)
