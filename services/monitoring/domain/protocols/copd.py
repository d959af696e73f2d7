"""COPD (clinical §1.5): scores, oxygen, temperature, symptoms of an exacerbation."""

from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES
from services.monitoring.domain.protocols.words import above, at_least, below
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity, Symptom

_DEFAULT = "Project default (clinical §1.5)"
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
_ON_OXYGEN = frozenset({"on-oxygen", "home-oxygen"})

_RULES = (
    Threshold(
        key="SPO2-LOW",
        title="Very low oxygen saturation",
        metrics=(Metric.SPO2,),
        grades=(below("below 85", bound("oxygen.critical", "85 %"), Severity.CRITICAL),),
        exit=bound("oxygen.low", "88 %"),
        source=_DEFAULT,
        opens_need=_FOLLOW_UP,
        asks="Call now; 911 when drowsy, confused or blue. A good value never reassures by itself.",
    ),
    Threshold(
        key="SPO2-OVER",
        title="Too much oxygen",
        metrics=(Metric.SPO2,),
        grades=(above("above 92", bound("oxygen.over", "92 %"), Severity.LOW),),
        only=_ON_OXYGEN,
        source="Target of 88–92 % on oxygen (clinical §1.5, S32); severity project default",
        asks="Check the flow against the prescription; ask for morning headache and drowsiness.",
    ),
    Threshold(
        key="TEMP",
        title="Fever",
        metrics=(Metric.TEMPERATURE,),
        grades=(at_least("38.0", bound("temperature.fever", "38.0 Cel", "100.4 [degF]"), Severity.MODERATE),),
        source=_DEFAULT,
        asks="Ask for sputum, breathlessness and chest pain.",
    ),
    Threshold(
        key="CAT",
        title="COPD Assessment Test",
        metrics=(Metric.CAT,),
        grades=(at_least("10 or more", bound("cat.symptomatic", "10 {score}"), Severity.INFO),),
        source="CAT of 10 or more (clinical §1.5, S30)",
    ),
    Reported(
        key="SYM-RED",
        title="Red-zone symptoms",
        metrics=(Metric.SYMPTOMS, Metric.SPO2),
        symptoms=frozenset({Symptom.CYANOSIS, Symptom.DYSPNOEA_AT_REST, Symptom.CONFUSION, Symptom.CHEST_PAIN}),
        level=Severity.CRITICAL,
        source=_DEFAULT,
        opens_need=_FOLLOW_UP,
        asks="911 when it is there now.",
    ),
)

COPD = Protocol(
    key=ProtocolKey.COPD,
    version="1.0.0",
    title="COPD",
    metrics=(
        Metric.SPO2,
        Metric.TEMPERATURE,
        Metric.RESP_RATE,
        Metric.CAT,
        Metric.MMRC,
        Metric.RELIEVER_USE,
        Metric.OXYGEN_FLOW,
        Metric.FEV1,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
    ),
    rules=(*_RULES, *MOOD_RULES, *REPORTED_RULES),
    goals=(
        Goal(Metric.CAT, "{score}", None, Decimal(10)),
        Goal(Metric.MMRC, "{score}", None, Decimal(1)),
        Goal(Metric.SPO2, "%", Decimal(88), Decimal(92), "on oxygen; otherwise the patient's baseline"),
    ),
    exclusions=populations.COPD,
    cadence=BY_TIER,
)
