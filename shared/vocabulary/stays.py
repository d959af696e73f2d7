"""Hospital stays, visits, conditions."""

from enum import StrEnum


class StayState(StrEnum):
    """FHIR Encounter.status, the part in use."""

    PLANNED = "planned"
    IN_PROGRESS = "in-progress"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


class StayClass(StrEnum):
    """What kind of stay it is; emergency alone starts no transition programme (clinical §2.5). Those from
    ``skilled-nursing`` on are of facilities: their discharge starts one, and they are no hospital stay themselves."""

    INPATIENT = "inpatient"
    OBSERVATION = "observation"
    EMERGENCY = "emergency"
    SKILLED_NURSING = "skilled-nursing"
    REHABILITATION = "rehabilitation"
    LONG_TERM_CARE = "long-term-care"
    PARTIAL_HOSPITAL = "partial-hospital"


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


class TcmState(StrEnum):
    """Whether evidence of transitional care is there, can still come, or cannot come any more."""

    MET = "met"
    OPEN = "open"
    FAILED = "failed"


class TcmCode(StrEnum):
    """What the evidence of a discharge reaches, CY 2026 (clinical §2.5); codes only, CPT is AMA's."""

    MODERATE = "99495"
    HIGH = "99496"
