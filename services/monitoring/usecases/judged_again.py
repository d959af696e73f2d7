"""What rules compare with was changed for a time that has begun: what was measured since is judged again."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.monitoring.store.enrollments import EnrollmentRow
from services.monitoring.usecases import rosters, watching
from services.monitoring.usecases.gate import Touched
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import Metric


async def since(
    tx: Session,
    enrollments: Sequence[EnrollmentRow],
    metrics: Iterable[Metric],
    at: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Evaluate the readings of these metrics from an instant on; from the future on there are none.

    ``enrollments`` are those it was changed for, of one locked patient.
    """
    begun = [row.activated_at for row in enrollments if row.activated_at is not None]
    wanted = sorted(metrics)
    if not begun or not wanted or at > now:
        return
    # Nothing from before an enrollment opens an alert.
    start = max(at, min(begun))
    patient_id = enrollments[0].patient_id
    await tx.flush()
    people = await rosters.lock(tx, [patient_id])
    touched = Touched(certain=[(metric, start) for metric in wanted])
    await watching.follow(tx, people, {patient_id: touched}, actor=actor, now=now)
