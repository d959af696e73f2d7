"""Chronic kidney disease (clinical §1.12): urine, swelling, potassium symptoms, sick days, what harms the kidney."""

from services.monitoring.domain.form import Form, Question, yes
from shared.vocabulary import Severity, Symptom

_SET = "Clinical §1.12, CKD"
_POTASSIUM = "With potassium of 6 or more critical (clinical §1.12, CKD)"
_SICK = "Sick day on RAASi, SGLT2i or diuretic: prescriber call (clinical §1.7, §1.12)"

CKD = Form(
    key="ckd",
    version="1.0.0",
    title="Chronic kidney disease",
    source=_SET,
    questions=(
        Question("ckd.urine", "Urine changed", means=yes(Symptom.URINE_CHANGE, Severity.LOW, _SET)),
        Question("ckd.swelling", "Swelling", means=yes(Symptom.SWELLING, Severity.LOW, _SET)),
        Question("ckd.itch", "Itch", required=False, means=yes(Symptom.ITCH, Severity.LOW, _SET)),
        Question("ckd.nausea", "Nausea", means=yes(Symptom.NAUSEA, Severity.LOW, _SET)),
        Question("ckd.cramps", "Muscle cramps", means=yes(Symptom.CRAMPS, Severity.LOW, _SET)),
        Question("ckd.weakness", "Muscle weakness", means=yes(Symptom.MUSCLE_WEAKNESS, Severity.LOW, _POTASSIUM)),
        Question("ckd.palpitations", "Palpitations", means=yes(Symptom.PALPITATIONS, Severity.LOW, _POTASSIUM)),
        Question("ckd.vomiting", "Vomiting", means=yes(Symptom.VOMITING, Severity.HIGH, _SICK)),
        Question("ckd.diarrhoea", "Diarrhoea", means=yes(Symptom.DIARRHOEA, Severity.HIGH, _SICK)),
        Question(
            "ckd.contrast",
            "Had or will have contrast medium",
            required=False,
            means=yes(Symptom.CONTRAST, Severity.LOW, _SET),
        ),
        Question(
            "ckd.salt-substitute", "Uses a salt substitute", means=yes(Symptom.SALT_SUBSTITUTE, Severity.LOW, _SET)
        ),
        Question(
            "ckd.access-site",
            "Trouble with the dialysis access",
            required=False,
            means=yes(Symptom.ACCESS_SITE_PROBLEM, Severity.LOW, _SET),
        ),
    ),
)
