"""Asthma (clinical §1.4): symptoms, control scores, use of the reliever."""

from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES
from services.monitoring.domain.protocols.words import at_least, at_most
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity, Symptom

_PLAN = "Asthma action plans: ALA, Mayo, NHLBI (clinical §1.4, S26)"
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
_WITH_SYMPTOMS = (Metric.PEF, Metric.SYMPTOMS)

_SYMPTOM_RULES = (
    Reported(
        key="SYM-YELLOW",
        title="Yellow-zone symptoms",
        metrics=_WITH_SYMPTOMS,
        symptoms=frozenset(
            {
                Symptom.COUGH,
                Symptom.WHEEZE,
                Symptom.CHEST_TIGHTNESS,
                Symptom.NIGHT_WAKING,
                Symptom.LIMITED_ACTIVITY,
            }
        ),
        level=Severity.MODERATE,
        source=_PLAN,
        asks="Yellow steps of the written plan; measure again; check technique and doses.",
    ),
    Reported(
        key="SYM-RED",
        title="Red-zone symptoms",
        metrics=_WITH_SYMPTOMS,
        symptoms=frozenset(
            {
                Symptom.HARD_TO_TALK,
                Symptom.HARD_TO_WALK,
                Symptom.RELIEVER_NOT_HELPING,
                Symptom.CYANOSIS,
                Symptom.RELIEVER_UNDER_4H,
                Symptom.DYSPNOEA_AT_REST,
            }
        ),
        level=Severity.CRITICAL,
        source=f"{_PLAN}; reliever within every 4 h from memory",
        opens_need=_FOLLOW_UP,
        asks="Reliever per plan now; 911 if no better in 15 min.",
    ),
    Reported(
        key="EXAC",
        title="Exacerbation: steroid course, emergency visit or admission",
        metrics=_WITH_SYMPTOMS,
        symptoms=frozenset({Symptom.STEROID_COURSE, Symptom.ED_VISIT, Symptom.ADMISSION}),
        level=Severity.HIGH,
        source="Clinical §1.4 EXAC",
        opens_need=_FOLLOW_UP,
        asks="Review within 1 week (adults 2–7 days, children 1–2 working days).",
    ),
)
_SCORE_RULES = (
    Threshold(
        key="ACT",
        title="Asthma Control Test",
        metrics=(Metric.ACT,),
        grades=(
            at_most("not well controlled", bound("act.not-well", "19 {score}"), Severity.LOW),
            at_most("very poorly controlled", bound("act.very-poor", "15 {score}"), Severity.MODERATE),
        ),
        source="ACT bands 20–25, 16–19, 15 and less (clinical §1.4, S27); severity project default",
        asks="Technique, adherence, triggers; tell the prescriber at 15 or less.",
    ),
    Threshold(
        key="C-ACT",
        title="Childhood Asthma Control Test",
        metrics=(Metric.C_ACT,),
        grades=(at_most("uncontrolled", bound("c-act.uncontrolled", "19 {score}"), Severity.MODERATE),),
        source="C-ACT of 19 or less is uncontrolled (clinical §1.4, S27); severity project default",
        asks="Technique, adherence, triggers with the carer; tell the prescriber.",
    ),
    Threshold(
        key="GINA-4",
        title="Symptom control by four questions",
        metrics=(Metric.GINA4,),
        grades=(
            at_least("partly controlled", bound("gina.partly", "1 {score}"), Severity.LOW),
            at_least("uncontrolled", bound("gina.uncontrolled", "3 {score}"), Severity.MODERATE),
        ),
        source="GINA: 1–2 partly, 3–4 uncontrolled (clinical §1.4, §1.12, from memory); severity project default",
    ),
    Threshold(
        key="SABA-CANISTERS",
        title="Reliever canisters in a year",
        metrics=(Metric.RELIEVER_CANISTERS,),
        grades=(
            at_least("risk of exacerbation", bound("reliever.canisters", "3 {count}"), Severity.MODERATE),
            at_least("risk of death", bound("reliever.canisters-many", "12 {count}"), Severity.HIGH),
        ),
        source="GINA: 3 and 12 canisters of 200 doses in 12 months (clinical §1.4, from memory)",
        opens_need=_FOLLOW_UP,
    ),
)

ASTHMA = Protocol(
    key=ProtocolKey.ASTHMA,
    version="1.0.0",
    title="Asthma",
    metrics=(
        Metric.PEF,
        Metric.ACT,
        Metric.C_ACT,
        Metric.GINA4,
        Metric.RELIEVER_USE,
        Metric.RELIEVER_CANISTERS,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
    ),
    rules=(*_SYMPTOM_RULES, *_SCORE_RULES, *MOOD_RULES, *(rule for rule in REPORTED_RULES if rule.key != "HOSPITAL")),
    goals=(Goal(Metric.ACT, "{score}", Decimal(20), None), Goal(Metric.C_ACT, "{score}", Decimal(20), None)),
    exclusions=populations.ASTHMA,
    cadence=BY_TIER,
)
