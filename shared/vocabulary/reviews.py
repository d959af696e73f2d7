"""What in an enrollment is to be looked at again."""

from enum import StrEnum


class ReviewKind(StrEnum):
    """Why somebody has to look at an enrollment again."""

    BASELINE = "baseline"
    TARGET = "target"
    TIER = "tier"
    EXCLUSION = "exclusion"
