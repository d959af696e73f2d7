"""Taking a table of the directory: each row for itself, and what is known already stays as it is."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import external_identifiers, specialists
from services.coordination.store.specialists import SpecialistRow
from services.coordination.usecases import specialists as directory
from shared.contracts.coordination.directory_imports import ImportRead, RowRead
from shared.contracts.coordination.specialists import CapacityTold, LoopRecord, PutSpecialist, SitePut
from shared.db.base import Session
from shared.db.session import known_failures
from shared.kit.problems import Problem

SYSTEM = "urn:careweave:directory-table"
"""The system of the names that rows have in tables."""


class Wrong(Protocol):
    """What is wrong with a row, and in which column."""

    column: str
    detail: str


class Row(Protocol):
    """One row of a table: an entry, or what is wrong with it."""

    @property
    def line(self) -> int: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def entry(self) -> PutSpecialist | None: ...
    @property
    def wrong(self) -> Wrong | None: ...


async def take(tx: Session, rows: Sequence[Row], *, dry_run: bool, now: datetime) -> ImportRead:
    """Create and update entries row by row; a refused row costs no other. A dry run says the same and keeps nothing."""
    keys = [(SYSTEM, row.external_id) for row in rows if row.external_id is not None]
    known = await external_identifiers.owners(tx, Named.SPECIALIST, keys) if keys else {}
    async with tx.begin_nested() as whole:
        found = [await _take(tx, row, known.get((SYSTEM, row.external_id or "")), now) for row in rows]
        if dry_run:
            await whole.rollback()
    counts = Counter(one.outcome for one in found)
    return ImportRead(
        dry_run=dry_run,
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        refused=counts["refused"],
        rows=found,
    )


async def _take(tx: Session, row: Row, specialist_id: UUID | None, now: datetime) -> RowRead:
    if row.wrong is not None or row.entry is None or row.external_id is None:
        wrong = row.wrong
        detail, column = ("The row cannot be read.", None) if wrong is None else (wrong.detail, wrong.column)
        return _read(row, "refused", None, code="csv.bad-cell", column=column, detail=detail)
    try:
        with known_failures():
            async with tx.begin_nested():
                return await _keep(tx, row, row.external_id, row.entry, specialist_id, now)
    except Problem as problem:
        return _read(row, "refused", None, code=problem.code, detail=problem.detail)


async def _keep(
    tx: Session, row: Row, key: str, entry: PutSpecialist, specialist_id: UUID | None, now: datetime
) -> RowRead:
    if specialist_id is None:
        made = await directory.create(tx, entry, now=now)
        await external_identifiers.claim(tx, Named.SPECIALIST, made.id, [{"system": SYSTEM, "value": key}])
        return _read(row, "created", made.id)
    standing = await specialists.get(tx, specialist_id, lock=True)
    before = as_put(standing)
    entry = _what_a_table_cannot_say(entry, before)
    if entry == before:
        return _read(row, "unchanged", specialist_id)
    await directory.replace(tx, specialist_id, entry, version=standing.version, now=now)
    return _read(row, "updated", specialist_id)


def _what_a_table_cannot_say(entry: PutSpecialist, before: PutSpecialist) -> PutSpecialist:
    # A table has one site a row: the first keeps its id, and the others of an entry stay.
    first = before.sites[0].id if before.sites else None
    sites = [SitePut(**{**site.model_dump(), "id": first}) for site in entry.sites] + list(before.sites[1:])
    kept = {"sites": sites or before.sites, "record_before": before.record_before, "user_subject": before.user_subject}
    if entry.capacity is None:
        kept["capacity"] = before.capacity
    return in_order(entry.model_copy(update=kept))


def in_order(entry: PutSpecialist) -> PutSpecialist:
    """An entry with its lists as they are kept, so that the same compares as the same."""
    lists = {name: sorted(set(getattr(entry, name))) for name in ("languages", "modalities", "networks")}
    return entry.model_copy(update=lists)


def as_put(row: SpecialistRow) -> PutSpecialist:
    """An entry as somebody would put it."""
    plain = (
        "name", "organization_name", "specialty", "npi", "telephone", "gender", "languages", "interpreter",
        "modalities", "min_age", "max_age", "coverages", "prices", "sites", "networks", "user_subject",
    )  # fmt: skip
    capacity = None
    if row.capacity is not None and row.capacity_as_of is not None:
        capacity = CapacityTold(free=row.capacity, as_of=row.capacity_as_of)
    record = LoopRecord(sent=row.sent_before, closed=row.closed_before)
    said = {name: getattr(row, name) for name in plain}
    return PutSpecialist.model_validate({**said, "capacity": capacity, "record_before": record})


def _read(
    row: Row,
    outcome: str,
    specialist_id: UUID | None,
    *,
    code: str | None = None,
    column: str | None = None,
    detail: str | None = None,
) -> RowRead:
    told = {"outcome": outcome, "specialist_id": specialist_id, "code": code, "column": column, "detail": detail}
    return RowRead.model_validate({"line": row.line, "external_id": row.external_id, **told})
