"""Who saw or changed whose data: noted by use cases, written once per request in its own transaction (L13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql

from shared.db import kernel
from shared.db.base import Session
from shared.kit.actor import Actor

_NOTES = "audit"
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
_KEPT = tuple(column for column in kernel.audit.columns if column.name != "seq")
_COLUMNS = tuple(column.name for column in _KEPT)
# One row per request: handed to the driver as it is.
_INSERT = (
    f"INSERT INTO audit ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join(f'${number}' for number in range(1, len(_COLUMNS) + 1))})"
)
_LISTS = ("roles", "patients", "things")


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


def insert_all(first: int) -> str:
    """The statement that adds several rows, its parameters numbered from ``first``: see :func:`columns`."""
    types = {column.name: column.type.compile(_POSTGRESQL) for column in _KEPT}
    arrays = (f"${n}::{'text' if name in _LISTS else types[name]}[]" for n, name in enumerate(_COLUMNS, first))
    values = ", ".join(f"{name}::{types[name]}" for name in _COLUMNS)
    names = ", ".join(_COLUMNS)
    return f"INSERT INTO audit ({names}) SELECT {values} FROM unnest({', '.join(arrays)}) AS row ({names})"


def columns(rows: Sequence[Mapping[str, object]]) -> list[list[object]]:
    """Rows as the parameters of :func:`insert_all`."""
    return [[_sent(row[name]) for row in rows] for name in _COLUMNS]


def _sent(value: object) -> object:
    # PostgreSQL has no arrays of lists of unequal length: they go as text.
    if not isinstance(value, list):
        return value
    quoted = (str(each).replace("\\", "\\\\").replace('"', '\\"') for each in value)
    return "{" + ",".join(f'"{each}"' for each in quoted) + "}"


async def write(tx: Session, row: dict[str, object]) -> None:
    """Add one row. The table takes no update and no delete from a service's role."""
    connection = await tx.connection()
    await connection.exec_driver_sql(_INSERT, tuple(row[name] for name in _COLUMNS))
