"""The worklist: who needs somebody first, and why."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.coordination.domain import worklist as rules
from services.coordination.store import absences, teams, worklist
from services.coordination.store.obligations import ObligationRow
from services.coordination.store.worklist import WorkFilter
from services.coordination.usecases import allowed, cover
from shared.contracts.base import AllowedAct, Page
from shared.contracts.coordination.worklist import (
    CountRead,
    ScoreRead,
    ViewFilters,
    WorkCounts,
    WorkDetail,
    WorkRead,
)
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.clock import read_instant
from shared.kit.paging import place
from shared.vocabulary import Priority, WorkBucket

COUNTED = 10_000
_MINE, _ME = "mine", "me"
_DERIVED = frozenset({"pathways", "overdue", "score", "acts"})


async def page(
    tx: Session, filters: ViewFilters, *, cursor: str | None, limit: int, actor: Actor, now: datetime
) -> Page[WorkRead]:
    """Open work, the most pressing first. The cursor is a place in the order: work that keeps its place while pages are
    read is shown once, however much other work is closed, added or moved."""
    wanted = await asked(tx, filters, actor=actor, now=now)
    rows = await worklist.page(tx, wanted, after=place(cursor, read_instant, UUID), limit=limit + 1)
    for row in rows[:limit]:
        audit.saw(tx, row.patient_id)
    return page_of(rows, limit, lambda row: read(row, now), at=lambda row: (row.rank_key.isoformat(), str(row.id)))


async def counts(tx: Session, filters: ViewFilters, *, time_zone: str, actor: Actor, now: datetime) -> WorkCounts:
    """How much work the filters show, by when it is due; each bucket is counted up to 10,000."""
    wanted = await asked(tx, filters, actor=actor, now=now)
    by_bucket = {
        bucket.value: _within(wanted, start, end) for bucket, (start, end) in rules.buckets(now, time_zone).items()
    }
    by_bucket[WorkBucket.UNDATED.value] = None if _dated(wanted) else replace(wanted, undated=True)
    found = await worklist.counts(tx, {k: each for k, each in by_bucket.items() if each is not None}, most=COUNTED + 1)
    buckets = [
        CountRead(bucket=WorkBucket(name), count=min(number, COUNTED), at_least=number > COUNTED)
        for name in by_bucket
        for number in (found.get(name, 0),)
    ]
    return WorkCounts(as_of=now, time_zone=time_zone, buckets=buckets)


def _dated(wanted: WorkFilter) -> bool:
    return wanted.due_from is not None or wanted.due_before is not None


def _within(wanted: WorkFilter, start: datetime | None, end: datetime | None) -> WorkFilter | None:
    """The part of a filter's work that is due in a bucket; None where there can be none."""
    if wanted.undated:
        return None
    starts = [each for each in (start, wanted.due_from) if each is not None]
    ends = [each for each in (end, wanted.due_before) if each is not None]
    first, last = max(starts, default=None), min(ends, default=None)
    if first is not None and last is not None and first >= last:
        return None
    return replace(wanted, due_from=first, due_before=last)


async def get(tx: Session, work_id: UUID, *, actor: Actor, now: datetime) -> WorkDetail:
    """One piece of work, open or done; raises NotFound."""
    row = await worklist.get(tx, work_id)
    audit.saw(tx, row.patient_id, row.id)
    values = dict(read(row, now))
    return WorkDetail.model_validate({**values, "closed_at": row.closed_at, "acts": await _acts(tx, row, actor, now)})


async def asked(tx: Session, filters: ViewFilters, *, actor: Actor, now: datetime) -> WorkFilter:
    """Filters as the store takes them: ``me`` is the caller and whom they cover for now, ``mine`` their teams."""
    plain = filters.model_dump(exclude={"team", "overdue", "owner"})
    before = [each for each in (filters.due_before, now if filters.overdue else None) if each is not None]
    plain["due_before"] = min(before, default=None)
    owner, beside = filters.owner, tuple[str, ...]()
    if owner == _ME:
        owner, beside = actor.person, await absences.covered(tx, actor.person, now)
    return WorkFilter(owner=owner, beside=beside, teams=await _teams(tx, filters, actor), **plain)


async def _teams(tx: Session, filters: ViewFilters, actor: Actor) -> tuple[str, ...] | None:
    if not filters.team:
        return None
    named = dict.fromkeys(each for each in filters.team if each != _MINE)
    if _MINE in filters.team:
        named |= dict.fromkeys(await teams.keys_of(tx, actor.person))
    return tuple(named)


def read(row: ObligationRow, now: datetime) -> WorkRead:
    """A row as the caller sees it."""
    values = {name: getattr(row, name) for name in WorkRead.model_fields if name not in _DERIVED}
    values |= {"pathways": row.pathways.split(), "overdue": row.due_at is not None and row.due_at < now}
    return WorkRead.model_validate({**values, "score": _score(row, now)})


def _score(row: ObligationRow, now: datetime) -> ScoreRead:
    score = rules.score(row.due_at, Priority(row.priority), now)
    by = score.overdue_by
    return ScoreRead(
        due_at=score.due_at,
        overdue_hours=None if by is None else int(by.total_seconds() // 3600),
        priority=Priority(row.priority),
        head_start_days=score.head_start.days,
        rank_key=score.rank_key,
        explanation=score.explanation,
    )


async def _acts(tx: Session, row: ObligationRow, actor: Actor, now: datetime) -> list[AllowedAct]:
    free = await cover.covers(tx, row, actor, now)
    may_overrule = free or cover.supervises(actor)
    is_open = row.closed_at is None
    listed = [
        ("claim", rules.obstacle(rules.claim, None if free else row.owner, claimant=actor.person, is_open=is_open)),
        ("release", rules.obstacle(rules.release, row.owner, asker=actor.person, may_overrule=may_overrule)),
        ("assign", rules.obstacle(
            rules.assign, row.owner, asker=actor.person, may_overrule=may_overrule, is_open=is_open)),
    ]  # fmt: skip
    return allowed.acts(actor, "worklist", listed)
