"""Judging anew whose records changed, and keeping what was judged."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain.outcome_steps import Track, tracks
from services.coordination.store import measures, outcomes
from shared.db.base import Session


async def waiting(tx: Session, *, most: int, job: str, now: datetime) -> list[UUID]:
    """Patients who are to be judged next."""
    return await outcomes.waiting(tx, most, job=job, now=now)


async def judge(tx: Session, patients: Sequence[UUID]) -> int:
    """Judge those of these patients who are marked, and keep it in place of what was kept; returns how many.

    Marks are taken first and records read afterwards: a change that comes meanwhile leaves a mark of its own. Nothing
    is done while somebody else judges.
    """
    if not await outcomes.take_turn(tx):
        return 0
    taken = await outcomes.take(tx, patients)
    if taken:
        await outcomes.keep(tx, taken, await judged(tx, taken))
    return len(taken)


async def judged(tx: Session, patients: Sequence[UUID]) -> list[Track]:
    """What measures say of patients, over all time."""
    found = await measures.of_patients(tx, patients)
    return [track for records in found.values() for track in tracks(records)]
