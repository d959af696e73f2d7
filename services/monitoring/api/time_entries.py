"""Time entries over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import time_entries
from shared.contracts.base import Page
from shared.contracts.monitoring.time_entries import CorrectTimeEntry, RecordTimeEntry, TimeEntryRead, VoidTimeEntry
from shared.vocabulary import Programme
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/time-entries", tags=["time-entries"])


@router.post("", operation_id="time-entries.record", status_code=201)
async def record(body: RecordTimeEntry, response: Response, tx: Tx, actor: Who, now: Now) -> TimeEntryRead:
    """Log time for a patient. Minutes that another entry of theirs has are refused, with that entry named."""
    found = await time_entries.record(tx, body, actor=actor, now=now)
    response.headers["Location"] = f"/v1/time-entries/{found.id}"
    return tagged(response, found)


@router.get("", operation_id="time-entries.list")
async def list_all(
    request: Request,
    response: Response,
    tx: ReadTx,
    actor: Who,
    page: PageAsked,
    patient_id: UUID | None = None,
    programme: Programme | None = None,
    staff: str | None = None,
    standing: Annotated[bool, Query(description="Leave out what was voided or corrected.")] = False,
) -> Page[TimeEntryRead]:
    """Time entries in the order they were recorded."""
    asked = {"patient_id": patient_id, "programme": programme, "staff": staff}
    filters = {name: value for name, value in asked.items() if value is not None}
    found = await time_entries.page(tx, filters, standing=standing, limit=page.limit, cursor=page.cursor, actor=actor)
    return paged(response, request, found)


@router.get("/{entry_id}", operation_id="time-entries.get")
async def get(entry_id: UUID, response: Response, tx: ReadTx, actor: Who) -> TimeEntryRead:
    """One entry, cut at the practice's midnights."""
    return tagged(response, await time_entries.get(tx, entry_id, actor=actor))


@router.post("/{entry_id}/correct", operation_id="time-entries.correct", status_code=201)
async def correct(
    entry_id: UUID, body: CorrectTimeEntry, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> TimeEntryRead:
    """Put another entry in its place; answers the new one. The old one stays on record, voided."""
    return tagged(response, await time_entries.correct(tx, entry_id, body, version=if_match, actor=actor, now=now))


@router.post("/{entry_id}/void", operation_id="time-entries.void")
async def void(
    entry_id: UUID, body: VoidTimeEntry, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> TimeEntryRead:
    """Let it count nowhere, and say why."""
    return tagged(response, await time_entries.void(tx, entry_id, body, version=if_match, actor=actor, now=now))
