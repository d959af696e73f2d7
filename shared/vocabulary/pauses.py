"""Why an enrollment is paused, and why it ended."""

from enum import StrEnum


class PauseKind(StrEnum):
    """Why silence means nothing for a while."""

    TRAVEL = "travel"
    ADMISSION = "admission"
    PATIENT_WISH = "patient-wish"
    OTHER = "other"


class AbsenceKind(StrEnum):
    """What keeps readings from being expected: a pause of the enrollment, or a hospital stay."""

    PAUSE = "pause"
    INPATIENT = "inpatient"


class EndReason(StrEnum):
    """Why an enrollment ended."""

    GOALS_MET = "goals-met"
    PATIENT_WISH = "patient-wish"
    CONSENT_REVOKED = "consent-revoked"
    UNREACHABLE = "unreachable"
    MOVED_AWAY = "moved-away"
    CARE_TRANSFERRED = "care-transferred"
    NOT_ELIGIBLE = "not-eligible"
    DIED = "died"
    OTHER = "other"
