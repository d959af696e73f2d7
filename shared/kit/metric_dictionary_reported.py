"""The part of the metric dictionary that is asked, not measured: scores, classes, use of relievers, symptoms (§1.1)."""

from shared.kit.measured import Loinc, Mark, Measure, scores, within
from shared.vocabulary import Metric

_M = Mark.MEMORY

REPORTED: tuple[Measure, ...] = (
    # No LOINC code could be verified for these questionnaires: the metric key is the local code.
    Measure(Metric.ACT, "Asthma Control Test", (), {"{score}": within("5-25")}),
    Measure(Metric.C_ACT, "Childhood Asthma Control Test", (), scores(27)),
    Measure(Metric.CAT, "COPD Assessment Test", (), scores(40)),
    Measure(Metric.MMRC, "mMRC dyspnoea scale", (), scores(4)),
    Measure(
        Metric.NYHA,
        "NYHA class",
        (Loinc("88020-3", _M),),
        {"{rank}": within("1-4")},
        scale=(
            ("I", "class I", "420300004", "LA28404-4"),
            ("II", "class II", "421704003", "LA28405-1"),
            ("III", "class III", "420913000", "LA28406-9"),
            ("IV", "class IV", "422293003", "LA28407-7"),
        ),
        first_rank=1,
    ),
    Measure(Metric.PHQ2, "PHQ-2", (Loinc("55758-7", _M),), scores(6)),
    Measure(Metric.PHQ9, "PHQ-9", (Loinc("44261-6"),), scores(27)),
    # Means of items scored 1 to 6 (§1.2); no LOINC code was verified.
    Measure(Metric.DDS2, "Diabetes Distress Scale, two-item screen, mean", (), {"{score}": within("1-6")}),
    Measure(Metric.DDS17, "Diabetes Distress Scale, 17 items, mean", (), {"{score}": within("1-6")}),
    Measure(Metric.GINA4, "GINA symptom control, questions answered yes", (), scores(4)),
    Measure(Metric.RELIEVER_USE, "Reliever inhaler, puffs in a day", (), {"{puff}": within("0-100", "-40")}),
    Measure(
        Metric.RELIEVER_CANISTERS,
        "Reliever canisters of 200 doses, in 12 months",
        (),
        {"{count}": within("0-60")},
    ),
    Measure(Metric.EXACERBATIONS, "Moderate exacerbations in the past year", (), {"{count}": within("0-50")}),
    Measure(
        Metric.EXACERBATION_ADMISSIONS, "Hospitalised exacerbations in the past year", (), {"{count}": within("0-50")}
    ),
    # What was found when somebody looked; no LOINC code was verified for any of these.
    Measure(
        Metric.EYE_EXAM,
        "Retinal examination",
        (),
        {"{rank}": within("0-2")},
        scale=(("no retinopathy",), ("retinopathy",), ("sight-threatening retinopathy",)),
    ),
    Measure(
        Metric.FOOT_EXAM,
        "Comprehensive foot examination",
        (),
        {"{rank}": within("0-2")},
        scale=(("no neuropathy or deformity",), ("foot at risk",), ("ulcer or earlier amputation",)),
    ),
    Measure(
        Metric.DSMES_REVIEW,
        "Review of diabetes self-management education",
        (),
        {"{rank}": within("0-1")},
        scale=(("no further education needed",), ("education begun or renewed",)),
    ),
    Measure(Metric.SYMPTOMS, "Symptoms reported", (), {"{count}": within("0-40")}),
)
"""Each with the metric key as its local code where no LOINC code is given."""
