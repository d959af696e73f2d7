"""Pneumonia at discharge (clinical §2.4)."""

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import PNEUMONIA
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.reasons import on_oxygen, principal, smokes
from services.coordination.domain.pathways.transition import CLINICAL, FALLBACK_VISIT, TWO_BUSINESS_DAYS, by
from services.coordination.domain.specialty_words import LUNGS
from shared.vocabulary import NeedKind, PathwayKey

SCREENING_AGE = 50
SCREENING_PACK_YEARS = 20
_MEMORY = "Clinical reference §2.4 (from memory)"


def screening(facts: Facts) -> Verdict:
    """50 years and 20 pack-years, or more; no routine film otherwise (ATS/IDSA 2019)."""
    if facts.pack_years is None:
        return Verdict(False, "pack-years are not known; no routine repeat chest X-ray")
    yes = facts.age >= SCREENING_AGE and facts.pack_years >= SCREENING_PACK_YEARS
    return Verdict(yes, f"age {facts.age}, {facts.pack_years} pack-years; no routine repeat chest X-ray")


PNEUMONIA_PATHWAY = Pathway(
    key=PathwayKey.PNEUMONIA,
    version="2026.1",
    title="Pneumonia after discharge",
    applies=principal(PNEUMONIA, "pneumonia"),
    sources=("ATS/IDSA 2019: no routine repeat chest X-ray", "Clinical reference §2.4 (from memory)"),
    items=(
        Item(
            NeedKind.CONTACT,
            "Call: fever, breath, antibiotics taken to the end",
            (TWO_BUSINESS_DAYS,),
            "Clinical reference §2.4",
        ),
        Item(
            NeedKind.RESPIRATORY_CHECK,
            "Day 3: fever, breath and sputum asked about",
            by("+3d"),
            _MEMORY,
        ),
        Item(
            NeedKind.VISIT,
            "Visit within 7 to 14 days",
            (ClockRule("visit", CLINICAL, "+7d"), FALLBACK_VISIT),
            "Project default: 7 to 14 days (clinical reference §2.4)",
            specialties=LUNGS,
        ),
        Item(NeedKind.COURSE_END, "Antibiotics to the end; the end date is known", by("+3d"), _MEMORY),
        Item(
            NeedKind.LUNG_SCREENING,
            "Lung cancer screening; also when symptoms persist at 6 to 8 weeks",
            (ClockRule("clinical", CLINICAL, "+56d", opens="+42d"),),
            "ATS/IDSA 2019",
            only_if=screening,
        ),
        Item(NeedKind.VACCINES, "Pneumococcal, influenza, COVID-19, RSV", by("+30d"), _MEMORY),
        Item(NeedKind.ASPIRATION_RISK, "Risk of aspiration", by("+7d"), _MEMORY),
        Item(
            NeedKind.OXYGEN_REVIEW,
            "Stop date of oxygen",
            by("+30d"),  # [default] §2.4 names no date
            "Clinical reference §2.4 (from memory); date project default",
            only_if=on_oxygen,
        ),
        Item(NeedKind.SMOKING_CESSATION, "Support to stop smoking", by("+30d"), _MEMORY, only_if=smokes),
    ),
)
