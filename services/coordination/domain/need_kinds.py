"""What each kind of need is: who usually does it, what shows that it is met, and its clocks outside a pathway."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.coordination.domain.clocks import ClockRule
from shared.vocabulary import ClockKind, EvidenceKind, Metric, NeedKind, Role

E = EvidenceKind
_ANY_TASK = frozenset({E.TASK_DONE, E.REFERRAL_CLOSED})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of need.

    ``per_stay``: each stay has its own; otherwise a patient has at most one open need of the kind.
    ``stops`` names the clock that a piece of evidence stops without meeting the need; ``metrics`` what a laboratory
    must have measured, all of it, before the need is met. ``without_patient``: a stay in hospital does not stop it.
    """

    title: str
    responsible: Role
    accepts: frozenset[EvidenceKind]
    rule: str
    per_stay: bool = False
    stops: Mapping[EvidenceKind, str] = field(default_factory=dict)
    metrics: frozenset[Metric] = frozenset()
    without_patient: bool = False

    @property
    def clocks(self) -> tuple[ClockRule, ...]:
        """The clocks of a need that no pathway asked for [default]."""
        return (ClockRule("clinical", ClockKind.CLINICAL, self.rule),)


def _transition(title: str, responsible: Role, rule: str, *accepts: EvidenceKind) -> Kind:
    return Kind(title, responsible, frozenset(accepts), rule, per_stay=True)


def _paper(title: str, rule: str, *accepts: EvidenceKind) -> Kind:
    return Kind(title, Role.COORDINATOR, frozenset(accepts), rule, per_stay=True, without_patient=True)


def _task(title: str, responsible: Role, rule: str, *accepts: EvidenceKind) -> Kind:
    return Kind(title, responsible, _ANY_TASK | set(accepts), rule)


def _labs(title: str, rule: str, *metrics: Metric) -> Kind:
    accepts = frozenset({E.LAB_RESULT, E.REFERRAL_CLOSED})
    return Kind(title, Role.PRESCRIBER, accepts, rule, metrics=frozenset(metrics))


