"""The generic bundle of every pathway: what each discharge home asks for (clinical §2)."""

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.pathways.base import Facts, Item, Pathway, Verdict
from services.coordination.domain.pathways.destinations import against_advice, in_facility
from shared.vocabulary import ClockKind, Complexity, NeedKind, PathwayKey, Priority

CLINICAL, PROGRAMME = ClockKind.CLINICAL, ClockKind.PROGRAMME

CALL_WINDOW = ClockRule("clinical", CLINICAL, "+72h", opens="+48h")
TWO_BUSINESS_DAYS = ClockRule("programme", PROGRAMME, "+2bd", by_law=True)
FALLBACK_VISIT = ClockRule("fallback", PROGRAMME, "+14d")


def with_a_condition(_facts: Facts) -> Verdict:
    """The generic bundle never comes alone: the catalogue adds it to a condition's pathway."""
    return Verdict(False, "it comes with a condition's pathway, or when asked for by name")


def high_complexity(facts: Facts) -> Verdict:
    """Medical decision making of high complexity."""
    return Verdict(facts.complexity is Complexity.HIGH, f"medical decision making is {facts.complexity}")


def moderate_complexity(facts: Facts) -> Verdict:
    """Medical decision making of moderate complexity."""
    return Verdict(facts.complexity is Complexity.MODERATE, f"medical decision making is {facts.complexity}")


def by(rule: str, key: str = "clinical") -> tuple[ClockRule, ...]:
    """One clinical clock."""
    return (ClockRule(key, CLINICAL, rule),)


TRANSITION = Pathway(
    key=PathwayKey.TRANSITION,
    version="2026.2",
    title="Transition from hospital to home",
    applies=with_a_condition,
    sources=(
        "MLN908628 Transitional care management services (from memory)",
        "HEDIS Transitions of Care, operational reading, not certified",
        "42 CFR and CY 2026 PFS as summarized in the clinical reference §2, §2.5",
    ),
    items=(
        Item(
            NeedKind.CONTACT,
            "Interactive contact with the patient or caregiver after discharge",
            (CALL_WINDOW, TWO_BUSINESS_DAYS),
            "TCM: two business days; ACC pathways: 48 to 72 h (from memory)",
        ),
        Item(
            NeedKind.DISCHARGE_SUMMARY,
            "Discharge summary received",
            (ClockRule("programme", PROGRAMME, "+2d"),),
            "TRC receipt of discharge information: D to D+2",
            in_facility=True,
        ),
        Item(
            NeedKind.MED_RECONCILIATION,
            "Medicines at discharge reconciled with the current list",
            (
                ClockRule("target", CLINICAL, "+72h"),
                ClockRule("hard-stop", PROGRAMME, "+14d"),
                ClockRule("outer", PROGRAMME, "+30d"),
            ),
            "TCM: no later than the face-to-face visit; TRC: D to D+30",
        ),
        Item(
            NeedKind.VISIT,
            "Face-to-face visit within 7 days",
            (ClockRule("visit", CLINICAL, "+7d"), FALLBACK_VISIT),
            "TCM 99496: high complexity, 7 calendar days",
            only_if=high_complexity,
        ),
        Item(
            NeedKind.VISIT,
            "Face-to-face visit within 14 days",
            (ClockRule("visit", CLINICAL, "+14d"), FALLBACK_VISIT),
            "TCM 99495: moderate complexity, 14 calendar days",
            only_if=moderate_complexity,
        ),
        Item(
            NeedKind.PENDING_RESULTS,
            "Results pending at discharge chased",
            by("+2bd"),
            "Generic bundle, clinical reference §2",
            in_facility=True,
        ),
        Item(
            NeedKind.RED_FLAG_PLAN,
            "Red-flag plan in the patient's hands",
            by("D"),
            "Generic bundle, clinical reference §2",
        ),
        Item(
            NeedKind.SOCIAL_NEEDS,
            "Screen for food, transport and housing",
            by("+7d"),
            "Generic bundle, clinical reference §2",
        ),
        Item(
            NeedKind.CAREGIVER,
            "Caregiver identified and assessed",
            by("+7d"),
            "Generic bundle, clinical reference §2",
        ),
        Item(
            NeedKind.HOME_HEALTH,
            "Home health and equipment confirmed",
            by("+2d"),
            "Generic bundle, clinical reference §2",
        ),
        Item(
            NeedKind.TRANSPORT,
            "Transport arranged for the visits",
            by("+2bd"),
            "Generic bundle, clinical reference §2",
        ),
        Item(
            NeedKind.ADVANCE_CARE_PLAN,
            "Advance care plan discussed",
            by("+30d"),
            "Generic bundle, clinical reference §2",
        ),
        Item(
            NeedKind.READMISSION_WATCH,
            "Watch for a readmission",
            (ClockRule("programme", PROGRAMME, "+30d", opens="+1d"),),
            "CMS 30-day readmission: 1 to 30 days after discharge",
            in_facility=True,
        ),
        Item(
            NeedKind.FACILITY_DISCHARGE,
            "Ask the facility when the patient goes home: that discharge starts the transition",
            by("+14d"),  # [default] no guideline says how often to ask
            "TCM: a discharge from a skilled nursing stay qualifies",
            only_if=in_facility,
            in_facility=True,
            exceptional=True,
        ),
        Item(
            NeedKind.CONTACT,
            "Left against advice: call by the next day, medicines and the reasons for leaving",
            (ClockRule("clinical", CLINICAL, "+24h"),),  # [default] no guideline names an hour
            "Project default: leaving against advice carries a high risk of readmission",
            Priority.URGENT,
            only_if=against_advice,
            exceptional=True,
        ),
        Item(
            NeedKind.MEDICINES_IN_HAND,
            "Left against advice: medicines and prescriptions in the patient's hands",
            by("+1bd"),  # [default]
            "Project default: prescriptions are often missing when a patient leaves against advice",
            Priority.URGENT,
            only_if=against_advice,
            exceptional=True,
        ),
    ),
)
