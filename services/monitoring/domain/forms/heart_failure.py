"""Heart failure (clinical §1.12): breath, pillows, swelling, red flags, NYHA class, shocks of the ICD."""

from decimal import Decimal

from services.monitoring.domain.form import Form, Means, Question, amount, measured, yes
from shared.vocabulary import AnswerKind, Metric, Severity, Symptom

_SET = "Clinical §1.12, heart failure"
_ZONES = "Health-system zone sheets (clinical §1.3, S16)"
_RED, _YELLOW = Severity.CRITICAL, Severity.MODERATE
_SHOCKS = (
    Means(Symptom.ICD_SHOCK, Severity.HIGH, _SET, at_least=Decimal(1)),
    Means(Symptom.ICD_SHOCKS, _RED, _SET, at_least=Decimal(2)),
)

HEART_FAILURE = Form(
    key="heart-failure",
    version="1.0.0",
    title="Heart failure",
    source=f"{_SET}; {_ZONES}",
    questions=(
        Question(
            "heart-failure.rest-dyspnoea", "Breathless now, at rest", means=yes(Symptom.DYSPNOEA_AT_REST, _RED, _ZONES)
        ),
        Question("heart-failure.chest-pain", "Chest pain or pressure", means=yes(Symptom.CHEST_PAIN, _RED, _ZONES)),
        Question("heart-failure.faint", "Fainted", means=yes(Symptom.SYNCOPE, _RED, _ZONES)),
        Question("heart-failure.confusion", "New confusion", means=yes(Symptom.CONFUSION, _RED, _ZONES)),
        Question("heart-failure.flat", "Cannot lie flat", means=yes(Symptom.CANNOT_LIE_FLAT, _RED, _ZONES)),
        Question(
            "heart-failure.exertion",
            "More breathless on exertion than last time",
            means=yes(Symptom.DYSPNOEA_ON_EXERTION, _YELLOW, _ZONES),
        ),
        Question("heart-failure.night", "Woken by breathlessness", means=yes(Symptom.NIGHT_DYSPNOEA, _YELLOW, _SET)),
        amount("heart-failure.pillows", "Pillows at night", "{pillow}", 10, required=True),
        Question(
            "heart-failure.more-pillows",
            "More pillows than last time, or sleeping in a chair",
            means=yes(Symptom.EXTRA_PILLOWS, _YELLOW, _SET),
        ),
        Question(
            "heart-failure.swelling",
            "Swelling of ankles, legs or belly",
            means=yes(Symptom.SWELLING, Severity.LOW, _ZONES),
        ),
        Question("heart-failure.dizziness", "Dizzy", means=yes(Symptom.DIZZINESS, Severity.LOW, _SET)),
        Question("heart-failure.palpitations", "Palpitations", means=yes(Symptom.PALPITATIONS, Severity.LOW, _SET)),
        Question(
            "heart-failure.cough", "Dry cough", required=False, means=yes(Symptom.DRY_COUGH, Severity.LOW, _ZONES)
        ),
        Question(
            "heart-failure.fatigue",
            "More tired than last time",
            required=False,
            means=yes(Symptom.FATIGUE, Severity.LOW, _ZONES),
        ),
        Question(
            "heart-failure.appetite",
            "Poor appetite",
            required=False,
            means=yes(Symptom.POOR_APPETITE, Severity.LOW, _SET),
        ),
        Question(
            "heart-failure.salt-fluid",
            "More salt or fluid than agreed",
            means=yes(Symptom.SALT_OR_FLUID, Severity.LOW, _SET),
        ),
        amount("heart-failure.shocks", "Shocks of the ICD within 24 h", "{count}", 100, means=_SHOCKS),
        Question(
            "heart-failure.nyha",
            "NYHA class, 1 no limitation to 4 symptoms at rest",
            AnswerKind.SCALE,
            "{rank}",
            Decimal(1),
            Decimal(4),
            metric=Metric.NYHA,
        ),
        measured("heart-failure.weight", "Weight from the scale this morning", Metric.BODY_WEIGHT, "kg"),
        measured("heart-failure.systolic", "Systolic pressure", Metric.BP_SYSTOLIC, "mm[Hg]"),
        measured("heart-failure.diastolic", "Diastolic pressure", Metric.BP_DIASTOLIC, "mm[Hg]"),
        measured("heart-failure.rate", "Heart rate", Metric.HEART_RATE, "/min"),
        measured("heart-failure.spo2", "Oxygen saturation", Metric.SPO2, "%"),
    ),
)
