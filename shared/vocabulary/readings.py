"""What is measured, and what becomes of a value."""

from enum import StrEnum


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
    OXYGEN_FLOW = "oxygen_flow"
    BASAL_INSULIN = "basal_insulin"
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
    DDS2 = "dds2"
    DDS17 = "dds17"
    GINA4 = "gina4"
    RELIEVER_USE = "reliever_use"
    RELIEVER_CANISTERS = "reliever_canisters"
    EXACERBATIONS = "exacerbations"
    EXACERBATION_ADMISSIONS = "exacerbation_admissions"
    SMOKING = "smoking"
    EYE_EXAM = "eye_exam"
    FOOT_EXAM = "foot_exam"
    DSMES_REVIEW = "dsmes_review"
    SYMPTOMS = "symptoms"
