"""Check-ins: structured conversations with a patient, and what becomes of them."""

from enum import StrEnum


class CheckInState(StrEnum):
    """Where a check-in stands; the moves between are a table in monitoring's domain."""

    DUE = "due"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    MISSED = "missed"
    CANCELLED = "cancelled"


class CheckInAct(StrEnum):
    """What somebody does with a check-in."""

    ANSWER = "answer"
    COMPLETE = "complete"
    MISS = "miss"
    CANCEL = "cancel"
    CORRECT = "correct"


class AnswerKind(StrEnum):
    """What an answer may be."""

    YES_NO = "yes-no"
    NUMBER = "number"
    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"


class ResponseStatus(StrEnum):
    """FHIR questionnaire-response-status."""

    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    AMENDED = "amended"
    ENTERED_IN_ERROR = "entered-in-error"
    STOPPED = "stopped"


class NotAsked(StrEnum):
    """Why a required question has no answer."""

    DECLINED = "patient-declined"
    UNABLE = "unable-to-answer"
    NOT_APPLICABLE = "not-applicable"
    OUT_OF_TIME = "out-of-time"
    KNOWN = "known-from-record"


class MissReason(StrEnum):
    """Why a check-in did not take place."""

    UNABLE_TO_REACH = "unable-to-reach"
    PATIENT_POSTPONED = "patient-postponed"
    NO_STAFF = "no-staff"


class CheckInCancelReason(StrEnum):
    """Why a check-in is not needed; the last four follow from the plan, or from a death that is told."""

    DUPLICATE = "duplicate"
    ENTERED_IN_ERROR = "entered-in-error"
    NOT_NEEDED = "not-needed"
    PAUSED = "paused"
    ENDED = "ended"
    REPLANNED = "replanned"
    DIED = "died"
