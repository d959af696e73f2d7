"""COPD (clinical §1.5): oxygen, exacerbations, scores, rescue use. Targets with the patient's own baseline."""

from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.changes import Change
from services.monitoring.domain.escalation import LADDER
from services.monitoring.domain.forms import of_protocol
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.copd_oxygen import OXYGEN_RULES
from services.monitoring.domain.protocols.copd_symptoms import SYMPTOM_RULES
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES
from services.monitoring.domain.protocols.words import at_least
from services.monitoring.domain.scores import WorseClass
from services.monitoring.domain.spans import Span
from services.monitoring.domain.thresholds import Threshold
from shared.vocabulary import Metric, ProtocolKey, Severity

_CUT = "CAT of 10 or more (clinical §1.5, S30)"
_LAST_TIME = Span(timedelta(days=400))

_SCORE_RULES = (
    Threshold(
        key="CAT-10",
        title="Symptoms by the COPD Assessment Test",
        metrics=(Metric.CAT,),
        grades=(at_least("10 or more", bound("cat.symptomatic", "10 {score}"), Severity.INFO),),
        source=_CUT,
    ),
    Change(
        key="CAT-RISE",
        title="COPD Assessment Test higher by 2",
        metrics=(Metric.CAT,),
        grades=(at_least("2 points", bound("cat.rise", "2 {score}"), Severity.LOW),),
        span=_LAST_TIME,
        source="A change of 2 matters (clinical §1.5); severity project default",
        asks="What is worse: cough, phlegm, breath, sleep, energy? Screen for an exacerbation.",
    ),
    WorseClass(
        key="CAT-WORSE",
        title="Impact of COPD in a worse class than last time",
        metrics=(Metric.CAT,),
        cuts=(Decimal(10), Decimal(21), Decimal(31)),
        classes=("low", "medium", "high", "very high"),
        higher_is_worse=True,
        level=Severity.MODERATE,
        source="CAT bands below 10, 10–20, 21–30, above 30 (clinical §1.5, from memory); severity project default",
        asks="Go through treatment, rehabilitation, mood; tell the prescriber.",
    ),
    Threshold(
        key="MMRC-2",
        title="More breathless by mMRC",
        metrics=(Metric.MMRC,),
        grades=(at_least("2 or more", bound("mmrc.breathless", "2 {score}"), Severity.INFO),),
        source="mMRC of 2 or more (clinical §1.5, S25)",
    ),
    Change(
        key="MMRC-RISE",
        title="Breathlessness a grade worse than last time",
        metrics=(Metric.MMRC,),
        grades=(at_least("one grade", bound("mmrc.rise", "1 {score}"), Severity.MODERATE),),
        span=_LAST_TIME,
        source="Project default, as a rise of NYHA class (clinical §1.3, §1.5)",
        asks="Since when, heart or lungs, rehabilitation attended?",
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
        Metric.EXACERBATIONS,
        Metric.EXACERBATION_ADMISSIONS,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
    ),
    rules=(*OXYGEN_RULES, *SYMPTOM_RULES, *_SCORE_RULES, *MOOD_RULES, *REPORTED_RULES),
    goals=(
        Goal(Metric.CAT, "{score}", None, Decimal(10), "below"),
        Goal(Metric.MMRC, "{score}", None, Decimal(1)),
        Goal(Metric.SPO2, "%", Decimal(88), Decimal(92), "on oxygen; otherwise the patient's baseline"),
    ),
    exclusions=populations.COPD,
    cadence=BY_TIER,
    forms=of_protocol(ProtocolKey.COPD),
    expects=BY_PROTOCOL[ProtocolKey.COPD],
    ladder=LADDER,
)
