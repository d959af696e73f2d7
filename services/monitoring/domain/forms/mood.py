"""PHQ-9 (free to use): asked when the PHQ-2 inside every check-in reaches 3 (clinical §1.10, §1.12)."""

from decimal import Decimal

from services.monitoring.domain.form import Follows, Form, Means, Score, steps
from services.monitoring.domain.scoring import total
from shared.vocabulary import Metric, Severity, Symptom

_SOURCE = "PHQ-9; item 9 above 0: suicide protocol at once (clinical §1.10, §1.12)"
_ITEM_9 = (Means(Symptom.SUICIDAL_THOUGHTS, Severity.CRITICAL, _SOURCE, at_least=Decimal(1)),)
_WORDS = (
    "Trouble falling or staying asleep, or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    "Feeling bad about yourself, or that you are a failure or have let yourself or your family down",
    "Trouble concentrating on things, such as reading the newspaper or watching television",
    "Moving or speaking so slowly that other people could have noticed, or being more fidgety or restless than usual",
)

PHQ9 = Form(
    key="phq-9",
    version="1.0.0",
    title="PHQ-9, items 3 to 9 (1 and 2 are asked with every check-in)",
    source=_SOURCE,
    questions=(
        *(steps(f"phq.{number}", f"{words} (0 to 3)", 0, 3) for number, words in enumerate(_WORDS, 3)),
        steps("phq.9", "Thoughts of being better off dead or of hurting yourself (0 to 3)", 0, 3, means=_ITEM_9),
    ),
    scores=(Score(Metric.PHQ9, tuple(f"phq.{number}" for number in range(1, 10)), total),),
    follows=Follows(Metric.PHQ2, Decimal(3)),
)
