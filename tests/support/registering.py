"""Webhooks that are registered."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import local

NOW = "2026-09-10 12:00"
BODY = {"url": "https://pager.example.org/careweave", "events": ["alert.critical", "escalation.tier-reached"]}


async def registered(api: Api, **more: Any) -> dict[str, Any]:
    """A webhook of the organization."""
    answer = await api.as_(Role.CLINIC_ADMIN, now=local(NOW)).post("/v1/webhooks", json={**BODY, **more})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found
