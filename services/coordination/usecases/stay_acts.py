"""The history of a stay: each act with who did it, when it was done and recorded, and what it changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.coordination.store import record_acts
from services.coordination.store.stays import StayRow
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import TimelineKind

NOTHING: Mapping[str, Any] = {}
"""How a stay stood before it was on record."""
_TOLD = (
    "state", "stay_class", "planned", "planned_for", "started_at", "ended_at", "facility", "disposition", "complexity",
    "diagnoses", "facts",
)  # fmt: skip


def standing(row: StayRow) -> Mapping[str, Any]:
    """What is told of a stay, as it stands; instants as text in UTC."""
    return {name: _plain(getattr(row, name)) for name in _TOLD}


def keep(
    tx: Session,
    row: StayRow,
    act: str,
    before: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    done_at: datetime | None = None,
    why: str | None = None,
) -> None:
    """Write down what an act changed of a stay that stood as ``before``."""
    after = standing(row)
    names = [name for name in _TOLD if before.get(name) != after[name]]
    record_acts.put(
        tx,
        TimelineKind.STAY,
        row.id,
        act,
        subject=row.stay_class,
        by=actor.person,
        now=now,
        done_at=done_at,
        code=row.disposition if act == "discharge" else row.state,
        note=why or row.facility,
        changed=({name: before[name] for name in names if name in before}, {name: after[name] for name in names}),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
