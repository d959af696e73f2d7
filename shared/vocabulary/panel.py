"""The case manager's panel."""

from enum import StrEnum


class PanelReason(StrEnum):
    """Why a patient stands where they stand on the panel."""

    ALERT = "alert"
    CHECK_IN = "check-in"
    TARGET_REVIEW = "target-review"
    RECHECK = "recheck"
    TIER_REVIEW = "tier-review"
    PROPOSAL = "proposal"
    TO_ORDER = "to-order"
    TO_TELL = "to-tell"
    COSIGNATURE = "co-signature"
    VERBAL_ORDER = "verbal-order"
    NOTICE = "notice"
