"""Words both services and their clients use. StrEnums only; imports nothing of ours."""

from enum import StrEnum

# -- people and access ---------------------------------------------------------------------------------


class Role(StrEnum):
    """Who may hold a token (domain §9)."""

    COORDINATOR = "coordinator"
    CASE_MANAGER = "case_manager"
    NURSE_ASSISTANT = "nurse_assistant"
    PHARMACIST = "pharmacist"
    DIETITIAN = "dietitian"
    PRESCRIBER = "prescriber"
    SPECIALIST = "specialist"
    SUPERVISOR = "supervisor"
    CLINIC_ADMIN = "clinic_admin"
    AUDITOR = "auditor"
    INTEGRATION = "integration"
    SERVICE = "service"


class Severity(StrEnum):
    """How soon a human must look (clinical §1.9), mildest first."""

    INFO = "info"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical."""
        return list(Severity).index(self)


class Priority(StrEnum):
    """FHIR request-priority, least pressing first."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ASAP = "asap"
    STAT = "stat"

    @property
    def rank(self) -> int:
        """0 for routine up to 3 for stat."""
        return list(Priority).index(self)


class Sex(StrEnum):
    """FHIR administrative-gender."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


# -- coordination --------------------------------------------------------------------------------------


# Patients, stays, pathways, needs, contacts.


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
    # what monitoring asks for
    ALERT_FOLLOW_UP = "alert-follow-up"
    ADHERENCE = "adherence-support"
    BEHAVIOURAL = "behavioural-health"
    PODIATRY = "podiatry-referral"
    SUPPLIES = "supplies"


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


class ClockState(StrEnum):
    """How a clock stands at an instant; derived, never stored."""

    OPEN = "open"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met-late"
    BREACHED = "breached"


class StayState(StrEnum):
    """FHIR Encounter.status, the part in use."""

    PLANNED = "planned"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


class StayClass(StrEnum):
    """What kind of stay it is; emergency alone starts no transition programme (clinical §2.5)."""

    INPATIENT = "inpatient"
    OBSERVATION = "observation"
    EMERGENCY = "emergency"


class DischargeDisposition(StrEnum):
    """Where the patient went (NUBC patient discharge status in words)."""

    HOME = "home"
    HOME_HEALTH = "home-health"
    ASSISTED_LIVING = "assisted-living"
    SHORT_TERM_HOSPITAL = "short-term-hospital"
    SKILLED_NURSING = "skilled-nursing"
    REHABILITATION = "rehabilitation"
    LONG_TERM_CARE = "long-term-care"
    PSYCHIATRIC = "psychiatric"
    HOSPICE = "hospice"
    AGAINST_ADVICE = "against-advice"
    EXPIRED = "expired"
    OTHER = "other"


class DiagnosisRole(StrEnum):
    """What a diagnosis was for this stay."""

    PRINCIPAL = "principal"
    SECONDARY = "secondary"
    ADMITTING = "admitting"


class CodeSystem(StrEnum):
    """The terminologies in which diagnoses are accepted."""

    ICD_10_CM = "icd-10-cm"
    SNOMED = "snomed"


class Complexity(StrEnum):
    """Medical decision making as the transition codes use it (clinical §2.5)."""

    MODERATE = "moderate"
    HIGH = "high"


class NyhaClass(StrEnum):
    """Functional class of heart failure."""

    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    IV = "IV"


class DrugClass(StrEnum):
    """Classes of medicines that change a discharge plan."""

    INSULIN = "insulin"
    SGLT2_INHIBITOR = "sglt2-inhibitor"
    SULFONYLUREA = "sulfonylurea"
    LOOP_DIURETIC = "loop-diuretic"
    MRA = "mineralocorticoid-antagonist"
    RAAS_INHIBITOR = "raas-inhibitor"
    BETA_BLOCKER = "beta-blocker"
    OTHER = "other"


class PathwayKey(StrEnum):
    """The bundles in the catalogue."""

    TRANSITION = "transition"
    HEART_FAILURE = "heart-failure"
    DIABETES = "diabetes"


class Channel(StrEnum):
    """How somebody was contacted."""

    PHONE = "phone"
    VIDEO = "video"
    PORTAL = "portal"
    EMAIL = "email"
    TEXT_MESSAGE = "text-message"
    IN_PERSON = "in-person"
    HOME_VISIT = "home-visit"
    LETTER = "letter"


class ContactWith(StrEnum):
    """Who was contacted."""

    PATIENT = "patient"
    CAREGIVER = "caregiver"
    PRACTITIONER = "practitioner"
    SERVICE = "service"


class ContactOutcome(StrEnum):
    """What came of an attempt; only ``reached`` is a conversation."""

    REACHED = "reached"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong-number"
    MESSAGE_LEFT = "message-left"
    DECLINED = "declined"


class TelecomKind(StrEnum):
    """FHIR ContactPoint.system, the part in use."""

    PHONE = "phone"
    EMAIL = "email"
    SMS = "sms"


# Directory, referrals, care teams, worklist.


class Specialty(StrEnum):
    """What a specialist does; :attr:`nucc` is the code on the wire of FHIR (clinical §5.5)."""

    CARDIOLOGY = "cardiology"
    ENDOCRINOLOGY = "endocrinology"
    PULMONOLOGY = "pulmonology"
    NEPHROLOGY = "nephrology"
    NEUROLOGY = "neurology"
    GERIATRICS = "geriatrics"
    PALLIATIVE_MEDICINE = "palliative-medicine"
    FAMILY_MEDICINE = "family-medicine"
    INTERNAL_MEDICINE = "internal-medicine"
    OPHTHALMOLOGY = "ophthalmology"
    OPTOMETRY = "optometry"
    PODIATRY = "podiatry"
    DIETETICS = "dietetics"
    PHARMACY = "pharmacy"
    DIABETES_EDUCATION = "diabetes-education"
    HOME_HEALTH_NURSING = "home-health-nursing"
    COMMUNITY_HEALTH_NURSING = "community-health-nursing"
    PHYSIOTHERAPY = "physiotherapy"
    CARDIAC_REHABILITATION = "cardiac-rehabilitation"
    SOCIAL_WORK = "social-work"
    LABORATORY = "laboratory"

    @property
    def nucc(self) -> str:
        """The code in ``http://nucc.org/provider-taxonomy``."""
        return _NUCC[self]


