"""A patient's timeline over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.usecases import timelines
from shared.contracts.coordination.timelines import TimelinePage
from shared.vocabulary import TimelineKind
from shared.web.deps import ReadTx, Who
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/patients", tags=["patients"])
_ORDER = "When it was done, or when it was recorded."


@router.get("/{patient_id}/timeline", operation_id="patients.timeline")
async def timeline(
    patient_id: UUID,
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    kind: Annotated[list[TimelineKind] | None, Query(description="Only these kinds; several may be given.")] = None,
    order: Annotated[Literal["done", "recorded"], Query(description=_ORDER)] = "done",
) -> TimelinePage:
    """Every event of a patient, newest first: who did it, when it was done, when it was recorded.

    Acts on needs, referrals, stays (with what they changed), care teams and waitlists, contacts, clocks missed, risk
    scores, words of consent, documents, reply links, merges, a death, and what monitoring told of enrollments.
    """
    found = await timelines.page(
        tx, patient_id, kind or (), as_recorded=order == "recorded", cursor=page.cursor, limit=page.limit, actor=actor
    )
    paged(response, request, found)
    return found
