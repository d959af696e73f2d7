"""What stands on a patient's timeline."""

from enum import StrEnum


class TimelineKind(StrEnum):
    """Which record an event comes from; ``breach``: a clock that was not met in time."""

    NEED = "need"
    BREACH = "breach"
    REFERRAL = "referral"
    CONTACT = "contact"
    STAY = "stay"
    RISK = "risk"
    CARE_TEAM = "care-team"
    ENROLLMENT = "enrollment"
    CONSENT = "consent"
    DOCUMENT = "document"
    REPLY_LINK = "reply-link"
    MERGE = "merge"
    WAITLIST = "waitlist"
    DEATH = "death"
