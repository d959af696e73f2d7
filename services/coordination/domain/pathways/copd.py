"""COPD at discharge (clinical §2.3)."""

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import ACUTE_COPD, COPD
from services.coordination.domain.pathways.base import Item, Pathway
from services.coordination.domain.pathways.reasons import on_oxygen, smokes, treated_or_acute
from services.coordination.domain.pathways.transition import CLINICAL, FALLBACK_VISIT, TWO_BUSINESS_DAYS, by
from services.coordination.domain.specialty_words import LUNGS
from shared.vocabulary import NeedKind, PathwayKey

_GOLD = "GOLD 2025 follow-up after an exacerbation (clinical reference §2.3, S40)"
_MEMORY = "Clinical reference §2.3 (from memory)"

COPD_PATHWAY = Pathway(
    key=PathwayKey.COPD,
    version="2026.1",
    title="COPD after discharge",
    applies=treated_or_acute(COPD, ACUTE_COPD, "COPD"),
    sources=(
        "GOLD 2025: review within 1 to 4 weeks and at 12 to 16 weeks",
        "ERS/ATS 2017: pulmonary rehabilitation within 3 weeks of discharge",
        "CHEST: cardiac events rise after an exacerbation",
    ),
    items=(
        Item(
            NeedKind.CONTACT,
            "Call: breath, sputum, inhalers in hand, oxygen",
            (TWO_BUSINESS_DAYS,),
            "Clinical reference §2.3",
        ),
        Item(
            NeedKind.VISIT,
            "Early visit: primary care or pulmonology",
            (ClockRule("visit", CLINICAL, "+7d"), FALLBACK_VISIT),
            "Project default: 7 to 14 days (clinical reference §2.3)",
            specialties=LUNGS,
        ),
        Item(
            NeedKind.CONDITION_REVIEW,
            "Review: CAT, mMRC, inhaler technique, adherence, need for oxygen",
            (ClockRule("clinical", CLINICAL, "+30d", opens="+7d"),),
            _GOLD,
            specialties=LUNGS,
        ),
        Item(
            NeedKind.LATER_REVIEW,
            "Second review: CAT, mMRC, inhaler technique, adherence, need for oxygen",
            (ClockRule("clinical", CLINICAL, "+112d", opens="+84d"),),
            _GOLD,
            specialties=LUNGS,
        ),
        Item(
            NeedKind.PULMONARY_REHAB,
            "Pulmonary rehabilitation begins; not in hospital",
            (ClockRule("request", CLINICAL, "D"), ClockRule("session", CLINICAL, "+21d")),
            "ERS/ATS 2017: within 3 weeks (S41); GOLD: within 4 weeks (from memory)",
        ),
        Item(
            NeedKind.OXYGEN_REVIEW,
            "Long-term oxygen checked again",
            (ClockRule("clinical", CLINICAL, "+90d", opens="+60d"),),
            "Clinical reference §2.3: 60 to 90 days",
            only_if=on_oxygen,
        ),
        Item(
            NeedKind.SPIROMETRY,
            "Spirometry",
            (ClockRule("clinical", CLINICAL, "+112d", opens="+84d"),),
            "Clinical reference §2.3: 12 to 16 weeks",
        ),
        Item(
            NeedKind.ACTION_PLAN,
            "Action plan, and whether a rescue pack is prescribed",
            by("D"),
            "Clinical reference §2.3: the rescue pack is a prescriber's decision",
        ),
        Item(NeedKind.INHALER_TECHNIQUE, "Inhaler technique seen and taught", by("+7d"), _GOLD),
        Item(
            NeedKind.SMOKING_CESSATION,
            "Support to stop smoking (99406/99407)",
            by("+30d"),
            "Clinical reference §2.3",
            only_if=smokes,
        ),
        Item(NeedKind.VACCINES, "Influenza, COVID-19, pneumococcal, RSV, Tdap, zoster", by("+30d"), _MEMORY),
        Item(
            NeedKind.CARDIAC_RISK,
            "Cardiac risk: events rise after an exacerbation",
            by("+30d"),
            "CHEST (clinical reference §2.3, S29c)",
        ),
    ),
)
