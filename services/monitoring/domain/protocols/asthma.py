"""Asthma (clinical §1.4): zones of the personal best, symptoms, control scores, use of the reliever."""

from datetime import timedelta
from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.against import Against, Way
from services.monitoring.domain.bounds import bound
from services.monitoring.domain.changes import Change
from services.monitoring.domain.days import DayCount, Variation
from services.monitoring.domain.escalation import LADDER
from services.monitoring.domain.exclusions import UNDER_18
from services.monitoring.domain.forms import of_protocol
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES
from services.monitoring.domain.protocols.words import above, at_least, at_most, below
from services.monitoring.domain.repeats import Repeat
from services.monitoring.domain.scores import WorseClass
from services.monitoring.domain.spans import Span
from services.monitoring.domain.thresholds import Reported, Threshold
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity, Symptom

_PLAN = "Asthma action plans: ALA, Mayo, NHLBI (clinical §1.4, S26)"
_FOLLOW_UP = NeedKind.ALERT_FOLLOW_UP
_WITH_SYMPTOMS = (Metric.PEF, Metric.SYMPTOMS)

_DAY = timedelta(days=1)
_BEST = Against(Metric.PEF_BEST, Way.PERCENT, unit="%")
_GREEN = bound("pef.green", "80 %")
_CHILD = frozenset({UNDER_18})
_GINA = "GINA (clinical §1.4, from memory)"

# Without a personal best on file none of these finds anything: symptoms alone decide, % predicted never does.
_ZONE_RULES = (
    Threshold(
        key="ZONE",
        title="Peak flow below the green zone",
        metrics=(Metric.PEF,),
        grades=(
            below("Z-Y", _GREEN, Severity.MODERATE),
            below("Z-R", bound("pef.red", "50 %"), Severity.CRITICAL),
        ),
        against=_BEST,
        source=_PLAN,
        opens_need=_FOLLOW_UP,
        asks="Yellow: steps of the plan, again in 1 h. Red: reliever now, 911 if no better in 15 min.",
    ),
    Repeat(
        key="Z-Y24",
        title="Still below the green zone after 24 h",
        metrics=(Metric.PEF,),
        grades=(below("still yellow", _GREEN, Severity.HIGH),),
        against=_BEST,
        apart=_DAY,
        within=timedelta(hours=72),
        source="NHLBI plan: yellow for 24 h and not better (clinical §1.4, S26); within 72 h project default",
        opens_need=_FOLLOW_UP,
        asks="Prescriber today: the plan has not worked.",
    ),
    Variation(
        key="Z-VAR",
        title="Peak flow varies within the day",
        metrics=(Metric.PEF,),
        grades=(above("above 10 %", bound("pef.variation", "10 %"), Severity.LOW),),
        days=14,
        least=7,
        unless=_CHILD,
        source=f"{_GINA}; seven days with two values at least project default",
        asks="Control is variable: adherence, technique, triggers.",
    ),
    Variation(
        key="Z-VAR-CHILD",
        title="Peak flow varies within the day, child",
        metrics=(Metric.PEF,),
        grades=(above("above 13 %", bound("pef.variation-child", "13 %"), Severity.LOW),),
        days=14,
        least=7,
        only=_CHILD,
        source=f"{_GINA}; seven days with two values at least project default",
        asks="Control is variable: adherence, technique, triggers.",
    ),
)
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
    WorseClass(
        key="ACT-WORSE",
        title="Asthma control in a worse class than last time",
        metrics=(Metric.ACT,),
        cuts=(Decimal(16), Decimal(20)),
        classes=("very poorly controlled", "not well controlled", "well controlled"),
        higher_is_worse=False,
        level=Severity.MODERATE,
        source="ACT bands (clinical §1.4, S27); severity project default",
        asks="What changed since last time: treatment, season, work, adherence.",
    ),
    Change(
        key="ACT-FALL",
        title="Asthma Control Test lower by 3",
        metrics=(Metric.ACT,),
        grades=(at_least("3 points", bound("act.fall", "3 {score}"), Severity.LOW),),
        span=Span(timedelta(days=400)),
        rising=False,
        source="Least important difference of 3 (clinical §1.4, S27); severity project default",
    ),
    Change(
        key="C-ACT-FALL",
        title="Childhood Asthma Control Test lower by 2",
        metrics=(Metric.C_ACT,),
        grades=(at_least("2 points", bound("c-act.fall", "2 {score}"), Severity.LOW),),
        span=Span(timedelta(days=400)),
        rising=False,
        source="Least important difference of 2 (clinical §1.4, S27); severity project default",
    ),
    DayCount(
        key="SABA",
        title="Reliever on more than two days a week",
        metrics=(Metric.RELIEVER_USE,),
        grades=(above("any use", bound("reliever.any", "0 {puff}"), Severity.LOW),),
        times=3,
        days=7,
        source=_GINA,
        asks="Controller taken as prescribed? Technique, spacer, triggers.",
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
    rules=(
        *_ZONE_RULES,
        *_SYMPTOM_RULES,
        *_SCORE_RULES,
        *MOOD_RULES,
        *(rule for rule in REPORTED_RULES if rule.key != "HOSPITAL"),
    ),
    goals=(
        Goal(Metric.PEF, "%", Decimal(80), None, "of the personal best", from_baseline=True),
        Goal(Metric.ACT, "{score}", Decimal(20), None),
        Goal(Metric.C_ACT, "{score}", Decimal(20), None),
    ),
    exclusions=populations.ASTHMA,
    cadence=BY_TIER,
    forms=of_protocol(ProtocolKey.ASTHMA),
    expects=BY_PROTOCOL[ProtocolKey.ASTHMA],
    ladder=LADDER,
)
