"""COPD (clinical §1.12): the exacerbation screen, oxygen, mMRC; CAT by number (§1.5)."""

from decimal import Decimal

from services.monitoring.domain.form import Form, Question, Score, amount, measured, numbered, yes
from services.monitoring.domain.scoring import total
from shared.vocabulary import AnswerKind, Metric, Severity, Symptom

_SET = "Clinical §1.12, COPD"
_SCREEN = "Anthonisen (clinical §1.5)"
_ALARM = "Exacerbation with drowsiness, rest dyspnoea or cyanosis (clinical §1.5)"
_MAJOR, _RED = Severity.MODERATE, Severity.CRITICAL

COPD = Form(
    key="copd",
    version="1.0.0",
    title="COPD",
    source=f"{_SET}; {_SCREEN}",
    questions=(
        Question("copd.dyspnoea", "More breathless than usual", means=yes(Symptom.MORE_DYSPNOEA, _MAJOR, _SCREEN)),
        Question("copd.sputum-volume", "More sputum than usual", means=yes(Symptom.MORE_SPUTUM, _MAJOR, _SCREEN)),
        Question(
            "copd.sputum-colour", "Sputum turned yellow or green", means=yes(Symptom.PURULENT_SPUTUM, _MAJOR, _SCREEN)
        ),
        Question("copd.fever", "Fever", means=yes(Symptom.FEVER, Severity.LOW, _SCREEN)),
        Question("copd.wheeze", "Wheeze", required=False, means=yes(Symptom.WHEEZE, Severity.LOW, _SCREEN)),
        Question("copd.cough", "Cough", required=False, means=yes(Symptom.COUGH, Severity.LOW, _SCREEN)),
        Question("copd.rest-dyspnoea", "Breathless now, at rest", means=yes(Symptom.DYSPNOEA_AT_REST, _RED, _ALARM)),
        Question("copd.blue-lips", "Blue lips", means=yes(Symptom.CYANOSIS, _RED, _ALARM)),
        Question("copd.drowsy", "Drowsy", means=yes(Symptom.DROWSY, Severity.HIGH, _SET)),
        Question(
            "copd.morning-headache", "Headache in the morning", means=yes(Symptom.MORNING_HEADACHE, Severity.HIGH, _SET)
        ),
        Question("copd.sleep", "Poor sleep", required=False, means=yes(Symptom.POOR_SLEEP, Severity.LOW, _SET)),
        amount("copd.rescue-puffs", "Rescue puffs yesterday", "{puff}", 100, required=True),
        amount("copd.oxygen-hours", "Hours on oxygen a day", "h", 24),
        measured("copd.oxygen-flow", "Oxygen flow", Metric.OXYGEN_FLOW, "L/min"),
        Question(
            "copd.rehab",
            "Missed pulmonary rehabilitation",
            required=False,
            means=yes(Symptom.REHAB_MISSED, Severity.LOW, _SET),
        ),
        Question(
            "copd.technique",
            "Trouble with inhaler technique when watched",
            required=False,
            means=yes(
                Symptom.TECHNIQUE_PROBLEM, Severity.LOW, "Technique and smoking at every contact (clinical §1.5)"
            ),
        ),
        Question("copd.smoking", "Smoked since the last contact", required=False),
        Question(
            "copd.mmrc",
            "mMRC: 0 strenuous exercise only, 1 hurrying or slight hill, 2 slower than peers, "
            "3 stops after 100 m, 4 housebound",
            AnswerKind.SCALE,
            "{score}",
            Decimal(0),
            Decimal(4),
            metric=Metric.MMRC,
        ),
        measured("copd.spo2", "Oxygen saturation", Metric.SPO2, "%"),
        measured("copd.temperature", "Temperature", Metric.TEMPERATURE, "Cel"),
    ),
)

CAT = Form(
    key="cat",
    version="1.0.0",
    title="COPD Assessment Test",
    source="CAT (clinical §1.5, S30)",
    questions=numbered("cat", 8, 0, 5),
    scores=(Score(Metric.CAT, tuple(f"cat.{number}" for number in range(1, 9)), total),),
    optional=True,
    licence="COPD Assessment Test: copyright-controlled, permission is needed for the item texts",
)