_NUCC = {
    Specialty.CARDIOLOGY: "207RC0000X",
    Specialty.ENDOCRINOLOGY: "207RE0101X",
    Specialty.PULMONOLOGY: "207RP1001X",
    Specialty.NEPHROLOGY: "207RN0300X",
    Specialty.NEUROLOGY: "2084N0400X",
    Specialty.GERIATRICS: "207RG0300X",
    Specialty.PALLIATIVE_MEDICINE: "207RH0002X",
    Specialty.FAMILY_MEDICINE: "207Q00000X",
    Specialty.INTERNAL_MEDICINE: "207R00000X",
    Specialty.OPHTHALMOLOGY: "207W00000X",
    Specialty.OPTOMETRY: "152W00000X",
    Specialty.PODIATRY: "213E00000X",
    Specialty.DIETETICS: "133V00000X",
    Specialty.PHARMACY: "183500000X",
    Specialty.DIABETES_EDUCATION: "163WD0400X",
    Specialty.HOME_HEALTH_NURSING: "163WH0200X",
    Specialty.COMMUNITY_HEALTH_NURSING: "163WC1500X",
    Specialty.PHYSIOTHERAPY: "225100000X",
    Specialty.CARDIAC_REHABILITATION: "261QR0404X",
    Specialty.SOCIAL_WORK: "1041C0700X",
    Specialty.LABORATORY: "291U00000X",
}


class Modality(StrEnum):
    """How a patient and a specialist meet."""

    IN_PERSON = "in-person"
    VIDEO = "video"
    HOME = "home"


class SlotState(StrEnum):
    """Whether a place in a specialist's calendar can still be given to somebody."""

    OPEN = "open"
    HELD = "held"
    BOOKED = "booked"


class ReferralState(StrEnum):
    """Where a referral stands (clinical §5.1)."""

    DRAFT = "draft"
    AWAITING_AUTHORIZATION = "awaiting-authorization"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RE_ROUTED = "re-routed"
    SCHEDULED = "scheduled"
    NO_SHOW = "no-show"
    REBOOKING = "rebooking"
    SEEN = "seen"
    INTERIM = "interim"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    PATIENT_DECLINED = "patient-declined"
    EXPIRED = "expired"


class ReferralAct(StrEnum):
    """What the sender or the receiver does with a referral; also the last part of its address."""

    REQUEST_AUTHORIZATION = "request-authorization"
    AUTHORIZE = "authorize"
    REFUSE_AUTHORIZATION = "refuse-authorization"
    SEND = "send"
    RECEIVE = "receive"
    ACCEPT = "accept"
    DECLINE = "decline"
    RE_ROUTE = "re-route"
    SCHEDULE = "schedule"
    RESCHEDULE = "reschedule"
    CANCEL_VISIT = "cancel-visit"
    NO_SHOW = "no-show"
    CONTINUE = "continue"
    ATTEND = "attend"
    INTERIM_NOTE = "interim-note"
    REPORT = "report"
    REVIEW = "review"
    INFORM = "inform"
    CLOSE = "close"
    WAIVE = "waive"
    CANCEL = "cancel"
    CONFIRM_CANCEL = "confirm-cancel"
    REFUSE_CANCEL = "refuse-cancel"
    WITHDRAW_CANCEL = "withdraw-cancel"
    PATIENT_DECLINES = "patient-declines"
    EXPIRE = "expire"
    REOPEN = "reopen"


