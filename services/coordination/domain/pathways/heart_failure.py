"""Heart failure at discharge (clinical §2.1)."""

from decimal import Decimal

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import ACUTE_HEART_FAILURE, HEART_FAILURE
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.transition import (
    CALL_WINDOW,
    CLINICAL,
    FALLBACK_VISIT,
    PROGRAMME,
    by,
)
from services.coordination.domain.specialty_words import HEART
from shared.vocabulary import NeedKind, NyhaClass, PathwayKey, Priority

REHAB_LVEF = Decimal(35)  # percent; 42 CFR 410.49 (from memory)
REHAB_STABLE_DAYS = 42
_SYMPTOMATIC = (NyhaClass.II, NyhaClass.III, NyhaClass.IV)
_MANY_ADMISSIONS = 2


def applies(facts: Facts) -> Verdict:
    """Treated for heart failure: the principal diagnosis, or an acute code in any place."""
    treated = facts.treated_for(HEART_FAILURE) or facts.any_of(ACUTE_HEART_FAILURE)
    if treated:
        return Verdict(True, f"{treated.code} ({treated.role}) is heart failure treated in this stay")
    known = facts.any_of(HEART_FAILURE)
    if known:
        return Verdict(False, f"{known.code} is {known.role} and not acute; ask for the pathway by name if it fits")
    return Verdict(False, "no diagnosis of heart failure")


def rehab_covered(facts: Facts) -> Verdict:
    """LVEF of 35 % or less, NYHA II to IV."""
    lvef, nyha = facts.lvef, facts.nyha
    if lvef is None or nyha is None:
        return Verdict(False, "LVEF or NYHA class at discharge is not known")
    said = f"LVEF {lvef} %, NYHA {nyha}"
    return Verdict(lvef <= REHAB_LVEF and nyha in _SYMPTOMATIC, f"{said}; covered up to 35 %, NYHA II to IV")


def advanced(facts: Facts) -> Verdict:
    """NYHA IV, or two and more admissions in six months."""
    earlier = facts.admissions_6_months
    yes = facts.nyha is NyhaClass.IV or (earlier is not None and earlier >= _MANY_ADMISSIONS)
    said = (
        "earlier admissions in 6 months not known" if earlier is None else f"{earlier} earlier admissions in 6 months"
    )
    return Verdict(yes, f"NYHA {facts.nyha or 'unknown'}, {said}")


HEART_FAILURE_PATHWAY = Pathway(
    key=PathwayKey.HEART_FAILURE,
    version="2026.1",
    title="Heart failure after discharge",
    applies=applies,
    sources=(
        "2022 AHA/ACC/HFSA heart failure guideline, 9.6 and table 25",
        "2013 ACCF/AHA discharge table 29",
        "42 CFR 410.49 (from memory)",
    ),
    items=(
        Item(
            NeedKind.CONTACT,
            "Structured call: weight, symptoms, medicines, appointment",
            (CALL_WINDOW,),
            "2013 ACCF/AHA: phone within 3 d, IIa; ACC pathways: 48 to 72 h (from memory)",
        ),
        Item(
            NeedKind.VISIT,
            "Early visit: heart failure clinic, primary care or cardiology",
            (ClockRule("visit", CLINICAL, "+7d"), FALLBACK_VISIT),
            "2022 AHA/ACC/HFSA 2a B-NR: generally within 7 days; 2013: 7 to 14 d, IIa",
            specialties=HEART,
        ),
        Item(
            NeedKind.CARDIOLOGY,
            "Cardiology: multidisciplinary heart failure programme",
            (ClockRule("request", CLINICAL, "D"), ClockRule("seen", CLINICAL, "+14d")),
            "2022 AHA/ACC/HFSA: multidisciplinary programme, Class 1 for high risk",
            Priority.URGENT,
        ),
        Item(
            NeedKind.TELEMONITORING,
            "Telemonitoring set up: scale, blood pressure, heart rate",
            (ClockRule("set-up", CLINICAL, "+48h"), ClockRule("first-reading", CLINICAL, "+72h")),
            "Adds surveillance; trial evidence is mixed (clinical reference §1.3)",
        ),
        Item(
            NeedKind.MEDICATION_PLAN,
            "Diuretic and GDMT plan: dry weight, and who adjusts",
            by("D"),
            "2022 AHA/ACC/HFSA: components of a transitional plan",
        ),
        Item(
            NeedKind.LABS_K_CREATININE,
            "Potassium and creatinine, and 1 to 2 weeks after each change",
            (ClockRule("clinical", CLINICAL, "+14d", opens="+7d"),),
            "Clinical reference §2.1 (from memory)",
        ),
        Item(
            NeedKind.NUTRITION_EDUCATION,
            "Sodium, fluid only if ordered, potassium and salt substitutes",
            by("+14d"),
            "2022 AHA/ACC/HFSA 2a: avoid excess sodium (from memory)",
        ),
        Item(
            NeedKind.MED_RECONCILIATION,
            "Pharmacist reconciles; checks NSAID, calcium channel blocker, thiazolidinedione",
            (
                ClockRule("target", CLINICAL, "+72h"),
                ClockRule("hard-stop", PROGRAMME, "+7d"),
                ClockRule("outer", PROGRAMME, "+30d"),
            ),
            "TCM and TRC: never after the visit",
        ),
        Item(
            NeedKind.CARDIAC_REHAB,
            "Cardiac rehabilitation referral at the visit",
            by("+7d"),
            "Exercise training, Class 1/2a; 42 CFR 410.49: LVEF of 35 % or less, stable 6 weeks (from memory)",
            only_if=rehab_covered,
            earliest_start_days=REHAB_STABLE_DAYS,
        ),
        Item(
            NeedKind.PALLIATIVE,
            "Palliative consult considered",
            by("+14d"),  # [default] §2.1 names no date
            "Clinical reference §2.1 (from memory): NYHA IV or 2 admissions in 6 months",
            only_if=advanced,
        ),
        Item(
            NeedKind.VACCINES,
            "Vaccines reviewed",
            by("+30d"),
            "Clinical reference §2.1 (from memory)",
        ),
        Item(
            NeedKind.DEPRESSION_SCREEN,
            "PHQ-2",
            by("+30d"),
            "Clinical reference §2.1 (from memory)",
        ),
        Item(
            NeedKind.SLEEP_APNOEA,
            "Sleep apnoea asked about",
            by("+30d"),
            "Clinical reference §2.1 (from memory)",
        ),
    ),
)
