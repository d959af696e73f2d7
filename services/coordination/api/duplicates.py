"""Records that may be of one person, over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.usecases import duplicates
from shared.contracts.base import Page
from shared.contracts.coordination.duplicates import DuplicateList, DuplicateRead, TellApart, ToldApart
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/patients", tags=["patients"])


@router.get("/duplicates", operation_id="duplicates.list")
async def list_(request: Request, response: Response, page: PageAsked, tx: ReadTx) -> Page[DuplicateRead]:
    """Pairs of records that look like one person, with the points of each part. Pairs told apart are left out.
    A page may hold fewer than asked for, or a few more: read on while there is a cursor."""
    return paged(response, request, await duplicates.page(tx, cursor=page.cursor, limit=page.limit))


@router.get("/{patient_id}/duplicates", operation_id="duplicates.of-patient")
async def of_patient(patient_id: UUID, tx: ReadTx) -> DuplicateList:
    """The records that look like this person, the most alike first."""
    return await duplicates.of_patient(tx, patient_id)


@router.post("/{patient_id}/duplicates/tell-apart", operation_id="duplicates.tell-apart", status_code=201)
async def tell_apart(patient_id: UUID, body: TellApart, tx: Tx, actor: Who, now: Now) -> ToldApart:
    """Say that two records are of two people. The pair is not shown again; a merge stays possible."""
    return await duplicates.tell_apart(tx, patient_id, body, actor=actor, now=now)
