"""The treatment plan, standing orders and changes of medicines (clinical §6)."""

from enum import StrEnum


class MedicineClass(StrEnum):
    """What a medicine does: what prescriptive authority is given for, and what a step rule is written for."""

    BASAL_INSULIN = "basal-insulin"
    MEALTIME_INSULIN = "mealtime-insulin"
    BIGUANIDE = "biguanide"
    SGLT2_INHIBITOR = "sglt2-inhibitor"
    GLP1_AGONIST = "glp1-agonist"
    SULFONYLUREA = "sulfonylurea"
    LOOP_DIURETIC = "loop-diuretic"
    THIAZIDE = "thiazide"
    MRA = "mra"
    ARNI = "arni"
    ACE_INHIBITOR = "ace-inhibitor"
    ARB = "arb"
    BETA_BLOCKER = "beta-blocker"
    CALCIUM_BLOCKER = "calcium-channel-blocker"
    STATIN = "statin"
    ANTICOAGULANT = "anticoagulant"
    INHALER = "inhaler"
    CORTICOSTEROID = "oral-corticosteroid"
    OPIOID = "opioid"
    BENZODIAZEPINE = "benzodiazepine"
    OTHER = "other"


class Route(StrEnum):
    """How a medicine enters the body."""

    ORAL = "oral"
    SUBCUTANEOUS = "subcutaneous"
    INTRAVENOUS = "intravenous"
    INHALED = "inhaled"
    TRANSDERMAL = "transdermal"
    SUBLINGUAL = "sublingual"


class DoseForm(StrEnum):
    """What the patient has in hand."""

    TABLET = "tablet"
    CAPSULE = "capsule"
    ORAL_SOLUTION = "oral-solution"
    PEN = "injection-pen"
    VIAL = "injection-vial"
    INHALER = "inhaler"
    PATCH = "patch"


class MedicineStatus(StrEnum):
    """FHIR medication-request status, the three in use for a line of the list."""

    ACTIVE = "active"
    ON_HOLD = "on-hold"
    STOPPED = "stopped"


class StepRule(StrEnum):
    """The step rules there are; ``propose-only`` allows no step on a nurse's side (clinical §6.3)."""

    BASAL_INSULIN = "basal-insulin"
    LOOP_DIURETIC_BURST = "loop-diuretic-burst"
    PROPOSE_ONLY = "propose-only"


class StandingOrderState(StrEnum):
    """Where a standing order stands; ``expired`` is by its date."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"


class PlanChangeKind(StrEnum):
    """What changes in the list of medicines."""

    DOSE = "dose"
    START = "start"
    STOP = "stop"
    HOLD = "hold"
    RESUME = "resume"


class PlanChangePath(StrEnum):
    """By whose decision: a signed standing order, a prescriber on a proposal or alone, the nurse's own licence."""

    PROTOCOL = "protocol"
    PROPOSAL = "proposal"
    PRESCRIBER = "prescriber"
    SAFETY_HOLD = "safety-hold"


class PlanChangeState(StrEnum):
    """Where a change stands (clinical §6.4); ``stopped``: judged again before it took effect, and refused."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    APPROVED_MODIFIED = "approved-modified"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ORDERED = "ordered"
    COMMUNICATED = "communicated-to-patient"
    EFFECTIVE = "effective"
    MONITORED = "monitored"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


class PlanChangeAct(StrEnum):
    """What somebody does with a change."""

    PROPOSE = "propose"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    VERBAL_ORDER = "verbal-order"
    SIGN = "sign"
    ORDER = "order"
    TEACH_BACK = "teach-back"
    COSIGN = "cosign"
    MONITOR = "monitor"
    CLOSE = "close"
    CANCEL = "cancel"


class StepDecision(StrEnum):
    """The answer to a nurse's medication step."""

    ALLOW = "allow"
    COSIGN = "co-sign"
    REFUSE = "refuse"


class StepRefusal(StrEnum):
    """Why a nurse may not take a step under a standing order (clinical §6.4, must be refused)."""

    PATH_OFF = "protocol-path-off"
    NO_ENROLLMENT = "no-active-enrollment"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    NO_ORDER = "no-standing-order"
    NO_PATIENT_ORDER = "no-patient-order"
    ORDER_EXPIRED = "order-expired"
    ORDER_SUPERSEDED = "order-superseded"
    ORDER_REVOKED = "order-revoked"
    ORDER_SUSPENDED = "order-suspended"
    ROLE = "role-not-authorised"
    PERSON = "person-not-named"
    COMPETENCY = "competency-lapsed"
    DRUG = "drug-not-named"
    ROUTE = "route-not-named"
    FORM = "form-not-named"
    CONCENTRATION = "concentration-not-named"
    CONTROLLED = "controlled-substance"
    NEW_OR_STOP = "new-drug-or-stop"
    PROPOSE_ONLY = "propose-only"
    NOT_ACTIVE = "medicine-not-active"
    BELOW_MINIMUM = "dose-below-minimum"
    ABOVE_MAXIMUM = "dose-above-maximum"
    DAILY_MAXIMUM = "daily-dose-above-maximum"
    STEP = "dose-not-a-step"
    INTERVAL = "interval-too-short"
    CUMULATIVE = "cumulative-change-exceeded"
    BURSTS = "too-many-bursts"
    MISSING = "required-reading-missing"
    STALE = "required-reading-stale"
    NO_TRIGGER = "nothing-asks-for-it"
    IN_GOAL = "in-goal"
    FASTING_LOW = "fasting-below-80"
    HYPOGLYCAEMIA_LOCK = "hypoglycaemia-lock"
    PREGNANCY = "pregnancy"
    TYPE_1 = "type-1-diabetes"
    EXCLUDED = "excluded-by-order"
    EGFR_LOW = "egfr-low"
    EGFR_FALL = "egfr-fall"
    POTASSIUM = "potassium-out-of-range"
    CREATININE = "creatinine-rise"
    SYSTOLIC = "systolic-low"
    STEROID = "steroid-change"
    ILLNESS = "acute-illness"
    VOMITING = "vomiting"
    CHILD = "child"
    DECEASED = "deceased"
    CRITICAL_ALERT = "critical-alert-open"
    OPEN_PROPOSAL = "proposal-open"
    PLAN_ENDED = "plan-ended"


class PlanEndReason(StrEnum):
    """Why a treatment plan is over."""

    GOALS_REACHED = "goals-reached"
    REPLACED = "replaced"
    TRANSFERRED = "transferred"
    PATIENT_DECLINED = "patient-declined"
    DECEASED = "deceased"
    ENTERED_IN_ERROR = "entered-in-error"


class ReconciliationSource(StrEnum):
    """The lists that are compared."""

    DISCHARGE_LIST = "discharge-list"
    PRE_ADMISSION_LIST = "pre-admission-list"
    PHARMACY_FILLS = "pharmacy-fills"
    BOTTLES = "patients-bottles"
    PLAN = "treatment-plan"


class ReconciliationDecision(StrEnum):
    """What is found for one drug; ``clarify`` is an open discrepancy."""

    CONTINUE = "continue"
    CHANGED = "changed"
    NEW = "new"
    STOPPED = "stopped"
    CLARIFY = "clarify"
