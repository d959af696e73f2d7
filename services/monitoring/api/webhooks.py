"""Webhooks of monitoring: critical alerts, escalations and notices to somebody outside."""

from shared.web.webhooks import webhooks_router

router = webhooks_router()
