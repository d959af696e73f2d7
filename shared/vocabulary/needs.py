"""Needs, their clocks, evidence and ends."""

from enum import StrEnum


class NeedKind(StrEnum):
    """What a patient can require: the bundles' keys (clinical §2) and what monitoring asks for (§1.12)."""

    # every transition
    CONTACT = "contact-interactive"
    DISCHARGE_SUMMARY = "discharge-summary-received"
    MED_RECONCILIATION = "med-reconciliation"
    VISIT = "visit-face-to-face"
    PENDING_RESULTS = "pending-results-chase"
    RED_FLAG_PLAN = "red-flag-plan"
    SOCIAL_NEEDS = "social-needs-screen"
    CAREGIVER = "caregiver-assessment"
    HOME_HEALTH = "home-health-dme-confirm"
    TRANSPORT = "transport-for-visits"
    ADVANCE_CARE_PLAN = "advance-care-plan"
    READMISSION_WATCH = "readmission-watch"
    # shared by conditions
    TELEMONITORING = "telemonitoring"
    MEDICATION_PLAN = "medication-plan"
    NUTRITION_EDUCATION = "nutrition-education"
    VACCINES = "vaccines"
    DEPRESSION_SCREEN = "depression-screen"
    SPECIALIST_REFERRAL = "specialist-referral"
    # heart failure
    CARDIOLOGY = "cardiology-referral"
    LABS_K_CREATININE = "labs-potassium-creatinine"
    CARDIAC_REHAB = "cardiac-rehab-referral"
    PALLIATIVE = "palliative-consult"
    SLEEP_APNOEA = "sleep-apnoea-question"
    # diabetes
    ENDOCRINOLOGY = "endocrinology-referral"
    DSMES = "dsmes-mnt-referral"
    RETINAL_EXAM = "retinal-exam"
    FOOT_EXAM = "foot-exam"
    KIDNEY_LABS = "kidney-labs"
    LIPIDS = "lipid-panel"
    DENTAL_EXAM = "dental-exam"
    A1C = "a1c-test"
    RESCUE_SUPPLIES = "rescue-supplies"
    # lungs
    PULMONARY_REHAB = "pulmonary-rehab-referral"
    PULMONOLOGY = "pulmonology-referral"
    SPIROMETRY = "spirometry"
    OXYGEN_REVIEW = "oxygen-review"
    INHALER_TECHNIQUE = "inhaler-technique"
    ACTION_PLAN = "written-action-plan"
    SMOKING_CESSATION = "smoking-cessation"
    TRIGGER_REVIEW = "trigger-review"
    PERSONAL_BEST = "personal-best-flow"
    RESPIRATORY_CHECK = "respiratory-check"
    LUNG_SCREENING = "lung-cancer-screening"
    ASPIRATION_RISK = "aspiration-risk"
    # heart and vessels
    CARDIAC_RISK = "cardiac-risk-check"
    LVEF_REPEAT = "ejection-fraction-repeat"
    WORK_AND_DRIVING = "work-and-driving"
    RHYTHM_MONITOR = "rhythm-monitor-results"
    HOME_BLOOD_PRESSURE = "home-blood-pressure"
    # after a stroke
    SWALLOW_AND_DIET = "swallow-and-diet"
    FALLS = "falls-assessment"
    THERAPIES = "rehabilitation-therapies"
    COGNITION_SCREEN = "cognition-screen"
    # any condition
    MEDICINES_IN_HAND = "medicines-in-hand"
    COURSE_END = "course-end-date"
    CONDITION_REVIEW = "condition-review"
    LATER_REVIEW = "later-condition-review"
    MENTAL_HEALTH_VISIT = "mental-health-visit"
    # what monitoring asks for
    ALERT_FOLLOW_UP = "alert-follow-up"
    ADHERENCE = "adherence-support"
    BEHAVIOURAL = "behavioural-health"
    PODIATRY = "podiatry-referral"
    SUPPLIES = "supplies"
    COSIGNATURE = "co-signature"
    MEDICATION_DISCREPANCY = "medication-discrepancy"
    # what a social-needs screen asks for
    FOOD_SUPPORT = "food-support"
    HOUSING_SUPPORT = "housing-support"
    UTILITIES_SUPPORT = "utilities-support"
    SAFETY_SUPPORT = "safety-support"
    FINANCIAL_SUPPORT = "financial-support"
    # a hospital or emergency visit that the patient tells of
    HOSPITAL_VISIT = "hospital-visit-follow-up"
    # where the patient did not go home
    FACILITY_DISCHARGE = "facility-discharge-watch"


