"""Who meets a need: by its kind, and where that differs by what its pathways name."""

from collections.abc import Iterable

from services.coordination.domain.pathways.catalogue import CATALOGUE
from services.coordination.domain.reasons import Reason, standing
from services.coordination.domain.specialty_words import MENTAL_HEALTH, PRIMARY
from shared.kit.problems import Problem
from shared.vocabulary import NeedKind, PathwayKey, Specialty


class SpecialtyDoesNotFit(Problem):
    """A referral to somebody of another specialty than the need asks for, without saying that this is meant."""

    code = "referral.specialty-does-not-fit"
    title = "This specialty does not usually meet the need"


_DIABETES_TEACHERS = (Specialty.DIABETES_EDUCATION, Specialty.DIETETICS)
_NURSES = (Specialty.HOME_HEALTH_NURSING, Specialty.COMMUNITY_HEALTH_NURSING)

SPECIALTIES: dict[NeedKind, tuple[Specialty, ...]] = {
    NeedKind.MED_RECONCILIATION: (Specialty.PHARMACY,),
    NeedKind.VISIT: PRIMARY,
    NeedKind.MEDICATION_PLAN: (Specialty.PHARMACY, *PRIMARY),
    NeedKind.SOCIAL_NEEDS: (Specialty.SOCIAL_WORK,),
    NeedKind.CAREGIVER: (Specialty.SOCIAL_WORK,),
    NeedKind.HOME_HEALTH: _NURSES,
    NeedKind.ADVANCE_CARE_PLAN: (Specialty.PALLIATIVE_MEDICINE, *PRIMARY),
    NeedKind.NUTRITION_EDUCATION: (Specialty.DIETETICS,),
    NeedKind.VACCINES: (Specialty.PHARMACY, *PRIMARY),
    NeedKind.CARDIOLOGY: (Specialty.CARDIOLOGY,),
    NeedKind.LABS_K_CREATININE: (Specialty.LABORATORY,),
    NeedKind.CARDIAC_REHAB: (Specialty.CARDIAC_REHABILITATION,),
    NeedKind.PALLIATIVE: (Specialty.PALLIATIVE_MEDICINE,),
    NeedKind.SLEEP_APNOEA: (Specialty.PULMONOLOGY,),
    NeedKind.PULMONARY_REHAB: (Specialty.PULMONOLOGY, Specialty.PHYSIOTHERAPY),
    NeedKind.PULMONOLOGY: (Specialty.PULMONOLOGY,),
    NeedKind.SPIROMETRY: (Specialty.PULMONOLOGY,),
    NeedKind.OXYGEN_REVIEW: (Specialty.PULMONOLOGY, *PRIMARY),
    NeedKind.CARDIAC_RISK: (Specialty.CARDIOLOGY, *PRIMARY),
    NeedKind.LVEF_REPEAT: (Specialty.CARDIOLOGY,),
    NeedKind.RHYTHM_MONITOR: (Specialty.CARDIOLOGY,),
    NeedKind.THERAPIES: (Specialty.PHYSIOTHERAPY, Specialty.OCCUPATIONAL_THERAPY, Specialty.SPEECH_THERAPY),
    NeedKind.SWALLOW_AND_DIET: (Specialty.SPEECH_THERAPY, Specialty.DIETETICS),
    NeedKind.ASPIRATION_RISK: (Specialty.SPEECH_THERAPY,),
    NeedKind.FALLS: (Specialty.PHYSIOTHERAPY, *_NURSES),
    NeedKind.COGNITION_SCREEN: (Specialty.NEUROLOGY, Specialty.GERIATRICS),
    NeedKind.CONDITION_REVIEW: PRIMARY,
    NeedKind.LATER_REVIEW: PRIMARY,
    NeedKind.ENDOCRINOLOGY: (Specialty.ENDOCRINOLOGY,),
    NeedKind.DSMES: _DIABETES_TEACHERS,
    NeedKind.RETINAL_EXAM: (Specialty.OPHTHALMOLOGY, Specialty.OPTOMETRY),
    NeedKind.FOOT_EXAM: (Specialty.PODIATRY,),
    NeedKind.PODIATRY: (Specialty.PODIATRY,),
    NeedKind.KIDNEY_LABS: (Specialty.LABORATORY,),
    NeedKind.LIPIDS: (Specialty.LABORATORY,),
    NeedKind.A1C: (Specialty.LABORATORY,),
    NeedKind.BEHAVIOURAL: MENTAL_HEALTH,
    NeedKind.MENTAL_HEALTH_VISIT: MENTAL_HEALTH,
    NeedKind.DEPRESSION_SCREEN: (*PRIMARY, *MENTAL_HEALTH),
    NeedKind.DENTAL_EXAM: (Specialty.DENTISTRY,),
    NeedKind.LUNG_SCREENING: (Specialty.RADIOLOGY, Specialty.PULMONOLOGY, *PRIMARY),
    NeedKind.SMOKING_CESSATION: (Specialty.PHARMACY, Specialty.PULMONOLOGY, Specialty.PSYCHOLOGY, *PRIMARY),
    NeedKind.ADHERENCE: (Specialty.PHARMACY, *_NURSES),
}
"""Who usually meets a need by a referral (clinical §2), unless its pathway names others. Panels place these."""

