"""Asthma at discharge (clinical §2.3)."""

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import ACUTE_ASTHMA, ASTHMA
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.reasons import treated_or_acute
from services.coordination.domain.pathways.transition import CLINICAL, TWO_BUSINESS_DAYS, by
from services.coordination.domain.specialty_words import LUNGS
from shared.vocabulary import NeedKind, PathwayKey

_ADULT = 18
_MANY_EXACERBATIONS = 2
_GINA = "GINA (clinical reference §2.3, from memory)"


def adult(facts: Facts) -> Verdict:
    """18 years and older."""
    return Verdict(facts.age >= _ADULT, f"age {facts.age}")


def child(facts: Facts) -> Verdict:
    """Under 18 years."""
    return Verdict(facts.age < _ADULT, f"age {facts.age}")


def needs_a_specialist(facts: Facts) -> Verdict:
    """Two exacerbations in a year, this one among them."""
    if facts.exacerbations_12_months is None:
        return Verdict(False, "how many exacerbations there were in the year before is not known")
    number = facts.exacerbations_12_months + 1
    return Verdict(number >= _MANY_EXACERBATIONS, f"{number} exacerbations in 12 months, this one included")


ASTHMA_PATHWAY = Pathway(
    key=PathwayKey.ASTHMA,
    version="2026.1",
    title="Asthma after discharge",
    applies=treated_or_acute(ASTHMA, ACUTE_ASTHMA, "asthma"),
    sources=("GINA: follow-up after an exacerbation (from memory)", "Clinical reference §2.3"),
    items=(
        Item(
            NeedKind.CONTACT,
            "Call: reliever use, night waking, controller in hand, end of the steroid course",
            (TWO_BUSINESS_DAYS,),
            "Clinical reference §2.3",
        ),
        Item(
            NeedKind.VISIT,
            "Visit within a week",
            (ClockRule("visit", CLINICAL, "+7d", opens="+2d"),),
            "GINA: 2 to 7 days in adults (from memory)",
            only_if=adult,
            specialties=LUNGS,
        ),
        Item(
            NeedKind.VISIT,
            "Visit within two business days",
            (ClockRule("visit", CLINICAL, "+2bd", opens="+1d"),),
            "GINA: 1 to 2 working days in children (from memory)",
            only_if=child,
            specialties=LUNGS,
        ),
        Item(NeedKind.MEDICINES_IN_HAND, "Controller with an inhaled steroid in hand", by("D"), _GINA),
        Item(NeedKind.COURSE_END, "End date of the oral steroid course agreed", by("+3d"), _GINA),
        Item(NeedKind.ACTION_PLAN, "Written action plan; taught again at the visit", by("D"), _GINA),
        Item(NeedKind.INHALER_TECHNIQUE, "Inhaler technique seen and taught", by("+7d"), _GINA),
        Item(NeedKind.TRIGGER_REVIEW, "Triggers reviewed", by("+30d"), _GINA),
        Item(
            NeedKind.PERSONAL_BEST,
            "Personal best measured again after 2 to 3 weeks of good control",
            (ClockRule("clinical", CLINICAL, "+42d", opens="+14d"),),  # [default] §2.3 names no date
            "Clinical reference §2.3; date project default",
        ),
        Item(
            NeedKind.PULMONOLOGY,
            "Specialist: two exacerbations in a year; also ICU or intubation ever, or step 4 to 5",
            by("D", "request"),
            _GINA,
            only_if=needs_a_specialist,
        ),
        Item(
            NeedKind.CONDITION_REVIEW,
            "Review of control after 1 to 3 months",
            (ClockRule("clinical", CLINICAL, "+90d", opens="+30d"),),
            "GINA: 1 to 3 months (from memory)",
            specialties=LUNGS,
        ),
    ),
)