class NeedState(StrEnum):
    """Where a need stands (domain §2)."""

    IDENTIFIED = "identified"
    ARRANGED = "arranged"
    IN_PROGRESS = "in-progress"
    MET = "met"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"
    NOT_MET = "not-met"


class NeedAct(StrEnum):
    """What can be done to a need."""

    ARRANGE = "arrange"
    PROGRESS = "progress"
    MEET = "meet"
    WAIVE = "waive"
    WITHDRAW = "withdraw"
    GIVE_UP = "give-up"
    RELEASE = "release"
    REOPEN = "reopen"


class MeansKind(StrEnum):
    """How a need is met."""

    REFERRAL = "referral"
    OUTREACH = "outreach"
    ENROLLMENT = "enrollment"
    DOCUMENT = "document"
    TASK = "task"


class EvidenceKind(StrEnum):
    """What shows that a need, or one of its clocks, is met."""

    INTERACTIVE_CONTACT = "interactive-contact"
    TWO_ATTEMPTS = "two-attempts"
    DOCUMENT = "document"
    VISIT = "visit"
    RECONCILIATION = "reconciliation"
    REFERRAL_CLOSED = "referral-closed"
    DEVICE_SET_UP = "device-set-up"
    FIRST_READING = "first-reading"
    LAB_RESULT = "lab-result"
    SCREENING = "screening"
    EDUCATION = "education"
    WATCH_ENDED = "watch-ended"
    TASK_DONE = "task-done"


class SourceKind(StrEnum):
    """Who or what said that the patient needs this."""

    COORDINATOR = "coordinator"
    STAY = "stay"
    MONITORING_ALERT = "monitoring-alert"
    EHR = "ehr"
    SCREENING = "screening"
    READING = "reading"
    CONTACT = "contact"
    REFERRAL = "referral"
    ENROLLMENT = "enrollment"
    PLAN_CHANGE = "plan-change"
    RECONCILIATION = "reconciliation"


class WaiverReason(StrEnum):
    """Why a need need not be met."""

    PATIENT_DECLINED = "patient-declined"
    ALREADY_DONE = "already-done-elsewhere"
    NOT_INDICATED = "not-clinically-indicated"
    HOSPICE = "hospice"
    PAYER = "payer-does-not-cover"


class WithdrawReason(StrEnum):
    """Why a need should not have been there."""

    DISCHARGE_CANCELLED = "discharge-cancelled"
    ENTERED_IN_ERROR = "entered-in-error"
    MERGED = "merged"
    DUPLICATE = "duplicate"
    READMITTED = "readmitted"
    DECEASED = "deceased"
    CORRECTED = "corrected"
    TRANSFERRED = "transferred"
    ORDER_REVOKED = "order-revoked"


class NotMetReason(StrEnum):
    """Why a need was given up."""

    UNABLE_TO_REACH = "unable-to-reach"
    NO_CAPACITY = "no-capacity"
    READMITTED = "readmitted"
    DECEASED = "deceased"
    MOVED_AWAY = "moved-away"
    OTHER = "other"


class ClockKind(StrEnum):
    """The clinical clock protects the patient, the programme clock the programme's count (clinical §2)."""

    CLINICAL = "clinical"
    PROGRAMME = "programme"


class OffHours(StrEnum):
    """What becomes of a clinical clock that is due on a day off: who is on call does it, or it moves."""

    ON_CALL = "on-call"
    NEXT_BUSINESS_DAY = "next-business-day"


class ClockState(StrEnum):
    """How a clock stands at an instant; derived, never stored."""

    OPEN = "open"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met-late"
    BREACHED = "breached"


class ObligationSource(StrEnum):
    """What an obligation on the worklist comes from."""

    NEED = "need"
    REFERRAL = "referral"
    CONTACT = "contact"
    STAY = "stay"


class WorkBucket(StrEnum):
    """When open work is due; the end of a day and of a week are those of a time zone."""

    OVERDUE = "overdue"
    TODAY = "today"
    THIS_WEEK = "this-week"
    LATER = "later"
    UNDATED = "undated"
