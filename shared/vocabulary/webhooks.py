"""What a webhook tells."""

from enum import StrEnum


class WebhookEvent(StrEnum):
    """Something that somebody outside may want to hear of at once."""

    CRITICAL_ALERT = "alert.critical"
    ESCALATION = "escalation.tier-reached"
    NOTICE = "notice.given"
