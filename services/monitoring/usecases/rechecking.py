"""Evaluate again where a value was expected and did not come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store import rechecks
from services.monitoring.usecases import rosters, watching
from services.monitoring.usecases.clock import clock
from services.monitoring.usecases.gate import Touched
from shared.db.base import Session, organization
from shared.vocabulary import Metric


async def run(tx: Session, due: Sequence[UUID], *, now: datetime) -> int:
    """Settle what is due for these patients; returns how many patients that were."""
    people = await rosters.lock(tx, due)
    touched: dict[UUID, Touched] = {}
    for each in await rechecks.take_due(tx, due, now):
        touched.setdefault(each.patient_id, Touched()).certain.append((Metric(each.metric), each.at))
    await watching.follow(tx, people, touched, actor=clock(organization(tx)), now=now)
    return len(due)


__all__ = ["clock", "run"]
