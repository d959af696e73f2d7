"""Who is told when an alert stays unanswered."""

from enum import StrEnum


class EscalationTier(StrEnum):
    """A step of the ladder of one severity (clinical §1.9); each is taken at most once per alert."""

    NOT_MONITORED = "critical-not-monitored"
    SUPERVISOR = "critical-supervisor"
    ON_CALL_PHYSICIAN = "critical-on-call-physician"
    LEAD_NURSE = "high-lead-nurse"
    COVERING_PHYSICIAN = "high-covering-physician"
    LEAD_NURSE_NEXT_DAY = "moderate-lead-nurse"