class DeclineReason(StrEnum):
    """Why a receiver declines."""

    NO_CAPACITY = "no-capacity"
    OUT_OF_SCOPE = "out-of-scope"
    COVERAGE_NOT_ACCEPTED = "coverage-not-accepted"
    INFORMATION_MISSING = "information-missing"
    NOT_INDICATED = "not-indicated"
    CONFLICT_OF_INTEREST = "conflict-of-interest"


class CancelReason(StrEnum):
    """Why a sender takes a referral back."""

    NEED_MET_OTHERWISE = "need-met-otherwise"
    ORDERED_IN_ERROR = "ordered-in-error"
    CLINICAL_CHANGE = "clinical-change"
    OTHER_SPECIALIST = "other-specialist"
    PATIENT_MOVED = "patient-moved"
    PATIENT_DIED = "patient-died"


class LoopWaiver(StrEnum):
    """Why a referral is closed without report, review and patient informed (L1)."""

    REPORT_UNOBTAINABLE = "report-unobtainable"
    REPORT_RECEIVED_OTHERWISE = "report-received-otherwise"
    PATIENT_UNREACHABLE = "patient-unreachable"
    PATIENT_DIED = "patient-died"
    PATIENT_MOVED = "patient-moved"


class VisitParty(StrEnum):
    """Who called a visit off or moved it."""

    PATIENT = "patient"
    SPECIALIST = "specialist"


class ObligationSource(StrEnum):
    """What an obligation on the worklist comes from."""

    NEED = "need"
    REFERRAL = "referral"
    CONTACT = "contact"


class CareTeamRole(StrEnum):
    """What a practitioner answers for in a patient's care (domain §1)."""

    PRIMARY_CARE = "primary-care"
    COORDINATOR = "coordinator"
    CASE_MANAGER = "case-manager"
    COVERING_CLINICIAN = "covering-clinician"
    SPECIALIST = "specialist"
    PHARMACIST = "pharmacist"
    DIETITIAN = "dietitian"
    SOCIAL_WORKER = "social-worker"


# Visits and conditions, as FHIR tells them.


class VisitClass(StrEnum):
    """What kind of visit it is: an encounter that is no stay."""

    AMBULATORY = "ambulatory"
    VIRTUAL = "virtual"
    HOME = "home"
    FIELD = "field"
    SHORT_STAY = "short-stay"


class ConditionStatus(StrEnum):
    """FHIR condition-clinical."""

    ACTIVE = "active"
    RECURRENCE = "recurrence"
    RELAPSE = "relapse"
    INACTIVE = "inactive"
    REMISSION = "remission"
    RESOLVED = "resolved"


class ConditionVerification(StrEnum):
    """FHIR condition-ver-status."""

    UNCONFIRMED = "unconfirmed"
    PROVISIONAL = "provisional"
    DIFFERENTIAL = "differential"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    ENTERED_IN_ERROR = "entered-in-error"


class ConditionCategory(StrEnum):
    """Why a condition is on record."""

    PROBLEM = "problem-list-item"
    ENCOUNTER_DIAGNOSIS = "encounter-diagnosis"
    HEALTH_CONCERN = "health-concern"


# -- monitoring ----------------------------------------------------------------------------------------


class RiskTier(StrEnum):
    """How closely a patient is followed (clinical §1.10), closest first."""

    HIGH = "high"
    RISING = "rising"
    STABLE = "stable"
    MAINTENANCE = "maintenance"


class EnrollmentState(StrEnum):
    """Where an enrollment stands; the moves between are a table in monitoring's domain."""

    REFERRED = "referred"
    OFFERED = "offered"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    DECLINED = "declined"


class EnrollmentAct(StrEnum):
    """What somebody does with an enrollment."""

    OFFER = "offer"
    ACTIVATE = "activate"
    DECLINE = "decline"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


class AlertState(StrEnum):
    """Where an alert stands; ``closed`` means its evidence was withdrawn (source-corrected)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"


class AlertAct(StrEnum):
    """What a nurse does with an alert."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    RESOLVE = "resolve"


class Disposition(StrEnum):
    """How an alert ended (clinical §1.9)."""

    RESOLVED = "resolved"
    FALSE_READING = "false-reading"
    SOURCE_CORRECTED = "source-corrected"
    PROTOCOL_STEP = "protocol-step"
    ESCALATED = "escalated"
    ED_SENT = "ED-sent"
    UNABLE_TO_REACH = "unable-to-reach"
    PATIENT_DECLINED = "patient-declined"


