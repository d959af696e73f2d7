"""The evidence of a patient's transitions over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.usecases import tcm
from shared.contracts.base import Page
from shared.contracts.coordination.tcm import TcmRead
from shared.web.deps import Now, ReadTx
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/patients/{patient_id}/tcm", tags=["stays"])


@router.get("", operation_id="patients.tcm")
async def list_(
    patient_id: UUID, request: Request, response: Response, page: PageAsked, tx: ReadTx, now: Now
) -> Page[TcmRead]:
    """The evidence of transitional care after every discharge of a patient: what is there, what is missing, by when."""
    return paged(response, request, await tcm.page(tx, patient_id, limit=page.limit, cursor=page.cursor, now=now))
