"""The case manager's panel."""

from enum import StrEnum


class PanelReason(StrEnum):
    """Why a patient stands where they stand on the panel."""

    ALERT = "alert"
    CHECK_IN = "check-in"
    TARGET_REVIEW = "target-review"