N, R = NeedKind, Role
KINDS: dict[NeedKind, Kind] = {
    N.CONTACT: Kind(
        "Reach the patient",
        R.CASE_MANAGER,
        frozenset({E.INTERACTIVE_CONTACT}),
        "+2bd",
        per_stay=True,
        stops={E.TWO_ATTEMPTS: "programme"},
    ),
    N.DISCHARGE_SUMMARY: _paper("Obtain the discharge summary", "+2d", E.DOCUMENT),
    N.MED_RECONCILIATION: _transition("Reconcile medicines", R.PHARMACIST, "+72h", E.RECONCILIATION, E.REFERRAL_CLOSED),
    N.VISIT: _transition("Face-to-face visit", R.COORDINATOR, "+14d", E.VISIT, E.REFERRAL_CLOSED),
    N.PENDING_RESULTS: _paper("Chase pending results", "+2bd", E.DOCUMENT, E.TASK_DONE),
    N.RED_FLAG_PLAN: _transition("Give the red-flag plan", R.CASE_MANAGER, "D", E.EDUCATION, E.TASK_DONE),
    N.SOCIAL_NEEDS: _transition(
        "Screen for social needs", R.COORDINATOR, "+7d", E.SCREENING, E.TASK_DONE, E.REFERRAL_CLOSED
    ),
    N.CAREGIVER: _transition(
        "Assess the caregiver", R.CASE_MANAGER, "+7d", E.SCREENING, E.TASK_DONE, E.REFERRAL_CLOSED
    ),
    N.HOME_HEALTH: _transition(
        "Confirm home health and equipment", R.COORDINATOR, "+2d", E.TASK_DONE, E.REFERRAL_CLOSED
    ),
    N.TRANSPORT: _transition("Arrange transport", R.COORDINATOR, "+2bd", E.TASK_DONE, E.REFERRAL_CLOSED),
    N.READMISSION_WATCH: _transition("Watch for a readmission", R.COORDINATOR, "+30d", E.WATCH_ENDED),
    N.ADVANCE_CARE_PLAN: _task("Discuss the advance care plan", R.PRESCRIBER, "+30d", E.DOCUMENT),
    N.TELEMONITORING: Kind(
        "Set up telemonitoring",
        R.CASE_MANAGER,
        frozenset({E.FIRST_READING}),
        "+72h",
        stops={E.DEVICE_SET_UP: "set-up"},
    ),
    N.MEDICATION_PLAN: _task("Agree the medication plan", R.PRESCRIBER, "D", E.DOCUMENT),
    N.NUTRITION_EDUCATION: _task("Teach nutrition", R.DIETITIAN, "+14d", E.EDUCATION),
    N.VACCINES: _task("Review vaccines", R.CASE_MANAGER, "+30d"),
    N.DEPRESSION_SCREEN: _task("Screen for depression and distress", R.CASE_MANAGER, "+30d", E.SCREENING),
    N.SPECIALIST_REFERRAL: _task("Refer to a specialist", R.COORDINATOR, "+14d", E.VISIT),
    N.CARDIOLOGY: _task("Refer to cardiology", R.COORDINATOR, "+14d", E.VISIT),
    N.LABS_K_CREATININE: _labs("Potassium and creatinine", "+14d", Metric.POTASSIUM, Metric.CREATININE),
    N.CARDIAC_REHAB: _task("Refer to cardiac rehabilitation", R.COORDINATOR, "+14d", E.VISIT),
    N.PALLIATIVE: _task("Consider a palliative consult", R.PRESCRIBER, "+14d", E.VISIT),
    N.SLEEP_APNOEA: _task("Ask about sleep apnoea", R.CASE_MANAGER, "+30d", E.SCREENING),
    N.ENDOCRINOLOGY: _task("Refer to endocrinology", R.COORDINATOR, "+14d", E.VISIT),
    N.DSMES: _task("Refer to diabetes self-management education", R.COORDINATOR, "+30d", E.EDUCATION),
    N.RETINAL_EXAM: _task("Retinal exam", R.COORDINATOR, "+90d", E.VISIT, E.DOCUMENT),
    N.FOOT_EXAM: _task("Foot exam", R.COORDINATOR, "+30d", E.VISIT, E.DOCUMENT),
    N.KIDNEY_LABS: _labs("uACR and eGFR", "+90d", Metric.UACR, Metric.EGFR),
    N.LIPIDS: _labs("Lipid panel", "+90d", Metric.LDL),
    N.DENTAL_EXAM: _task("Dental exam", R.COORDINATOR, "+90d", E.VISIT, E.DOCUMENT),
    N.A1C: _labs("A1C", "+14d", Metric.HBA1C),
    N.RESCUE_SUPPLIES: _task("Glucagon, ketone strips, sick-day rules", R.CASE_MANAGER, "+2bd", E.EDUCATION),
    N.PULMONARY_REHAB: _task("Refer to pulmonary rehabilitation", R.COORDINATOR, "+21d", E.VISIT),
    N.PULMONOLOGY: _task("Refer to pulmonology", R.COORDINATOR, "+14d", E.VISIT),
    N.SPIROMETRY: _task("Spirometry", R.COORDINATOR, "+112d", E.VISIT, E.DOCUMENT),
    N.OXYGEN_REVIEW: _task("Review oxygen at home", R.PRESCRIBER, "+90d", E.VISIT, E.DOCUMENT),
    N.INHALER_TECHNIQUE: _task("Check inhaler technique", R.CASE_MANAGER, "+7d", E.EDUCATION),
    N.ACTION_PLAN: _task("Written action plan in the patient's hands", R.CASE_MANAGER, "D", E.EDUCATION, E.DOCUMENT),
    N.SMOKING_CESSATION: _task("Support to stop smoking", R.CASE_MANAGER, "+30d", E.EDUCATION),
    N.TRIGGER_REVIEW: _task("Review triggers", R.CASE_MANAGER, "+30d", E.EDUCATION, E.SCREENING),
    N.PERSONAL_BEST: _task("Measure the personal best peak flow again", R.CASE_MANAGER, "+30d", E.DOCUMENT),
    N.RESPIRATORY_CHECK: _transition(
        "Ask about fever, breath and sputum", R.CASE_MANAGER, "+3d", E.INTERACTIVE_CONTACT, E.VISIT
    ),
    N.LUNG_SCREENING: _task("Lung cancer screening considered", R.PRESCRIBER, "+56d", E.DOCUMENT),
    N.ASPIRATION_RISK: _task("Screen for aspiration", R.CASE_MANAGER, "+7d", E.SCREENING),
    N.CARDIAC_RISK: _task("Check cardiac risk", R.PRESCRIBER, "+30d", E.VISIT, E.SCREENING),
    N.LVEF_REPEAT: _task("Measure the ejection fraction again", R.PRESCRIBER, "+60d", E.VISIT, E.DOCUMENT),
    N.WORK_AND_DRIVING: _task("Advise on work and driving", R.PRESCRIBER, "+14d", E.EDUCATION, E.DOCUMENT),
    N.RHYTHM_MONITOR: _task("Obtain the rhythm monitor's results", R.COORDINATOR, "+30d", E.DOCUMENT),
    N.HOME_BLOOD_PRESSURE: _task("Blood pressure measured at home", R.CASE_MANAGER, "+14d", E.DOCUMENT),
    N.SWALLOW_AND_DIET: _task("Assess swallowing and diet", R.COORDINATOR, "+7d", E.SCREENING, E.VISIT),
    N.FALLS: _task("Assess the risk of falls", R.CASE_MANAGER, "+7d", E.SCREENING),
    N.THERAPIES: _task("Refer to physical, occupational and speech therapy", R.COORDINATOR, "+7d", E.VISIT),
    N.COGNITION_SCREEN: _task("Screen cognition", R.CASE_MANAGER, "+90d", E.SCREENING),
    N.MEDICINES_IN_HAND: _transition("Medicines in the patient's hands", R.PHARMACIST, "D", E.TASK_DONE, E.DOCUMENT),
    N.COURSE_END: _transition("End date of a course agreed", R.PHARMACIST, "+3d", E.DOCUMENT, E.RECONCILIATION),
    N.CONDITION_REVIEW: _task("Review the condition", R.PRESCRIBER, "+30d", E.VISIT),
    N.LATER_REVIEW: _task("Review the condition again", R.PRESCRIBER, "+112d", E.VISIT),
    N.MENTAL_HEALTH_VISIT: _transition("Visit for mental health", R.COORDINATOR, "+7d", E.VISIT, E.REFERRAL_CLOSED),
    N.ALERT_FOLLOW_UP: _task("Follow up an alert", R.CASE_MANAGER, "+1bd", E.INTERACTIVE_CONTACT, E.VISIT),
    N.ADHERENCE: _task("Support adherence", R.PHARMACIST, "+7d", E.EDUCATION),
    N.BEHAVIOURAL: _task("Behavioural health", R.COORDINATOR, "+14d", E.VISIT, E.SCREENING),
    N.PODIATRY: _task("Refer to podiatry", R.COORDINATOR, "+48h", E.VISIT),
    N.SUPPLIES: _task("Get supplies to the patient", R.COORDINATOR, "+1bd"),
    N.COSIGNATURE: Kind("Get the prescriber's signature", R.CASE_MANAGER, _ANY_TASK, "+1bd", without_patient=True),
    N.MEDICATION_DISCREPANCY: _task("Clear up a discrepancy of medicines", R.PHARMACIST, "+72h", E.RECONCILIATION),
    # Due dates of what a screen asks for are project defaults.
    N.FOOD_SUPPORT: _task("Arrange food", R.COORDINATOR, "+2bd"),
    N.HOUSING_SUPPORT: _task("Arrange help with housing", R.COORDINATOR, "+7d"),
    N.UTILITIES_SUPPORT: _task("Arrange help with utilities", R.COORDINATOR, "+7d"),
    N.SAFETY_SUPPORT: _task("See to safety at home", R.CASE_MANAGER, "+24h", E.INTERACTIVE_CONTACT),
    N.FINANCIAL_SUPPORT: _task("Arrange help with costs", R.COORDINATOR, "+14d"),
    N.HOSPITAL_VISIT: Kind(
        "Find out about a hospital or emergency visit",
        R.COORDINATOR,
        _ANY_TASK | {E.DOCUMENT, E.INTERACTIVE_CONTACT},
        "+1bd",
        without_patient=True,
    ),
    N.FACILITY_DISCHARGE: _paper("Ask the facility when the patient goes home", "+14d", E.TASK_DONE, E.DOCUMENT),
}

REQUEST_CLOCK = "request"
"""The clock that stops as soon as a need is arranged: the request is out."""
HARD_STOP = "hard-stop"
"""The clock of a reconciliation that moves to the day of the face-to-face visit."""
