"""What a patient agrees to, and how they said so."""

from enum import StrEnum


class ConsentPurpose(StrEnum):
    """What a consent is for; each is given and revoked for itself."""

    MONITORING = "monitoring"  # readings are collected and judged
    DATA_SHARING = "data-sharing"  # family or caregiver may be told
    PROGRAM = "program"  # taking part in a care-management programme (RPM, CCM), whoever pays for it
    MESSAGES = "messages"  # messages to their telephone or portal


class ConsentMode(StrEnum):
    """How a consent was given or revoked."""

    WRITTEN = "written"
    VERBAL = "verbal"
    ELECTRONIC = "electronic"
