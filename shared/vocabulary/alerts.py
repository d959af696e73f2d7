"""Alerts and what may be done with them."""

from enum import StrEnum


class AlertState(StrEnum):
    """Where an alert stands; ``closed`` means its evidence was withdrawn (source-corrected)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"


class AlertAct(StrEnum):
    """What a nurse does with an alert."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    RESOLVE = "resolve"


class Disposition(StrEnum):
    """How an alert ended (clinical §1.9)."""

    RESOLVED = "resolved"
    FALSE_READING = "false-reading"
    SOURCE_CORRECTED = "source-corrected"
    PROTOCOL_STEP = "protocol-step"
    ESCALATED = "escalated"
    ED_SENT = "ED-sent"
    UNABLE_TO_REACH = "unable-to-reach"
    PATIENT_DECLINED = "patient-declined"
