"""A stored reading was corrected, verified or voided: what is computed from it follows, then the alerts."""

from collections.abc import Sequence
from datetime import datetime

from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.readings import Stored
from services.monitoring.usecases import filtration, gate, rosters, watching
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Metric


async def follow(tx: Session, before: Stored, *, actor: Actor, now: datetime) -> Sequence[AlertRow]:
    """Evaluate again what rested on it; returns the alerts that were changed."""
    people = await rosters.lock(tx, [before.patient_id])
    beside = await filtration.beside(tx, people, before, actor=actor, now=now)
    touched = gate.Touched(certain=[(Metric(before.metric), before.observed_at), *beside])
    followed = await watching.follow(tx, people, {before.patient_id: touched}, actor=actor, now=now)
    return [each.row for each in followed.alerts]
