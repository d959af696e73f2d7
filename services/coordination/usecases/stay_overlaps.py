"""Inpatient stays of one patient at the same time: taken as they are told, and said, for one may not be right."""

from services.coordination.domain.stays import at_once
from services.coordination.store import stays
from services.coordination.store.stays import StayRow
from shared.contracts.coordination.stays import StayOverlap
from shared.db.base import Session
from shared.vocabulary import StayClass, StayState

_STANDING = (StayState.IN_PROGRESS, StayState.FINISHED)
_RUNNING = "That stay has no end yet: discharge it if the patient has left, or enter one of the two in error."
_OVER = "Correct the times of one of the two, or enter the one in error that was not."


async def of(tx: Session, row: StayRow) -> list[StayOverlap]:
    """The other inpatient stays in the time of this one, oldest first; none for another class or one that was not."""
    if row.started_at is None or row.stay_class != StayClass.INPATIENT or row.state not in _STANDING:
        return []
    found = await stays.around(tx, row.patient_id, row.started_at, row.ended_at or row.started_at)
    return [
        StayOverlap(
            stay_id=other.id,
            facility=other.facility,
            started_at=other.started_at,
            ended_at=other.ended_at,
            note=_RUNNING if other.ended_at is None else _OVER,
        )
        for other in found
        if other.id != row.id
        and other.stay_class == StayClass.INPATIENT
        and other.started_at is not None
        and at_once((row.started_at, row.ended_at), (other.started_at, other.ended_at))
    ]
