"""Whom each protocol's defaults do not fit: the populations of clinical §1.8, one row a protocol."""

from collections.abc import Iterable

from services.monitoring.domain.exclusions import UNDER_18, Effect, Exclusion

_ADULT_DEFAULTS = (
    "Adult diabetes and blood-pressure defaults do not hold in pregnancy or post partum: an obstetric protocol and a "
    "named prescriber are needed."
)
_SPECIALIST = "Patients with an ICD, an LVAD or a transplant are followed by their specialist's plan only."
_DEFAULT = "clinical §1.8; that it holds for this protocol is a project default"


def _rows(facts: Iterable[str], effect: Effect, sentence: str, source: str = "clinical §1.8") -> tuple[Exclusion, ...]:
    return tuple(Exclusion(fact, effect, sentence, source) for fact in facts)


_CHILDBEARING = ("pregnancy", "post-partum")
_FRAIL = ("frail", "dementia", "hospice", "palliative")
_IMPLANTS = ("icd", "lvad", "transplant")
_PREGNANCY = _rows(_CHILDBEARING, Effect.NEEDS_PRESCRIBER, _ADULT_DEFAULTS)
_INTERPRETER = _rows(
    ("interpreter-needed",),
    Effect.ADJUSTS,
    "Language, literacy or hearing: a contact is complete only when the interpreter or aid was there.",
)
_DIALYSIS = _rows(
    ("dialysis",),
    Effect.NEEDS_PRESCRIBER,
    "Weight rules need an inter-dialytic plan, eGFR says nothing and HbA1c less: a named prescriber is needed.",
)
_FIBRILLATION = _rows(
    ("atrial-fibrillation",),
    Effect.ADJUSTS,
    "Average three cuff readings; the heart rate of the device is unreliable: confirm it by the pulse.",
)

HEART_FAILURE: tuple[Exclusion, ...] = (
    *_PREGNANCY,
    *_rows((UNDER_18,), Effect.BLOCKS, "Remote monitoring of heart failure is not supported under 18 years."),
    *_DIALYSIS,
    *_rows(_IMPLANTS, Effect.NEEDS_PRESCRIBER, _SPECIALIST),
    *_FIBRILLATION,
    *_rows(("copd-oxygen-target",), Effect.ADJUSTS, "The target of 88–92 % holds: SpO2 has its own rule."),
    *_rows(
        _FRAIL, Effect.ADJUSTS, "Blood-pressure and weight goals are chosen with the patient; the rules stay.", _DEFAULT
    ),
    *_INTERPRETER,
)
DIABETES: tuple[Exclusion, ...] = (
    *_PREGNANCY,
    *_rows((UNDER_18,), Effect.NEEDS_PRESCRIBER, "Glucose goals are paediatric: a named prescriber must set them."),
    *_rows(
        _FRAIL,
        Effect.ADJUSTS,
        "A goal row of the older-adult table must be chosen: hypoglycaemia rules stay, hyperglycaemia rules loosen.",
    ),
    *_DIALYSIS,
    *_rows(
        ("haemoglobin-variant", "anaemia", "recent-transfusion"),
        Effect.ADJUSTS,
        "HbA1c may not agree with glucose: prefer CGM and GMI.",
    ),
    *_rows(("transplant",), Effect.NEEDS_PRESCRIBER, _SPECIALIST),
    *_rows(
        ("hypoglycaemia-unaware", "recent-level-3"),
        Effect.ADJUSTS,
        "Every hypoglycaemia alert is one step more serious.",
    ),
    *_INTERPRETER,
)
ASTHMA: tuple[Exclusion, ...] = (
    *_rows(
        (UNDER_18,),
        Effect.ADJUSTS,
        "The zones hold with a personal best, set anew every 6 months; variation counts above 13 %; C-ACT at 4–11.",
    ),
    *_rows(_CHILDBEARING, Effect.ADJUSTS, "Review every 4–6 weeks; the zones hold.", "clinical §1.4 cadence"),
    *_rows(("transplant",), Effect.NEEDS_PRESCRIBER, _SPECIALIST, _DEFAULT),
    *_INTERPRETER,
)
COPD: tuple[Exclusion, ...] = (
    *_rows((UNDER_18,), Effect.BLOCKS, "COPD rules are for adults.", _DEFAULT),
    *_rows(
        _CHILDBEARING,
        Effect.NEEDS_PRESCRIBER,
        "A target of 88–92 % is no target in pregnancy: a named prescriber must set it.",
        _DEFAULT,
    ),
    *_rows(("transplant",), Effect.NEEDS_PRESCRIBER, _SPECIALIST),
    *_rows(
        ("hospice", "palliative"), Effect.ADJUSTS, "Comfort goals come first; agree what is still alerted.", _DEFAULT
    ),
    *_INTERPRETER,
)
HYPERTENSION: tuple[Exclusion, ...] = (
    *_PREGNANCY,
    *_rows((UNDER_18,), Effect.BLOCKS, "In children pressure is judged by percentile: adult bounds do not fit."),
    *_rows(
        (*_FRAIL, "institutionalised"),
        Effect.ADJUSTS,
        "Limited life expectancy or an institution: the goal is chosen with the patient, severe and low rules stay.",
        "clinical §1.6, §1.8",
    ),
    *_rows(("dialysis",), Effect.NEEDS_PRESCRIBER, "Pressure swings between sessions: judge it by the plan.", _DEFAULT),
    *_rows(("lvad", "transplant"), Effect.NEEDS_PRESCRIBER, _SPECIALIST),
    *_FIBRILLATION,
    *_INTERPRETER,
)
CKD: tuple[Exclusion, ...] = (
    *_rows(
        _CHILDBEARING,
        Effect.NEEDS_PRESCRIBER,
        "Estimated filtration is not valid in pregnancy: an obstetric plan and a named prescriber are needed.",
        _DEFAULT,
    ),
    *_rows(
        (UNDER_18,),
        Effect.NEEDS_PRESCRIBER,
        "CKD-EPI 2021 is for adults: filtration in children is estimated by bedside Schwartz, outside this program.",
        "clinical §1.7",
    ),
    *_DIALYSIS,
    *_rows(("transplant",), Effect.NEEDS_PRESCRIBER, _SPECIALIST),
    *_rows(("hospice", "palliative"), Effect.ADJUSTS, "Agree which tests are still wanted; the rules stay.", _DEFAULT),
    *_INTERPRETER,
)
