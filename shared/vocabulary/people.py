"""People: roles, ways to reach them, what came of it."""

from enum import StrEnum


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


class Sex(StrEnum):
    """FHIR administrative-gender."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


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


class Parting(StrEnum):
    """What becomes of a record when a merge is undone."""

    BACK = "goes-back"
    REOPENED = "reopened"
    PARTED = "parted"
    FOLLOWS = "follows-its-need"
    STAYS = "stays"


class DuplicateGrade(StrEnum):
    """How much two records look like one person."""

    LIKELY = "likely"
    POSSIBLE = "possible"


class DuplicatePart(StrEnum):
    """What two records agree or differ in."""

    NAME = "name"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    TELECOM = "telecom"
    IDENTIFIER = "identifier"
