"""What whoever follows the worklist is told: that a piece of work changed, never of whom it is."""

from dataclasses import dataclass
from uuid import UUID

from services.coordination.store import work_changes as store
from services.coordination.store.work_changes import Place
from shared.contracts.coordination.worklist import WorkChanged
from shared.db.base import Session


@dataclass(frozen=True, slots=True)
class Change:
    """A change, its place, and whose work it is, which is for choosing only and not told."""

    place: Place
    patient_id: UUID
    told: WorkChanged


async def since(tx: Session, place: Place, limit: int) -> list[Change]:
    """The changes past a place."""
    return [
        Change(
            (row.changed, row.id),
            row.patient_id,
            WorkChanged(
                work_id=row.id,
                version=row.version,
                source=row.source,
                source_id=row.source_id,
                stage=row.stage,
                team=row.team,
                claimed=row.owner is not None,
                open=row.closed_at is None,
            ),
        )
        for row in await store.since(tx, place, limit=limit)
    ]


async def begin(tx: Session, asked: Place | None) -> tuple[Place, bool]:
    """Where somebody begins who has been told up to ``asked``, and whether that can be gone on from.

    A place beyond all numbers is of a database that was set back since: what was told after it is unknown.
    """
    now = await store.now(tx)
    if asked is None:
        return now.settled, True
    return (asked, True) if asked[0] < now.newest else (now.settled, False)
