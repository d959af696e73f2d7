"""What somebody outside hears of at once: ids and codes, told in the transaction of what they tell of."""

from datetime import datetime

from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.escalations import EscalationRow
from services.monitoring.store.notices import NoticeRow
from shared.db import webhooks
from shared.db.base import Session
from shared.vocabulary import WebhookEvent

_CLOCK = "monitoring"


async def critical(tx: Session, alert: AlertRow, raised_at: datetime) -> None:
    """An alert is critical now: opened as such, or raised (again) at an instant (aware)."""
    occasion = raised_at.isoformat()
    await webhooks.publish(
        tx, WebhookEvent.CRITICAL_ALERT, alert.id, _of(alert), now=raised_at, actor_name=_CLOCK, occasion=occasion
    )


async def escalated(tx: Session, alert: AlertRow, row: EscalationRow) -> None:
    """A tier of an alert was reached."""
    data = {**_of(alert), "escalation_id": str(row.id), "tier": row.tier}
    await webhooks.publish(tx, WebhookEvent.ESCALATION, row.id, data, now=row.at, actor_name=_CLOCK)


async def noticed(tx: Session, row: NoticeRow) -> None:
    """Somebody was given a notice."""
    ids = ("patient_id", "plan_change_id")
    data = {"notice_id": str(row.id), **{name: str(getattr(row, name)) for name in ids}, "kind": row.kind}
    await webhooks.publish(tx, WebhookEvent.NOTICE, row.id, data, now=row.at, actor_name=_CLOCK)


def _of(alert: AlertRow) -> dict[str, str]:
    ids = ("patient_id", "enrollment_id", "organization_id")
    found = {name: str(getattr(alert, name)) for name in ids}
    return {"alert_id": str(alert.id), **found, "severity": alert.severity}
