"""Words of webhooks: endpoints, what they are told, and what became of it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.contracts.base import In, Out, Text, Versioned
from shared.contracts.coordination.examples import example
from shared.vocabulary import WebhookEvent


class RegisterWebhook(In):
    """Tell an address of events, by signed POST requests (Standard Webhooks).

    The body is ``{"id", "type", "timestamp", "data"}``; ``data`` holds ids and codes only: read the thing itself here.
    """

    model_config = example(
        {
            "url": "https://pager.example.org/careweave",
            "events": ["alert.critical", "escalation.tier-reached"],
            "description": "On-call pager",
        }
    )

    url: str = Field(max_length=2000, description="https; on a developer's machine also http to loopback.")
    events: list[WebhookEvent] = Field(min_length=1, max_length=20)
    description: Text | None = None


class WebhookRead(Versioned):
    """An endpoint. ``pending`` events are on their way, ``parked`` ones were set aside and wait for a person."""

    url: str
    events: list[WebhookEvent]
    description: str | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    pending: int
    parked: int


class WebhookWithSecret(WebhookRead):
    """An endpoint with its secret, which is shown here and never again."""

    secret: str


class WebhookDelivery(Out):
    """One event for one endpoint; ``/v1/ops/messages/{id}/resend`` sends it again, under the same event id."""

    id: UUID
    event_id: UUID
    type: WebhookEvent
    occurred_at: datetime
    attempts: int
    due_at: datetime
    delivered_at: datetime | None
    parked_at: datetime | None
    explanation: str | None
