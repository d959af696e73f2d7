"""Asthma (clinical §1.12): GINA's four questions, reliever, triggers, technique; ACT and C-ACT by number (§1.4)."""

from services.monitoring.domain.form import Form, Question, Score, amount, measured, numbered, steps, yes
from services.monitoring.domain.scoring import count, total
from shared.vocabulary import Metric, Severity, Symptom

_SET = "Clinical §1.12, asthma"
_GINA = "GINA symptom control, last 4 weeks (clinical §1.4)"
_PLAN = "Action plan, red zone (clinical §1.4, §1.12)"
_HOLDER = "Asthma Control Test (GSK, QualityMetric): permission is needed for the item texts"
_RED = Severity.CRITICAL
_FOUR = ("asthma.day-symptoms", "asthma.night-waking", "asthma.reliever-often", "asthma.limited")

ASTHMA = Form(
    key="asthma",
    version="1.0.0",
    title="Asthma",
    source=f"{_SET}; {_GINA}",
    questions=(
        Question("asthma.day-symptoms", "Day symptoms more than twice a week, last 4 weeks"),
        Question("asthma.night-waking", "Any waking at night from asthma, last 4 weeks"),
        Question("asthma.reliever-often", "Reliever more than twice a week, last 4 weeks"),
        Question("asthma.limited", "Any limitation of activity from asthma, last 4 weeks"),
        Question(
            "asthma.waking-now",
            "Woken at night since the last contact",
            required=False,
            means=yes(Symptom.NIGHT_WAKING, Severity.MODERATE, _SET),
        ),
        Question(
            "asthma.reliever-4h",
            "Reliever needed more often than every 4 hours",
            means=yes(Symptom.RELIEVER_UNDER_4H, _RED, _PLAN),
        ),
        Question(
            "asthma.reliever-fails", "Reliever does not help", means=yes(Symptom.RELIEVER_NOT_HELPING, _RED, _PLAN)
        ),
        Question(
            "asthma.hard-to-talk",
            "Hard to talk or walk for breathlessness",
            means=yes(Symptom.HARD_TO_TALK, _RED, _PLAN),
        ),
        amount("asthma.puffs-week", "Reliever puffs in the last week", "{puff}", 700, required=True),
        Question(
            "asthma.steroids", "A course of oral steroids", means=yes(Symptom.STEROID_COURSE, Severity.HIGH, _SET)
        ),
        Question("asthma.trigger", "Met a trigger", required=False, means=yes(Symptom.TRIGGER, Severity.LOW, _SET)),
        Question(
            "asthma.technique",
            "Trouble with inhaler technique when watched",
            means=yes(Symptom.TECHNIQUE_PROBLEM, Severity.LOW, _SET),
        ),
        Question("asthma.spacer", "Uses a spacer", required=False),
        Question("asthma.pregnant", "Pregnant", required=False, means=yes(Symptom.PREGNANT, Severity.LOW, _SET)),
        measured("asthma.pef", "Peak flow now", Metric.PEF, "L/min"),
    ),
    scores=(Score(Metric.GINA4, _FOUR, count),),
)

ACT = Form(
    key="act",
    version="1.0.0",
    title="Asthma Control Test, from 12 years",
    source="ACT, 4-week recall (clinical §1.4)",
    questions=numbered("act", 5, 1, 5),
    scores=(Score(Metric.ACT, tuple(f"act.{number}" for number in range(1, 6)), total),),
    optional=True,
    licence=_HOLDER,
)

# The child answers four items of 0 to 3, the caregiver three of 0 to 5: together 0 to 27.
C_ACT = Form(
    key="c-act",
    version="1.0.0",
    title="Childhood Asthma Control Test, 4 to 11 years",
    source="C-ACT (clinical §1.4, S27)",
    questions=(
        *numbered("c-act", 4, 0, 3),
        *(steps(f"c-act.{number}", f"Item {number}: see the licensed form", 0, 5) for number in (5, 6, 7)),
    ),
    scores=(Score(Metric.C_ACT, tuple(f"c-act.{number}" for number in range(1, 8)), total),),
    optional=True,
    licence=_HOLDER,
)