_NURSING = (Specialty.CASE_MANAGEMENT, *_NURSES)
_HELPERS = (Specialty.SOCIAL_WORK, Specialty.CASE_MANAGEMENT)
OWN_TEAM: dict[NeedKind, tuple[Specialty, ...]] = {
    NeedKind.CONTACT: (*_NURSING, *PRIMARY),
    NeedKind.DISCHARGE_SUMMARY: (Specialty.CASE_MANAGEMENT, *PRIMARY),
    NeedKind.PENDING_RESULTS: (Specialty.CASE_MANAGEMENT, *PRIMARY),
    NeedKind.RED_FLAG_PLAN: (*_NURSING, *PRIMARY),
    NeedKind.TRANSPORT: _HELPERS,
    NeedKind.READMISSION_WATCH: (Specialty.CASE_MANAGEMENT,),
    NeedKind.TELEMONITORING: _NURSING,
    NeedKind.RESCUE_SUPPLIES: (Specialty.PHARMACY, Specialty.DIABETES_EDUCATION, *PRIMARY),
    NeedKind.INHALER_TECHNIQUE: (Specialty.PULMONOLOGY, Specialty.PHARMACY, *_NURSING),
    NeedKind.ACTION_PLAN: (Specialty.PULMONOLOGY, *PRIMARY, *_NURSING),
    NeedKind.TRIGGER_REVIEW: (Specialty.PULMONOLOGY, *PRIMARY, *_NURSING),
    NeedKind.PERSONAL_BEST: (Specialty.PULMONOLOGY, *PRIMARY, *_NURSING),
    NeedKind.RESPIRATORY_CHECK: (*_NURSING, Specialty.PULMONOLOGY, *PRIMARY),
    NeedKind.WORK_AND_DRIVING: (
        Specialty.CARDIOLOGY, Specialty.NEUROLOGY, Specialty.OCCUPATIONAL_THERAPY, *PRIMARY,
    ),
    NeedKind.HOME_BLOOD_PRESSURE: (*_NURSING, Specialty.PHARMACY, *PRIMARY),
    NeedKind.MEDICINES_IN_HAND: (Specialty.PHARMACY,),
    NeedKind.COURSE_END: (Specialty.PHARMACY, *PRIMARY),
    NeedKind.ALERT_FOLLOW_UP: (*_NURSING, *PRIMARY),
    NeedKind.SUPPLIES: (Specialty.PHARMACY, Specialty.CASE_MANAGEMENT),
    NeedKind.COSIGNATURE: (
        *PRIMARY, Specialty.CARDIOLOGY, Specialty.ENDOCRINOLOGY, Specialty.PULMONOLOGY, Specialty.NEPHROLOGY,
        Specialty.NEUROLOGY, Specialty.GERIATRICS, Specialty.PALLIATIVE_MEDICINE, Specialty.PSYCHIATRY,
    ),
    NeedKind.MEDICATION_DISCREPANCY: (Specialty.PHARMACY, *PRIMARY),
    NeedKind.FOOD_SUPPORT: (*_HELPERS, Specialty.DIETETICS),
    NeedKind.HOUSING_SUPPORT: _HELPERS,
    NeedKind.UTILITIES_SUPPORT: _HELPERS,
    NeedKind.SAFETY_SUPPORT: _HELPERS,
    NeedKind.FINANCIAL_SUPPORT: _HELPERS,
    NeedKind.HOSPITAL_VISIT: (Specialty.CASE_MANAGEMENT, *PRIMARY),
    NeedKind.FACILITY_DISCHARGE: (Specialty.CASE_MANAGEMENT,),
}  # fmt: skip
"""Who does what a nurse's own team usually does, where somebody else is asked to [default]. No panel places these."""

_BY_PATHWAY = {
    (item.kind, pathway.key): item.specialties for pathway in CATALOGUE for item in pathway.items if item.specialties
}


def specialties_of(kind: NeedKind, reasons: Iterable[Reason]) -> tuple[Specialty, ...]:
    """Who fits a need: whoever one of its standing reasons' pathways names for it, else who usually meets its kind.

    Empty where anybody may: a referral to a specialist says itself to whom.
    """
    pathways = sorted({reason.pathway for reason in standing(reasons) if reason.pathway is not None})
    named = [specialty for key in pathways for specialty in _named(kind, key)]
    return tuple(dict.fromkeys(named)) or SPECIALTIES.get(kind, OWN_TEAM.get(kind, ()))


def _named(kind: NeedKind, pathway: PathwayKey) -> tuple[Specialty, ...]:
    return _BY_PATHWAY.get((kind, pathway), ())


def check_fits(kind: NeedKind, reasons: Iterable[Reason], theirs: str, *, meant: Specialty | None) -> None:
    """Refuse a specialist whose specialty is a hard filter of the need (domain §4), unless it is ``meant``.

    Raises:
        SpecialtyDoesNotFit.
    """
    usual = specialties_of(kind, reasons)
    if usual and theirs not in usual and theirs != meant:
        raise SpecialtyDoesNotFit(
            f"{kind} is usually met by {' or '.join(usual)}, and this is {theirs}. Choose one of its candidates, "
            f"or say specialty {theirs} where that is meant."
        )
