"""Continuous glucose monitoring."""

from enum import StrEnum


class CgmPopulation(StrEnum):
    """Whose consensus targets a sensor report is held against (clinical §1.2)."""

    ADULT = "adult"
    OLDER = "older-or-high-risk"
    PREGNANCY = "pregnancy-type-1"
