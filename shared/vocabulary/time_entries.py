"""Time spent for patients under care-management programmes (clinical §2.5)."""

from enum import StrEnum


class Programme(StrEnum):
    """For which programme time was spent; a minute belongs to exactly one."""

    RPM = "rpm"
    RTM = "rtm"
    CCM = "ccm"
    COMPLEX_CCM = "complex-ccm"
    PCM = "pcm"
    CHI = "chi"
    PIN = "pin"
    PIN_PEER = "pin-peer"
    APCM = "apcm"
    TCM = "tcm"
    NONE = "none"


class Credential(StrEnum):
    """What entitles somebody to spend the time."""

    PHYSICIAN = "physician"
    APRN = "aprn"
    PA = "pa"
    RN = "rn"
    LPN = "lpn"
    MEDICAL_ASSISTANT = "medical-assistant"
    PHARMACIST = "pharmacist"
    DIETITIAN = "dietitian"
    SOCIAL_WORKER = "social-worker"
    COMMUNITY_HEALTH_WORKER = "community-health-worker"
    PEER_SPECIALIST = "peer-specialist"
    OTHER_CLINICAL_STAFF = "other-clinical-staff"


class TimeActivity(StrEnum):
    """What the time was spent on."""

    DATA_REVIEW = "data-review"
    CALL = "call"
    CHECK_IN = "check-in"
    CARE_PLAN = "care-plan"
    MEDICATION = "medication"
    EDUCATION = "education"
    COORDINATION = "coordination"
    DEVICE_SET_UP = "device-set-up"
    DOCUMENTATION = "documentation"
    OTHER = "other"


class TimeContact(StrEnum):
    """Who was spoken to meanwhile; ``interactive`` is a conversation in real time with patient or caregiver."""

    INTERACTIVE = "interactive"
    ATTEMPT = "attempt"
    MESSAGE = "message"
    STAFF = "staff"
    VISIT = "visit"
    NONE = "none"


class TimeEntryAct(StrEnum):
    """What may be done with a time entry; neither loses what stood before."""

    CORRECT = "correct"
    VOID = "void"
