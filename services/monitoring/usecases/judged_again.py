"""What rules compare with was changed for a time that has begun: what was measured since is judged again."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.monitoring.usecases import rosters, watching
from services.monitoring.usecases.gate import Touched
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Metric


async def since(
    tx: Session, patient_id: UUID, metrics: Iterable[Metric], at: datetime, *, actor: Actor, now: datetime
) -> None:
    """Evaluate a locked patient's readings of these metrics from an instant on; from the future on there are none."""
    touched = Touched(certain=[(metric, at) for metric in sorted(metrics)])
    if touched.certain and at <= now:
        await tx.flush()
        people = await rosters.lock(tx, [patient_id])
        await watching.follow(tx, people, {patient_id: touched}, actor=actor, now=now)
