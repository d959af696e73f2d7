"""The directory over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.store.specialists import DirectoryFilter
from services.coordination.usecases import specialists
from shared.contracts.base import Page, Text
from shared.contracts.coordination.specialists import CapacityTold, Language, PutSpecialist, SpecialistRead
from shared.vocabulary import Modality, Specialty
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/specialists", tags=["specialists"])


@router.post("", operation_id="specialists.create", status_code=201)
async def create(body: PutSpecialist, response: Response, tx: Tx, now: Now) -> SpecialistRead:
    """Add a person or a service that can meet needs."""
    return tagged(response, await specialists.create(tx, body, now=now))


@router.get("", operation_id="specialists.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    now: Now,
    specialty: Specialty | None = None,
    language: Language | None = None,
    modality: Modality | None = None,
    payer: Text | None = None,
    name: Annotated[Text | None, Query(description="Part of the name, in any case of letters.")] = None,
    user_subject: Text | None = None,
    retired: bool = False,
) -> Page[SpecialistRead]:
    """The directory by name."""
    wanted = DirectoryFilter(
        specialty=specialty,
        language=language,
        modality=modality,
        payer=payer,
        name=name,
        user_subject=user_subject,
        retired=retired,
    )
    found = await specialists.page(tx, wanted, cursor=page.cursor, limit=page.limit, now=now)
    return paged(response, request, found)


@router.get("/{specialist_id}", operation_id="specialists.get")
async def get(specialist_id: UUID, response: Response, tx: ReadTx, now: Now) -> SpecialistRead:
    """One entry, with its next open slots and its record of closed loops."""
    return tagged(response, await specialists.get(tx, specialist_id, now=now))


@router.put("/{specialist_id}", operation_id="specialists.replace")
async def replace(
    specialist_id: UUID, body: PutSpecialist, if_match: IfMatch, response: Response, tx: Tx, now: Now
) -> SpecialistRead:
    """Replace an entry whole; give sites their ids again to keep them."""
    found = await specialists.replace(tx, specialist_id, body, version=if_match, now=now)
    return tagged(response, found)


@router.post("/{specialist_id}/capacity", operation_id="specialists.capacity")
async def capacity(
    specialist_id: UUID, body: CapacityTold, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> SpecialistRead:
    """Say how many patients more can be taken, as of when."""
    found = await specialists.tell_capacity(tx, specialist_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{specialist_id}/retire", operation_id="specialists.retire")
async def retire(specialist_id: UUID, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> SpecialistRead:
    """Take an entry out of matching; referrals under way go on."""
    found = await specialists.retire(tx, specialist_id, back=False, version=if_match, now=now)
    return tagged(response, found)


@router.post("/{specialist_id}/restore", operation_id="specialists.restore")
async def restore(specialist_id: UUID, if_match: IfMatch, response: Response, tx: Tx, now: Now) -> SpecialistRead:
    """Bring a retired entry back."""
    found = await specialists.retire(tx, specialist_id, back=True, version=if_match, now=now)
    return tagged(response, found)