class Comparator(StrEnum):
    """FHIR quantity-comparator: a meter's LO is ``<``, its HI is ``>``."""

    LESS = "<"
    LESS_OR_EQUAL = "<="
    MORE_OR_EQUAL = ">="
    MORE = ">"


class ReadingStatus(StrEnum):
    """FHIR observation-status, the three in use for readings."""

    FINAL = "final"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered-in-error"


class ItemOutcome(StrEnum):
    """What became of one item of a batch of readings."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REFUSED = "refused"


class IssueState(StrEnum):
    """Whether a reading that was put aside still needs somebody."""

    OPEN = "open"
    CLEARED = "cleared"
    DISMISSED = "dismissed"


class Metric(StrEnum):
    """What is measured: the keys of the metric dictionary (clinical §1.1)."""

    GLUCOSE_SMBG = "glucose_smbg"
    GLUCOSE_FASTING = "glucose_fasting"
    GLUCOSE_LAB = "glucose_lab"
    GLUCOSE_CGM = "glucose_cgm"
    CGM_TIR = "cgm_tir"
    CGM_TBR_1 = "cgm_tbr_1"
    CGM_TBR_2 = "cgm_tbr_2"
    CGM_TAR_1 = "cgm_tar_1"
    CGM_TAR_2 = "cgm_tar_2"
    CGM_MEAN = "cgm_mean"
    CGM_GMI = "cgm_gmi"
    CGM_CV = "cgm_cv"
    CGM_DAYS = "cgm_days"
    CGM_ACTIVE = "cgm_active"
    KETONE_BLOOD = "ketone_blood"
    KETONE_URINE = "ketone_urine"
    HBA1C = "hba1c"
    BODY_WEIGHT = "body_weight"
    DRY_WEIGHT = "dry_weight"
    BP_SYSTOLIC = "bp_systolic"
    BP_DIASTOLIC = "bp_diastolic"
    BP_AVERAGE_SYSTOLIC = "bp_average_systolic"
    BP_AVERAGE_DIASTOLIC = "bp_average_diastolic"
    HEART_RATE = "heart_rate"
    RESP_RATE = "resp_rate"
    SPO2 = "spo2"
    TEMPERATURE = "temp"
    PEF = "pef"
    PEF_BEST = "pef_best"
    FEV1 = "fev1"
    POTASSIUM = "potassium"
    SODIUM = "sodium"
    CREATININE = "creatinine"
    EGFR = "egfr"
    UACR = "uacr"
    HAEMOGLOBIN = "haemoglobin"
    LDL = "ldl"
    BNP = "bnp"
    NT_PROBNP = "nt_probnp"
    LVEF = "lvef"
    ACT = "act"
    C_ACT = "c_act"
    CAT = "cat"
    MMRC = "mmrc"
    NYHA = "nyha"
    PHQ2 = "phq2"
    PHQ9 = "phq9"
    SMOKING = "smoking"
    SYMPTOMS = "symptoms"


class Symptom(StrEnum):
    """What a patient reports; the rules of the protocols name these."""

    SHAKY = "shaky"
    SWEATING = "sweating"
    HUNGER = "hunger"
    IRRITABLE = "irritable"
    NEEDED_HELP = "needed-help"
    THIRST = "thirst"
    POLYURIA = "polyuria"
    NAUSEA = "nausea"
    VOMITING = "vomiting"
    ABDOMINAL_PAIN = "abdominal-pain"
    DROWSY = "drowsy"
    BLURRED_VISION = "blurred-vision"
    FATIGUE = "fatigue"
    DYSPNOEA_ON_EXERTION = "dyspnoea-on-exertion"
    DYSPNOEA_AT_REST = "dyspnoea-at-rest"
    EXTRA_PILLOWS = "extra-pillows"
    NIGHT_DYSPNOEA = "night-dyspnoea"
    CANNOT_LIE_FLAT = "cannot-lie-flat"
    SWELLING = "swelling"
    DRY_COUGH = "dry-cough"
    CHEST_PAIN = "chest-pain"
    SYNCOPE = "syncope"
    CONFUSION = "confusion"
    PALPITATIONS = "palpitations"
    DIZZINESS = "dizziness"
    FALL = "fall"
    WEAKNESS = "weakness-or-numbness"
    VISION_CHANGE = "vision-change"
    SPEECH_CHANGE = "speech-change"
    BACK_PAIN = "back-pain"
    SEVERE_HEADACHE = "severe-headache"


class ProtocolKey(StrEnum):
    """The condition protocols in the catalogue."""

    HEART_FAILURE = "heart-failure"
    DIABETES = "diabetes"
