"""Diabetes (clinical §1.2): glucose, ketones, A1C, the sensor's report, what is reported."""

from decimal import Decimal

from services.monitoring.domain import populations
from services.monitoring.domain.bounds import Grade, Side, bound
from services.monitoring.domain.escalation import LADDER
from services.monitoring.domain.forms import of_protocol
from services.monitoring.domain.protocol import Goal, Protocol
from services.monitoring.domain.protocols.cadence import BY_TIER
from services.monitoring.domain.protocols.diabetes_glucose import HYPER_RULES, HYPO_RULES, METER, SENSOR
from services.monitoring.domain.protocols.diabetes_reported import REPORTED_RULES
from services.monitoring.domain.protocols.diabetes_trends import REPORT_RULES, TREND_RULES
from services.monitoring.domain.protocols.expectations import BY_PROTOCOL
from services.monitoring.domain.protocols.mood import MOOD_METRICS, MOOD_RULES
from services.monitoring.domain.protocols.reported_answers import DISTRESS_METRICS, DISTRESS_RULES
from services.monitoring.domain.protocols.reported_answers import REPORTED_RULES as ANSWERS
from services.monitoring.domain.thresholds import Threshold
from shared.vocabulary import Metric, NeedKind, ProtocolKey, Severity

_OTHER_RULES = (
    Threshold(
        key="KETONES",
        title="Ketones",
        metrics=(Metric.KETONE_BLOOD, Metric.KETONE_URINE),
        # Urine strips by rank: trace 1, small 2, moderate 3, large 4.
        grades=(
            Grade("raised", Side.AT_LEAST, bound("ketones.raised", "0.6 mmol/L", "1 {rank}"), Severity.MODERATE),
            Grade("impending", Side.AT_LEAST, bound("ketones.high", "1.6 mmol/L", "3 {rank}"), Severity.HIGH),
            Grade("ketoacidosis", Side.ABOVE, bound("ketones.critical", "3.0 mmol/L", "3 {rank}"), Severity.CRITICAL),
        ),
        source="Diabetes Care table of ketone cut points (clinical §1.2, S5)",
        opens_need=NeedKind.ALERT_FOLLOW_UP,
        asks="Sick-day plan, retest in 3–4 h; 1.6 and more: consider immediate medical attention.",
    ),
    Threshold(
        key="A1C-HIGH",
        title="A1C above 9 %",
        metrics=(Metric.HBA1C,),
        grades=(Grade("above 9", Side.ABOVE, bound("a1c.high", "9 %", "75 mmol/mol"), Severity.LOW),),
        exit=bound("a1c.exit", "8 %", "64 mmol/mol"),
        source="Glycemic status, poor control (clinical §1.2, section 4)",
    ),
)


DIABETES = Protocol(
    key=ProtocolKey.DIABETES,
    version="1.0.0",
    title="Diabetes",
    metrics=(
        *METER,
        *SENSOR,
        Metric.KETONE_BLOOD,
        Metric.KETONE_URINE,
        Metric.HBA1C,
        Metric.CGM_ACTIVE,
        Metric.CGM_TIR,
        Metric.CGM_TBR_1,
        Metric.CGM_TBR_2,
        Metric.CGM_TAR_1,
        Metric.CGM_TAR_2,
        Metric.CGM_CV,
        Metric.BASAL_INSULIN,
        Metric.LDL,
        Metric.EGFR,
        Metric.UACR,
        Metric.EYE_EXAM,
        Metric.FOOT_EXAM,
        Metric.DSMES_REVIEW,
        Metric.SYMPTOMS,
        *MOOD_METRICS,
        *DISTRESS_METRICS,
    ),
    rules=(
        *HYPO_RULES,
        *HYPER_RULES,
        *_OTHER_RULES,
        *TREND_RULES,
        *REPORT_RULES,
        *REPORTED_RULES,
        *DISTRESS_RULES,
        *MOOD_RULES,
        *ANSWERS,
    ),
    goals=(
        Goal(Metric.GLUCOSE_FASTING, "mg/dL", Decimal(80), Decimal(130), "fasting"),
        Goal(Metric.GLUCOSE_SMBG, "mg/dL", Decimal(70), Decimal(180), "1–2 h after a meal below 180"),
        Goal(Metric.HBA1C, "%", None, Decimal(7)),
        Goal(Metric.CGM_TIR, "%", Decimal(70), None),
        Goal(Metric.CGM_TBR_1, "%", None, Decimal(4)),
        Goal(Metric.CGM_CV, "%", None, Decimal(36)),
        Goal(Metric.LDL, "mg/dL", None, Decimal(70), "at risk or with vascular disease; below 55 at very high risk"),
        Goal(Metric.UACR, "mg/g{creat}", None, Decimal(30), "below, or a fall of 30 % from the first"),
        Goal(Metric.DDS17, "{score}", None, Decimal(2), "below"),
    ),
    exclusions=populations.DIABETES,
    cadence=BY_TIER,
    forms=of_protocol(ProtocolKey.DIABETES),
    expects=BY_PROTOCOL[ProtocolKey.DIABETES],
    ladder=LADDER,
)
