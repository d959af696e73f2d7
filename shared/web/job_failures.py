"""Operations: rows on which the clock's jobs fail."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from shared.contracts.ops import JobFailureRead
from shared.db import job_failures
from shared.web.deps import ReadTx
from shared.web.route import Router

router = Router(prefix="/v1/ops", tags=["ops"])


@router.get("/job-failures", operation_id="ops.job-failures")
async def list_all(tx: ReadTx, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Sequence[JobFailureRead]:
    """Rows of which a clock's job makes nothing but an error, the longest first.

    The job goes on with the others and tries these again, a minute later and then at growing intervals up to an hour.
    """
    return [JobFailureRead.model_validate(dict(row)) for row in await job_failures.standing(tx, limit=limit)]
