"""Diabetes (clinical §1.12): lows, thirst, sick days, feet, steroids, supplies; and distress (§1.2)."""

from decimal import Decimal

from services.monitoring.domain.form import Follows, Form, Means, Question, Score, amount, measured, numbered, yes
from services.monitoring.domain.scoring import mean
from shared.vocabulary import Metric, Severity, Symptom

_SET = "Clinical §1.12, diabetes"
_LEVEL_3 = "Level 3: help of another person, whatever the glucose (clinical §1.2, S1, S2)"
_DDS = "Diabetes Distress Scale (clinical §1.2, S13, S14)"
_HOLDER = "Diabetes Distress Scale: its holders' permission is needed for the item texts"
_ULCER = Severity.HIGH

DIABETES = Form(
    key="diabetes",
    version="1.0.0",
    title="Diabetes",
    source=_SET,
    questions=(
        amount("diabetes.lows", "Low glucose episodes since the last contact", "{count}", 200, required=True),
        Question(
            "diabetes.low-at-night", "A low at night", means=yes(Symptom.NIGHT_HYPOGLYCAEMIA, Severity.MODERATE, _SET)
        ),
        Question(
            "diabetes.low-unaware",
            "A low that was not noticed",
            means=yes(Symptom.UNAWARE_HYPOGLYCAEMIA, Severity.MODERATE, _SET),
        ),
        Question(
            "diabetes.low-helped",
            "A low that needed somebody's help",
            means=yes(Symptom.NEEDED_HELP, Severity.CRITICAL, _LEVEL_3),
        ),
        Question("diabetes.thirst", "More thirst than usual", means=yes(Symptom.THIRST, Severity.INFO, _SET)),
        Question(
            "diabetes.urination", "Passing more urine than usual", means=yes(Symptom.POLYURIA, Severity.INFO, _SET)
        ),
        Question("diabetes.sick-day", "A sick day", means=yes(Symptom.SICK_DAY, Severity.LOW, _SET)),
        Question("diabetes.eating-less", "Eating less than usual", means=yes(Symptom.EATING_LESS, Severity.LOW, _SET)),
        Question("diabetes.nausea", "Nausea", required=False, means=yes(Symptom.NAUSEA, Severity.INFO, _SET)),
        Question(
            "diabetes.vomiting", "Vomiting for more than 4 hours", means=yes(Symptom.VOMITING_LONG, Severity.HIGH, _SET)
        ),
        Question(
            "diabetes.fluids", "Cannot keep fluids down", means=yes(Symptom.CANNOT_KEEP_FLUIDS, Severity.HIGH, _SET)
        ),
        Question(
            "diabetes.foot-cut", "A cut or blister on a foot", means=yes(Symptom.FOOT_CUT, Severity.MODERATE, _SET)
        ),
        Question("diabetes.foot-ulcer", "A new sore on a foot", means=yes(Symptom.FOOT_ULCER, _ULCER, _SET)),
        Question(
            "diabetes.foot-colour", "A foot that changed colour", means=yes(Symptom.FOOT_COLOUR_CHANGE, _ULCER, _SET)
        ),
        Question("diabetes.steroids", "A course of steroids", means=yes(Symptom.STEROID_COURSE, Severity.LOW, _SET)),
        Question(
            "diabetes.sites",
            "Lumps or pain where insulin is injected",
            means=yes(Symptom.INJECTION_SITE_PROBLEM, Severity.LOW, _SET),
        ),
        amount(
            "diabetes.insulin-left",
            "Days of insulin left",
            "d",
            400,
            means=(Means(Symptom.INSULIN_RUNNING_OUT, Severity.MODERATE, _SET, below=Decimal(7)),),
        ),
        measured("diabetes.glucose", "Glucose now, fingerstick", Metric.GLUCOSE_SMBG, "mg/dL"),
        measured("diabetes.ketones", "Blood ketones now", Metric.KETONE_BLOOD, "mmol/L"),
    ),
)

DDS2 = Form(
    key="dds-2",
    version="1.0.0",
    title="Diabetes distress, two-item screen",
    source=_DDS,
    questions=numbered("dds2", 2, 1, 6),
    scores=(Score(Metric.DDS2, ("dds2.1", "dds2.2"), mean),),
    optional=True,
    licence=_HOLDER,
)

DDS17 = Form(
    key="dds-17",
    version="1.0.0",
    title="Diabetes Distress Scale, 17 items",
    source=_DDS,
    questions=numbered("dds17", 17, 1, 6),
    scores=(Score(Metric.DDS17, tuple(f"dds17.{number}" for number in range(1, 18)), mean),),
    follows=Follows(Metric.DDS2, Decimal(3)),
    licence=_HOLDER,
)
