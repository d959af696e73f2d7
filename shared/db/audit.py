"""Who saw or changed whose data: noted by use cases, written once per request in its own transaction (L13)."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.db import kernel
from shared.db.base import Session
from shared.kit.actor import Actor

_NOTES = "audit"
_COLUMNS = tuple(column.name for column in kernel.audit.columns if column.name != "seq")
# One row per request: handed to the driver as it is.
_INSERT = (
    f"INSERT INTO audit ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join(f'${number}' for number in range(1, len(_COLUMNS) + 1))})"
)


@dataclass(slots=True)
class Seen:
    """The patients and things one request has touched."""

    patients: set[UUID] = field(default_factory=set)
    things: set[str] = field(default_factory=set)


def seen(tx: Session) -> Seen:
    """What this transaction has touched so far."""
    notes: Seen = tx.info.setdefault(_NOTES, Seen())
    return notes


def saw(tx: Session, patient_id: UUID, *things: UUID | str) -> None:
    """Note that this request reads or writes a patient's data, and which things of theirs."""
    notes = seen(tx)
    notes.patients.add(patient_id)
    notes.things.update(str(thing) for thing in things)


def entry(actor: Actor, action: str, outcome: str, *, request_id: str, now: datetime, notes: Seen) -> dict[str, object]:
    """The audit row of one request."""
    return {
        "organization_id": actor.organization_id,
        "at": now,
        "subject": actor.subject,
        "on_behalf_of": actor.on_behalf_of,
        "client": actor.client_id,
        "roles": sorted(actor.roles),
        "action": action,
        "outcome": outcome,
        "request_id": request_id,
        "patients": sorted(notes.patients),
        "things": sorted(notes.things),
    }


async def write(tx: Session, row: dict[str, object]) -> None:
    """Add one row. The table takes no update and no delete from a service's role."""
    connection = await tx.connection()
    await connection.exec_driver_sql(_INSERT, tuple(row[name] for name in _COLUMNS))
