"""Whom the protocols' defaults do not fit (clinical §1.8): blocked, or followed only under a named prescriber."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a circumstance does to an enrollment."""

    BLOCKS = "blocks"  # not under this protocol, whoever signs
    NEEDS_PRESCRIBER = "needs-prescriber"  # only with a named prescriber who takes responsibility
    ADJUSTS = "adjusts"  # enrolled; rules or their reading change as the sentence says


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One row of §1.8 for one protocol. ``fact`` is the code a requester sends among the circumstances."""

    fact: str
    effect: Effect
    sentence: str
    source: str = "clinical §1.8"


UNDER_18 = "under-18"

PREGNANCY = Exclusion(
    "pregnancy",
    Effect.NEEDS_PRESCRIBER,
    "Adult diabetes and blood-pressure defaults do not hold in pregnancy or post partum: an obstetric protocol and a "
    "named prescriber are needed.",
)
POST_PARTUM = Exclusion("post-partum", Effect.NEEDS_PRESCRIBER, PREGNANCY.sentence)
DIALYSIS = Exclusion(
    "dialysis",
    Effect.NEEDS_PRESCRIBER,
    "Weight rules need an inter-dialytic plan, eGFR says nothing and HbA1c less: a named prescriber is needed.",
)
DEVICE = "Patients with an ICD, an LVAD or a transplant are followed by their specialist's plan only."
HEART_FAILURE: tuple[Exclusion, ...] = (
    PREGNANCY,
    POST_PARTUM,
    Exclusion(UNDER_18, Effect.BLOCKS, "Remote monitoring of heart failure is not supported under 18 years."),
    DIALYSIS,
    Exclusion("lvad", Effect.NEEDS_PRESCRIBER, DEVICE),
    Exclusion("icd", Effect.NEEDS_PRESCRIBER, DEVICE),
    Exclusion("transplant", Effect.NEEDS_PRESCRIBER, DEVICE),
    Exclusion(
        "atrial-fibrillation",
        Effect.ADJUSTS,
        "Average three cuff readings; the heart rate of the device is unreliable: confirm it by the pulse.",
    ),
    Exclusion("copd-oxygen-target", Effect.ADJUSTS, "The target of 88–92 % holds: SpO2 has its own rule."),
)
_OLDER = "A goal row of the older-adult table must be chosen: hypoglycaemia rules stay, hyperglycaemia rules loosen."
_DISCORDANT = "HbA1c may not agree with glucose: prefer CGM and GMI."
DIABETES: tuple[Exclusion, ...] = (
    PREGNANCY,
    POST_PARTUM,
    Exclusion(UNDER_18, Effect.NEEDS_PRESCRIBER, "Glucose goals are paediatric: a named prescriber must set them."),
    *(Exclusion(fact, Effect.ADJUSTS, _OLDER) for fact in ("frail", "dementia", "hospice", "palliative")),
    DIALYSIS,
    *(
        Exclusion(fact, Effect.ADJUSTS, _DISCORDANT)
        for fact in ("haemoglobin-variant", "anaemia", "recent-transfusion")
    ),
    Exclusion("transplant", Effect.NEEDS_PRESCRIBER, DEVICE),
    Exclusion("hypoglycaemia-unaware", Effect.ADJUSTS, "Every hypoglycaemia alert is one step more serious."),
    Exclusion("recent-level-3", Effect.ADJUSTS, "Every hypoglycaemia alert is one step more serious."),
)


def exclusions(
    rows: Iterable[Exclusion], facts: Iterable[str], *, prescriber: str | None = None
) -> tuple[Exclusion, ...]:
    """The rows that keep a patient with these facts from being enrolled; empty when nothing does.

    A named ``prescriber`` lifts what needs one, and never what blocks.
    """
    known = set(facts)
    stops = {Effect.BLOCKS} if prescriber else {Effect.BLOCKS, Effect.NEEDS_PRESCRIBER}
    return tuple(row for row in rows if row.fact in known and row.effect in stops)
