"""A stored reading was corrected, verified or voided: what is computed from it follows, then the alerts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.store.alerts import AlertRow
from services.monitoring.store.readings import Stored
from services.monitoring.usecases import filtration, gate, watching
from services.monitoring.usecases.rosters import Person
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Metric


async def follow(
    tx: Session, before: Stored, people: Mapping[UUID, Person], *, actor: Actor, now: datetime
) -> Sequence[AlertRow]:
    """Evaluate again what rested on it, the patient locked; returns the alerts that were changed."""
    beside = await filtration.beside(tx, people, before, actor=actor, now=now)
    touched = gate.Touched(certain=[(Metric(before.metric), before.observed_at), *beside])
    followed = await watching.follow(tx, people, {before.patient_id: touched}, actor=actor, now=now)
    return [each.row for each in followed.alerts]
