"""Alerts by what is asked of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from services.monitoring.store import alert_reasons, alerts
from services.monitoring.store.alerts import LIVE, SNOOZED, AlertRow
from shared.db.base import Session
from shared.vocabulary import AlertState

UNANSWERED = "unanswered"
"""The filter for what is still open although the time to answer is over."""


def _in_state(state: AlertState, now: datetime) -> ColumnElement[bool]:
    over = and_(SNOOZED, AlertRow.snoozed_until <= now)
    if state is AlertState.OPEN:
        return or_(AlertRow.state == AlertState.OPEN, over)
    if state is AlertState.SNOOZED:
        return and_(SNOOZED, AlertRow.snoozed_until > now)
    return AlertRow.state == state


def _asked(name: str, value: Any, now: datetime) -> ColumnElement[bool] | TextClause:
    if name == UNANSWERED:
        return and_(AlertRow.state == AlertState.OPEN, AlertRow.ack_due_at < now)
    if name in alert_reasons.ACTS:
        return alert_reasons.given(name, value)
    column: InstrumentedAttribute[Any] = getattr(AlertRow, name)
    wanted: ColumnElement[bool] = column == value
    return wanted


async def page(
    tx: Session,
    filters: dict[str, Any],
    *,
    state: AlertState | None,
    live: bool,
    opened: tuple[datetime | None, datetime | None] = (None, None),
    now: datetime,
    after: UUID | None,
    limit: int,
) -> Sequence[AlertRow]:
    """Alerts, newest first; a snooze that is over is open. ``filters``: columns, reasons, :data:`UNANSWERED`."""
    query = select(AlertRow).order_by(AlertRow.id.desc()).limit(limit)
    for name, value in filters.items():
        query = query.where(_asked(name, value, now))
    if state is not None:
        query = query.where(_in_state(state, now))
    if live:
        query = query.where(LIVE)
    start, end = opened
    query = query.where(AlertRow.opened_at >= start) if start is not None else query
    query = query.where(AlertRow.opened_at < end) if end is not None else query
    if after is not None:
        query = query.where(AlertRow.id < after)
    return await alerts.brought(tx, query)
