"""Acute myocardial infarction at discharge (clinical §2.4)."""

from decimal import Decimal

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import MYOCARDIAL_INFARCTION
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.reasons import principal, smokes
from services.coordination.domain.pathways.transition import CLINICAL, TWO_BUSINESS_DAYS, by
from services.coordination.domain.specialty_words import HEART
from shared.vocabulary import NeedKind, PathwayKey, Priority

REDUCED = Decimal(40)  # percent LVEF
REPEAT_AFTER_DAYS = 40
_MEMORY = "Clinical reference §2.4 (from memory)"


def reduced(facts: Facts) -> Verdict:
    """LVEF of 40 % or less."""
    if facts.lvef is None:
        return Verdict(False, "LVEF at discharge is not known")
    return Verdict(facts.lvef <= REDUCED, f"LVEF {facts.lvef} %")


AMI_PATHWAY = Pathway(
    key=PathwayKey.AMI,
    version="2026.1",
    title="Myocardial infarction after discharge",
    applies=principal(MYOCARDIAL_INFARCTION, "myocardial infarction"),
    sources=(
        "BMJ Best Practice NSTEMI follow-up, 2013 STEMI pocket guide (clinical reference §2.4, S42)",
        "2025 ACS guideline (from memory)",
        "CR-1: cardiac rehabilitation referral from inpatient setting",
    ),
    items=(
        Item(
            NeedKind.CONTACT,
            "Call: chest pain, both antiplatelets taken, nitroglycerin understood",
            (TWO_BUSINESS_DAYS,),
            "Clinical reference §2.4",
        ),
        Item(
            NeedKind.VISIT,
            "Visit after 1 to 2 weeks",
            (ClockRule("visit", CLINICAL, "+14d", opens="+7d"),),
            "1 to 2 weeks (clinical reference §2.4, S42)",
            specialties=HEART,
        ),
        Item(
            NeedKind.CARDIAC_REHAB,
            "Cardiac rehabilitation referred before discharge; first session within 21 days if possible",
            (ClockRule("request", CLINICAL, "D"), ClockRule("session", CLINICAL, "+21d")),
            "Class 1 (S42), CR-1; 21 days from memory",
            Priority.URGENT,
        ),
        Item(
            NeedKind.MEDICINES_IN_HAND,
            "Both antiplatelets in hand; never stopped without cardiology",
            by("D"),
            "Clinical reference §2.4: a request to stop is refused and escalated",
            Priority.URGENT,
        ),
        Item(
            NeedKind.MEDICATION_PLAN,
            "High-intensity statin; beta-blocker and ACE inhibitor if LVEF is 40 % or less; nitroglycerin plan",
            by("D"),
            _MEMORY,
        ),
        Item(
            NeedKind.LIPIDS,
            "Lipids 4 to 8 weeks after the statin was started or changed",
            (ClockRule("clinical", CLINICAL, "+56d", opens="+28d"),),
            "2025 ACS guideline (from memory)",
        ),
        Item(
            NeedKind.LVEF_REPEAT,
            "Ejection fraction measured again after 40 days or more",
            (ClockRule("clinical", CLINICAL, "+60d", opens="+40d"),),  # [default] the latest day
            "40 days or more if reduced (S42); latest day project default",
            only_if=reduced,
            earliest_start_days=REPEAT_AFTER_DAYS,
        ),
        Item(NeedKind.SMOKING_CESSATION, "Support to stop smoking", by("+14d"), _MEMORY, only_if=smokes),
        Item(NeedKind.DEPRESSION_SCREEN, "PHQ-2", by("+30d"), _MEMORY),
        Item(NeedKind.WORK_AND_DRIVING, "Return to work and driving", by("+14d"), _MEMORY),
    ),
)
