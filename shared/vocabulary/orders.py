"""Orders that another system placed."""

from enum import StrEnum


class OrderState(StrEnum):
    """Whether an order stands, or how it ended: its need was met, or it was taken back, or never was."""

    ACTIVE = "active"
    COMPLETED = "completed"
    REVOKED = "revoked"
    ENTERED_IN_ERROR = "entered-in-error"
