"""Absences over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.usecases import absences
from shared.contracts.base import Moment, Page, Text
from shared.contracts.coordination.absences import AbsenceRead, SayAbsence
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/absences", tags=["worklist"])


@router.post("", operation_id="absences.say", status_code=201)
async def say(body: SayAbsence, response: Response, tx: Tx, actor: Who, now: Now) -> AbsenceRead:
    """Say who is away and who covers. From start to end the cover's own worklist (`owner=me`) shows the work of both,
    and they may claim, release and hand on what the other has; before and after it does not."""
    return tagged(response, await absences.say(tx, body, actor=actor, now=now))


@router.get("", operation_id="absences.list")
async def list_all(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    person: Annotated[Text | None, Query(description="Who is away, or covers: this token's subject.")] = None,
    at: Annotated[Moment | None, Query(examples=["2026-09-04T15:20:00-04:00"])] = None,
) -> Page[AbsenceRead]:
    """Absences, oldest first, those that are over too; with `at` those of that moment."""
    found = await absences.page(tx, person=person, at=at, cursor=page.cursor, limit=page.limit)
    return paged(response, request, found)


@router.get("/{absence_id}", operation_id="absences.get")
async def get(absence_id: UUID, response: Response, tx: ReadTx) -> AbsenceRead:
    """One absence."""
    return tagged(response, await absences.get(tx, absence_id))


@router.post("/{absence_id}/end", operation_id="absences.end")
async def end(absence_id: UUID, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now) -> AbsenceRead:
    """The person is back, or stays after all: the cover ends now."""
    return tagged(response, await absences.end(tx, absence_id, version=if_match, actor=actor, now=now))
