"""The directory of specialists."""

from enum import StrEnum


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
    PSYCHIATRY = "psychiatry"
    PSYCHOLOGY = "psychology"
    MENTAL_HEALTH_COUNSELLING = "mental-health-counselling"
    DENTISTRY = "dentistry"
    SPEECH_THERAPY = "speech-therapy"
    OCCUPATIONAL_THERAPY = "occupational-therapy"
    RADIOLOGY = "radiology"
    CASE_MANAGEMENT = "case-management"

    @property
    def nucc(self) -> str:
        """The code in ``http://nucc.org/provider-taxonomy``."""
        return _NUCC[self]


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


class WaitlistState(StrEnum):
    """Where a need stands on a specialist's waitlist; all but the first two are over."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    LEFT = "left"
    CLOSED = "closed"


class AssignmentState(StrEnum):
    """What became of a need in a proposed assignment."""

    PROPOSED = "proposed"
    UNASSIGNED = "unassigned"
    REFERRED = "referred"
    CONFLICT = "conflict"


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
    # From memory, but for the last (clinical §5.5, S84).
    Specialty.PSYCHIATRY: "2084P0800X",
    Specialty.PSYCHOLOGY: "103TC0700X",
    Specialty.MENTAL_HEALTH_COUNSELLING: "101YM0800X",
    Specialty.DENTISTRY: "122300000X",
    Specialty.SPEECH_THERAPY: "235Z00000X",
    Specialty.OCCUPATIONAL_THERAPY: "225X00000X",
    Specialty.RADIOLOGY: "2085R0202X",
    Specialty.CASE_MANAGEMENT: "163WC0400X",
}
