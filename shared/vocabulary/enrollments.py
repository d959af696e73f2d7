"""Enrollments and the protocols they are under."""

from enum import StrEnum


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


class ProtocolKey(StrEnum):
    """The condition protocols in the catalogue."""

    HEART_FAILURE = "heart-failure"
    DIABETES = "diabetes"
    ASTHMA = "asthma"
    COPD = "copd"
    HYPERTENSION = "hypertension"
    CKD = "ckd"
