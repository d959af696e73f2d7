"""Contacts over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.usecases import contacts
from shared.contracts.base import Page
from shared.contracts.coordination.contacts import ContactRead, RecordContact
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/contacts", tags=["contacts"])


@router.post("", operation_id="contacts.record", status_code=201)
async def record(body: RecordContact, response: Response, tx: Tx, actor: Who, now: Now) -> ContactRead:
    """Record an attempt or a conversation. A conversation meets contact needs, judged by when it was made."""
    found = await contacts.record(tx, body, actor=actor, now=now)
    response.headers["Location"] = f"/v1/contacts/{found.id}"
    return found


@router.get("", operation_id="contacts.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    patient_id: UUID | None = None,
    need_id: UUID | None = None,
) -> Page[ContactRead]:
    """Contacts in the order they were recorded."""
    found = await contacts.page(tx, patient_id=patient_id, need_id=need_id, limit=page.limit, cursor=page.cursor)
    return paged(response, request, found)


@router.get("/{contact_id}", operation_id="contacts.get")
async def get(contact_id: UUID, tx: ReadTx) -> ContactRead:
    """One contact."""
    return await contacts.read(tx, contact_id)
