"""A row that raises is put aside and tried again later, and the round goes on with the others."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from shared.db import job_failures
from shared.db.base import Session, Sessions
from shared.db.session import transaction
from shared.kit.log import log
from shared.kit.problems import Unavailable

Find = Callable[[Session], Awaitable[Sequence[UUID]]]
"""Some of the rows that are due, without those put aside."""
Work = Callable[[Session, UUID], Awaitable[object]]
"""What the job does with one row in a transaction of its own; a number says how much that was, 0 and False nothing."""
BatchWork = Callable[[Session, Sequence[UUID]], Awaitable[int]]
"""What the job does with rows in one transaction: it locks them, skips those somebody else holds, says how much."""


async def one_by_one(
    sessions: Sessions, organization_id: UUID, job: str, subjects: Iterable[UUID], work: Work, *, now: datetime
) -> int:
    """Do the work in a transaction a row; returns how much was done.

    Raises:
        Unavailable: the database is away, which is no row's fault.
    """
    async with transaction(sessions, organization_id, read_only=True) as tx:
        failing = await job_failures.known(tx, job)
    done = 0
    for subject in subjects:
        try:
            async with transaction(sessions, organization_id) as tx:
                some = await work(tx, subject)
                much = int(some) if isinstance(some, int) else 1
                if much and subject in failing:
                    await job_failures.over(tx, job, subject)
            done += much
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one row's defect is neither the job's nor the other rows'
            async with transaction(sessions, organization_id) as tx:
                before = failing.get(subject, 0)
                await job_failures.put_aside(tx, job, subject, before=before, error=error, now=now)
    return done


async def one_by_one_until_nothing_is_due(
    sessions: Sessions, organization_id: UUID, job: str, find: Find, work: Work, *, now: datetime
) -> int:
    """Find and do, a transaction a row, until nothing is found, or only what was just looked at; how much was done."""
    done, before = 0, list[UUID]()
    while found := await _found(sessions, organization_id, find):
        if found == before:
            break
        done += await one_by_one(sessions, organization_id, job, found, work, now=now)
        before = found
    return done


async def _found(sessions: Sessions, organization_id: UUID, find: Find) -> list[UUID]:
    async with transaction(sessions, organization_id, read_only=True) as tx:
        return list(await find(tx))


async def together(
    sessions: Sessions, organization_id: UUID, job: str, subjects: Sequence[UUID], work: BatchWork, *, now: datetime
) -> int:
    """Do the work in one transaction; in a transaction a row where that raises, and for rows that failed before.

    Raises:
        Unavailable: the database is away.
    """
    done, apart = 0, subjects
    try:
        async with transaction(sessions, organization_id) as tx:
            failing = await job_failures.known(tx, job)
            rest = [each for each in subjects if each not in failing]
            done = await work(tx, rest) if rest else 0
        apart = [each for each in subjects if each in failing]
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - which row it was shows one by one
        log().warning("job.batch-failed", job=job, rows=len(subjects), error=type(error).__name__)
    if apart:
        done += await one_by_one(sessions, organization_id, job, apart, lambda tx, each: work(tx, [each]), now=now)
    return done


async def until_nothing_is_due(
    sessions: Sessions, organization_id: UUID, job: str, find: Find, work: BatchWork, *, now: datetime
) -> int:
    """Batch after batch until nothing is found, or only what somebody else holds; returns how much was done."""
    done, some = 0, 1
    while some:
        found = await _found(sessions, organization_id, find)
        some = await together(sessions, organization_id, job, found, work, now=now) if found else 0
        done += some
    return done


async def beside(*work: Awaitable[object]) -> None:
    """Do all of it at once, each in transactions of its own, to the end; then raise what the first that failed did.

    What others raised beside it is logged.
    """
    ended = await asyncio.gather(*work, return_exceptions=True)
    failed = [each for each in ended if isinstance(each, BaseException)]
    for other in failed[1:]:
        log().warning("job.part-failed", error=type(other).__name__)
    if failed:
        raise failed[0]
