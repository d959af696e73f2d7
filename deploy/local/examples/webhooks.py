"""Endpoints that hear of notices: one to look at, one to give a new secret, one to end."""

from typing import Any

from deploy.local.examples.example import Example, Room
from shared.vocabulary import Role

_EVENTS = {"events": ["notice.given"], "description": "Demo"}


async def make(room: Room) -> dict[str, Example]:
    """None of them is ever told anything: the demo gives no notices after they are registered."""
    seen, rotated, ended = [await _registered(room, name) for name in ("seen", "rotated", "ended")]
    known = {"webhook_id": seen["id"]}
    return {
        "webhooks.get": Example(known),
        "webhooks.deliveries": Example(known),
        "webhooks.rotate-secret": Example({"webhook_id": rotated["id"]}, rotated["version"]),
        "webhooks.end": Example({"webhook_id": ended["id"]}, ended["version"]),
    }


async def _registered(room: Room, name: str) -> Any:
    body = {"url": f"https://hooks.example.org/{name}", **_EVENTS}
    return await room.post("monitoring", "/v1/webhooks", body, key=f"webhook-{name}", role=Role.CLINIC_ADMIN)
