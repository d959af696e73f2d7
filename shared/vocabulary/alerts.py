"""Alerts and what may be done with them."""

from enum import StrEnum


class AlertState(StrEnum):
    """Where an alert stands; ``closed`` means that the record ended it, not a person.

    Its evidence was withdrawn (source-corrected), what was missing came (data-received), or is not expected any more.
    """

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


class OverrideReason(StrEnum):
    """Why an alert was put off, or ended without anything done; counted per rule and version."""

    KNOWN_AND_TREATED = "known-and-treated"
    EXPECTED_FOR_PATIENT = "expected-for-patient"
    TEMPORARY_CAUSE = "temporary-cause"
    RECHECK_PLANNED = "recheck-planned"
    MEASUREMENT_ERROR = "measurement-error"
    SAME_AS_ANOTHER = "same-as-another"
    LIMIT_DOES_NOT_FIT = "limit-does-not-fit"
    PATIENT_PREFERENCE = "patient-preference"
    OTHER = "other"


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
    # Given by the record to an alert about something missing.
    DATA_RECEIVED = "data-received"
    NOT_EXPECTED = "not-expected"
    # Given by the move of an enrollment to a version that does not find it.
    PROTOCOL_CHANGED = "protocol-changed"
    # Given by the record when the patient died; taken back with the death.
    DIED = "died"
