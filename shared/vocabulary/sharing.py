"""What leaves the house about a patient, and what they said to it."""

from enum import StrEnum


class SharingPurpose(StrEnum):
    """What a patient's word is about; each purpose has recipients of its own."""

    REFERRAL = "referral"  # a specialist is asked: referral, letter, reply link, documents; by specialist id
    EXCHANGE = "exchange"  # a system reads over FHIR; by its token's subject
    OUTREACH = "outreach"  # the patient is called on or written to; by channel
    MONITORING = "monitoring"  # the monitoring service is asked to follow them; it has one recipient, everybody


class SharingWord(StrEnum):
    """What was said. Taking back what was given is a word of its own."""

    GIVEN = "given"
    REFUSED = "refused"
    REVOKED = "revoked"


class SharingState(StrEnum):
    """What holds: the latest word, or that there is none."""

    ABSENT = "absent"
    GIVEN = "given"
    EXPIRED = "expired"
    REFUSED = "refused"
    REVOKED = "revoked"
