"""Keep what was refused or put aside as reading issues, one per item and reason however often it is sent."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from services.monitoring.store import reading_issues
from services.monitoring.usecases.judging import SetAside
from shared.contracts.monitoring.readings import RecordReading
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.ids import new_id
from shared.vocabulary import IssueState

_LONGEST = 4_000


async def keep(tx: Session, aside: Sequence[SetAside], *, now: datetime) -> dict[int, UUID]:
    """The id of the issue of each item."""
    rows = {each.index: _row(tx, each, now) for each in aside}
    ids = await reading_issues.add(tx, list(rows.values()))
    for each in aside:
        if each.patient_id is not None:
            audit.saw(tx, each.patient_id)
    return {index: ids[row["digest"]] for index, row in rows.items()}


def _row(tx: Session, aside: SetAside, now: datetime) -> dict[str, Any]:
    item = aside.item
    is_reading = isinstance(item, RecordReading)
    raw = item.model_dump(mode="json", exclude_unset=True) if isinstance(item, RecordReading) else item.raw
    text = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    return {
        "id": new_id(),
        "organization_id": organization(tx),
        "patient_id": aside.patient_id,
        "outcome": aside.outcome,
        "code": aside.code,
        "detail": aside.detail,
        "metric": item.metric if isinstance(item, RecordReading) else None,
        "source": item.source if isinstance(item, RecordReading) else None,
        "raw": raw if is_reading or len(text) <= _LONGEST else text[:_LONGEST].decode(errors="replace"),
        "digest": sha256(aside.code.encode() + b"\n" + text).digest(),
        "received_at": now,
        "state": IssueState.OPEN,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
