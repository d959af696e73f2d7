"""What every check-in asks, whatever the condition (clinical §1.10 and §1.12, first row)."""

from decimal import Decimal

from services.monitoring.domain.form import Form, Means, Question, Score, amount, choice, said, steps, yes
from services.monitoring.domain.scoring import total
from shared.vocabulary import Metric, Severity, Symptom

_SETS = "Clinical §1.12, all protocols"
_BLOCK = "Clinical §1.10, block common to all"
_PHQ = ("phq.1", "phq.2")

COMMON = Form(
    key="common",
    version="1.0.0",
    title="Every check-in",
    source=f"{_SETS}; {_BLOCK}",
    questions=(
        choice("common.symptoms", "Symptoms compared with last time", ("better", "same", "worse")),
        Question(
            "common.ed",
            "Emergency department since the last contact",
            means=yes(Symptom.ED_VISIT, Severity.HIGH, _SETS),
        ),
        Question(
            "common.admission",
            "Admitted to hospital since the last contact",
            means=yes(Symptom.ADMISSION, Severity.HIGH, _SETS),
        ),
        Question("common.fall", "A fall since the last contact", means=yes(Symptom.FALL, Severity.MODERATE, _BLOCK)),
        Question("common.medicines-taken", "All medicines taken yesterday"),
        amount(
            "common.missed-doses",
            "Doses missed in the last 7 days",
            "{dose}",
            200,
            required=True,
            means=(Means(Symptom.MISSED_DOSES, Severity.MODERATE, _SETS, at_least=Decimal(2)),),
        ),
        Question(
            "common.new-medicine",
            "New medicines, also without prescription",
            means=yes(Symptom.NEW_MEDICINE, Severity.INFO, _SETS),
        ),
        Question(
            "common.nsaid", "Ibuprofen, naproxen or another NSAID", means=yes(Symptom.NSAID, Severity.MODERATE, _SETS)
        ),
        Question("common.side-effect", "Side effects", means=yes(Symptom.SIDE_EFFECT, Severity.LOW, _BLOCK)),
        Question(
            "common.cost", "Trouble paying for medicines or care", means=yes(Symptom.COST_PROBLEM, Severity.LOW, _SETS)
        ),
        Question(
            "common.access",
            "Trouble getting medicines or appointments",
            means=yes(Symptom.ACCESS_PROBLEM, Severity.LOW, _SETS),
        ),
        Question(
            "common.food", "Worried about food", required=False, means=yes(Symptom.FOOD_PROBLEM, Severity.LOW, _BLOCK)
        ),
        Question(
            "common.transport",
            "No way to get to care",
            required=False,
            means=yes(Symptom.TRANSPORT_PROBLEM, Severity.LOW, _BLOCK),
        ),
        Question(
            "common.housing",
            "Worried about housing",
            required=False,
            means=yes(Symptom.HOUSING_PROBLEM, Severity.LOW, _BLOCK),
        ),
        Question(
            "common.caregiver",
            "Caregiver under strain",
            required=False,
            means=yes(Symptom.CAREGIVER_STRAIN, Severity.LOW, _BLOCK),
        ),
        steps(
            "phq.1",
            "Little interest or pleasure in doing things, last 2 weeks (0 not at all to 3 nearly every day)",
            0,
            3,
        ),
        steps("phq.2", "Feeling down, depressed or hopeless, last 2 weeks (0 to 3)", 0, 3),
        said("common.goal", "What the patient wants to reach"),
        steps("common.confidence", "Confidence to reach it, 0 to 10", 0, 10, required=False),
    ),
    scores=(Score(Metric.PHQ2, _PHQ, total),),
)
