"""Hypertension (clinical §1.12): symptoms of organ damage, dizziness, the cuff, side effects, habits."""

from services.monitoring.domain.form import Form, Question, measured, yes
from shared.vocabulary import Metric, Severity, Symptom

_SET = "Clinical §1.12, hypertension"
_ORGAN = "With more than 180/120 an emergency (BP-E, clinical §1.6, S33b)"

HYPERTENSION = Form(
    key="hypertension",
    version="1.0.0",
    title="Hypertension",
    source=_SET,
    questions=(
        Question("hypertension.headache", "Severe headache", means=yes(Symptom.SEVERE_HEADACHE, Severity.LOW, _ORGAN)),
        Question("hypertension.vision", "Change of vision", means=yes(Symptom.VISION_CHANGE, Severity.LOW, _ORGAN)),
        Question("hypertension.speech", "Change of speech", means=yes(Symptom.SPEECH_CHANGE, Severity.LOW, _ORGAN)),
        Question("hypertension.chest-pain", "Chest pain", means=yes(Symptom.CHEST_PAIN, Severity.LOW, _ORGAN)),
        Question(
            "hypertension.weakness",
            "Weakness or numbness on one side",
            means=yes(Symptom.WEAKNESS, Severity.LOW, _ORGAN),
        ),
        Question(
            "hypertension.standing", "Dizzy on standing up", means=yes(Symptom.DIZZY_STANDING, Severity.LOW, _SET)
        ),
        Question(
            "hypertension.angio-oedema",
            "Swelling of lips, tongue or face",
            means=yes(Symptom.ANGIO_OEDEMA, Severity.CRITICAL, _SET),
        ),
        Question("hypertension.cough", "Dry cough", means=yes(Symptom.DRY_COUGH, Severity.LOW, _SET)),
        Question("hypertension.ankles", "Ankle swelling", means=yes(Symptom.SWELLING, Severity.LOW, _SET)),
        Question("hypertension.cramps", "Muscle cramps", means=yes(Symptom.CRAMPS, Severity.LOW, _SET)),
        Question("hypertension.cuff", "Upper-arm cuff, seated, rested 5 minutes, no caffeine before"),
        Question(
            "hypertension.alcohol",
            "More alcohol than agreed",
            required=False,
            means=yes(Symptom.ALCOHOL, Severity.LOW, _SET),
        ),
        Question(
            "hypertension.sodium",
            "More salt than agreed",
            required=False,
            means=yes(Symptom.SALT_OR_FLUID, Severity.LOW, _SET),
        ),
        measured("hypertension.systolic", "Systolic pressure", Metric.BP_SYSTOLIC, "mm[Hg]"),
        measured("hypertension.diastolic", "Diastolic pressure", Metric.BP_DIASTOLIC, "mm[Hg]"),
    ),
)
