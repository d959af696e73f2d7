"""Finding readings of patients, the newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.monitoring.store import wire
from services.monitoring.store.reading_packs import readings_where
from services.monitoring.store.readings import STORED, UNVERIFIED, Stored
from shared.db.base import Session
from shared.kit.searches import ReadingSearch

Last = tuple[datetime, str, str, UUID]
"""Instant, metric, source and patient of the last reading seen, which order a page."""


async def page(tx: Session, asked: ReadingSearch, *, after: Last | None, limit: int) -> list[Stored]:
    """Readings that fit; equal instants are ordered by metric, source and patient."""
    source, conditions, values = _conditions(asked, after)
    sql = (
        f"SELECT {STORED} FROM {source} r WHERE {' AND '.join(conditions)}"
        " ORDER BY r.observed_at DESC, r.metric DESC, r.source DESC, r.patient_id DESC"
        f" LIMIT {limit:d}"
    )
    connection = await tx.connection()
    return [Stored._make(row) for row in await connection.exec_driver_sql(sql, tuple(values))]


async def unverified(tx: Session, patient_id: UUID | None, *, after: Last | None, limit: int) -> list[Stored]:
    """Flagged readings that nobody has verified or voided, the oldest first."""
    values: list[Any] = []
    conditions = [str(UNVERIFIED)]
    if patient_id is not None:
        values.append(patient_id)
        conditions.append("r.patient_id = $1::uuid")
    if after is not None:
        first = len(values) + 1
        values += after
        place = f"(${first}::timestamptz, ${first + 1}::text, ${first + 2}::text, ${first + 3}::uuid)"
        conditions.append(f"(r.observed_at, r.metric, r.source, r.patient_id) > {place}")
    sql = (
        f"SELECT {STORED} FROM readings r WHERE {' AND '.join(conditions)}"
        f" ORDER BY r.observed_at, r.metric, r.source, r.patient_id LIMIT {limit:d}"
    )
    return [Stored._make(row) for row in await wire.fetch(tx, sql, *values)]


def _conditions(asked: ReadingSearch, after: Last | None) -> tuple[str, list[str], list[Any]]:
    """What is asked of (SQL), the conditions that are left, and the values of both."""
    values: list[Any] = [list(asked.patient_ids)]
    of, start, stop = "x.patient_id = ANY($1::uuid[])", "'-infinity'::timestamptz", "'infinity'::timestamptz"
    if asked.metrics is not None:
        values.append(list(asked.metrics))
        of += f" AND x.metric = ANY(${len(values)}::text[])"
    found = ["true"]
    tests: Sequence[tuple[str, Any]] = (
        ("r.status = ANY({}::text[])", None if asked.statuses is None else list(asked.statuses)),
        ("r.observed_at < {}::timestamptz", asked.observed.end),
        ("r.received_at >= {}::timestamptz", asked.received.start),
        ("r.received_at < {}::timestamptz", asked.received.end),
    )
    for condition, value in tests:
        if value is not None:
            values.append(value)
            found.append(condition.format(f"${len(values)}"))
    if asked.observed.start is not None:
        values.append(asked.observed.start)
        start = f"${len(values)}::timestamptz"
    if after is not None:
        first = len(values) + 1
        values += after
        place = f"(${first}::timestamptz, ${first + 1}::text, ${first + 2}::text, ${first + 3}::uuid)"
        found.append(f"(r.observed_at, r.metric, r.source, r.patient_id) < {place}")
        stop = f"${first}::timestamptz"
    return readings_where(of, start, stop), found, values
