"""How serious, how urgent, how complex."""

from enum import StrEnum


class Severity(StrEnum):
    """How soon a human must look (clinical §1.9), mildest first."""

    INFO = "info"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical."""
        return list(Severity).index(self)


class Priority(StrEnum):
    """FHIR request-priority, least pressing first."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ASAP = "asap"
    STAT = "stat"

    @property
    def rank(self) -> int:
        """0 for routine up to 3 for stat."""
        return list(Priority).index(self)


class Complexity(StrEnum):
    """Medical decision making as the transition codes use it (clinical §2.5)."""

    MODERATE = "moderate"
    HIGH = "high"
