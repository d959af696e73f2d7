"""Diabetes at discharge (clinical §2.2)."""

from datetime import timedelta
from decimal import Decimal

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import (
    ACUTE_DIABETES,
    DIABETES,
    DIABETES_IN_PREGNANCY,
    HYPERGLYCAEMIC_CRISIS,
    INSULIN_USE,
    TYPE_1_DIABETES,
)
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.transition import CLINICAL, TWO_BUSINESS_DAYS, by
from services.coordination.domain.specialty_words import DIABETES_CARE
from shared.vocabulary import DrugClass, NeedKind, PathwayKey

POOR_CONTROL = Decimal(9)  # percent A1C [default]; §2.2 says 9 to 10
A1C_VALID = timedelta(days=90)
_ADULT = 18


def applies(facts: Facts) -> Verdict:
    """Treated for diabetes: principal, acute in any place, or A1C of 9 % and more; never in pregnancy or childhood."""
    pregnant = facts.any_of(DIABETES_IN_PREGNANCY)
    if pregnant:
        return Verdict(False, f"{pregnant.code}: pregnancy needs an obstetric protocol and a named prescriber")
    known = facts.any_of(DIABETES)
    if known is None:
        return Verdict(False, "no diagnosis of diabetes")
    if facts.age < _ADULT:
        return Verdict(False, f"age {facts.age}: adult defaults do not fit below 18")
    treated = facts.treated_for(DIABETES) or facts.any_of(ACUTE_DIABETES)
    if treated:
        return Verdict(True, f"{treated.code} ({treated.role}) is diabetes treated in this stay")
    if poor_control(facts).yes:
        return Verdict(True, f"{known.code} with A1C {facts.a1c} %")
    return Verdict(False, f"{known.code} is {known.role} and not acute; ask for the pathway by name if it fits")


def poor_control(facts: Facts) -> Verdict:
    return Verdict(facts.a1c is not None and facts.a1c >= POOR_CONTROL, f"A1C {facts.a1c or 'unknown'} %")


def soon(facts: Facts) -> Verdict:
    """Regimen changed or poor control: 1 to 2 weeks instead of a month."""
    changed = "regimen changed" if facts.regimen_changed else "regimen not changed"
    poor = poor_control(facts)
    return Verdict(facts.regimen_changed or poor.yes, f"{changed}, {poor.because}")


def not_soon(facts: Facts) -> Verdict:
    """Regimen not changed, and control not poor."""
    verdict = soon(facts)
    return Verdict(not verdict.yes, verdict.because)


def needs_endocrinology(facts: Facts) -> Verdict:
    """DKA or HHS, new type 1, A1C of 9 % and more, recurrent severe hypoglycaemia."""
    crisis, poor = facts.any_of(HYPERGLYCAEMIC_CRISIS), poor_control(facts)
    reasons = [
        crisis and f"{crisis.code} is a hyperglycaemic crisis",
        facts.new_type_1 and "type 1 diabetes is new",
        poor.yes and poor.because,
        facts.recurrent_severe_hypoglycaemia and "severe hypoglycaemia recurs",
    ]
    found = [reason for reason in reasons if reason]
    return Verdict(bool(found), ", ".join(found) or "no crisis, no new type 1, A1C below 9 % or unknown")


def a1c_missing(facts: Facts) -> Verdict:
    """No A1C in the three months before the discharge."""
    if facts.a1c_on is None:
        return Verdict(True, "no A1C is known")
    return Verdict(facts.discharged_on - facts.a1c_on > A1C_VALID, f"last A1C on {facts.a1c_on}")


def on_insulin_or_sglt2(facts: Facts) -> Verdict:
    """On insulin or an SGLT2 inhibitor."""
    insulin = DrugClass.INSULIN in facts.drugs or facts.any_of(INSULIN_USE) or facts.any_of(TYPE_1_DIABETES)
    if insulin:
        return Verdict(True, "on insulin")
    if DrugClass.SGLT2_INHIBITOR in facts.drugs:
        return Verdict(True, "on an SGLT2 inhibitor")
    if not facts.drugs:
        return Verdict(False, "no medicines are known: whether insulin or an SGLT2 inhibitor is among them is unknown")
    return Verdict(False, "neither insulin nor an SGLT2 inhibitor among the medicines at discharge")


_GAPS = "ADA cadence (clinical reference §1.2)"

DIABETES_PATHWAY = Pathway(
    key=PathwayKey.DIABETES,
    version="2026.1",
    title="Diabetes after discharge",
    applies=applies,
    sources=(
        "AACE discharge planning: survival-skills content",
        "ADA Standards of Care s.16 (from memory)",
        "ADA four critical times for self-management education",
    ),
    items=(
        Item(
            NeedKind.CONTACT,
            "Call: supplies in hand, insulin doses, hypoglycaemia plan, meter or CGM working",
            (TWO_BUSINESS_DAYS,),
            "AACE discharge planning",
        ),
        Item(
            NeedKind.VISIT,
            "Visit within two weeks: primary care, endocrinology or diabetes educator",
            (ClockRule("visit", CLINICAL, "+14d", opens="+7d"),),
            "ADA s.16 (from memory): 1 to 2 weeks if the regimen changed or control is poor",
            only_if=soon,
            specialties=DIABETES_CARE,
        ),
        Item(
            NeedKind.VISIT,
            "Visit within a month: primary care, endocrinology or diabetes educator",
            (ClockRule("visit", CLINICAL, "+30d"),),
            "ADA s.16 (from memory): within 1 month",
            only_if=not_soon,
            specialties=DIABETES_CARE,
        ),
        Item(
            NeedKind.ENDOCRINOLOGY,
            "Endocrinology referral",
            by("D", "request"),
            "Clinical reference §2.2 (from memory, default)",
            only_if=needs_endocrinology,
        ),
        Item(
            NeedKind.DSMES,
            "Self-management education and medical nutrition therapy",
            (ClockRule("request", CLINICAL, "+7d"), ClockRule("session", CLINICAL, "+30d")),
            "ADA four critical times; G0108/G0109, 97802-97804",
        ),
        Item(NeedKind.RETINAL_EXAM, "Retinal exam", by("+90d"), _GAPS),
        Item(NeedKind.FOOT_EXAM, "Foot exam", by("+30d"), _GAPS),
        Item(NeedKind.KIDNEY_LABS, "uACR and eGFR", by("+90d"), _GAPS),
        Item(NeedKind.LIPIDS, "Lipid panel", by("+90d"), _GAPS),
        Item(NeedKind.DENTAL_EXAM, "Dental exam", by("+90d"), _GAPS),
        Item(
            NeedKind.A1C,
            "A1C, none in the last three months",
            by("D"),
            "ADA hospital section, excerpt",
            only_if=a1c_missing,
        ),
        Item(
            NeedKind.RESCUE_SUPPLIES,
            "Glucagon and ketone strips in hand; sick-day rules",
            by("+2bd"),
            "Clinical reference §2.2 (from memory)",
            only_if=on_insulin_or_sglt2,
        ),
        Item(
            NeedKind.DEPRESSION_SCREEN,
            "Depression and diabetes distress",
            by("+30d"),
            "DDS scoring, Fisher 2012",
        ),
    ),
)
