"""Patients over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.domain.patients import IdentifierFilterUnclear
from services.coordination.store.patients import Wanted
from services.coordination.usecases import duplicates, merge_undo, merges, patients
from shared.contracts.base import Page
from shared.contracts.coordination.duplicates import PatientRegistered
from shared.contracts.coordination.merges import UndoMerge, UndoMergePreview, UndoMergeRead
from shared.contracts.coordination.patients import (
    ChangePatient,
    MergePatient,
    MergePreview,
    MergeRead,
    PatientRead,
    RegisterPatient,
)
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/patients", tags=["patients"])


@router.post("", operation_id="patients.register", status_code=201)
async def register(body: RegisterPatient, response: Response, tx: Tx, actor: Who, now: Now) -> PatientRegistered:
    """Register a person. An identifier that another patient carries is refused: search by it first. The answer
    names the records that look like the same person (``possible_duplicates``)."""
    found = await duplicates.register(tx, body, actor=actor, now=now)
    response.headers["Location"] = f"/v1/patients/{found.id}"
    return tagged(response, found)


@router.get("", operation_id="patients.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    identifier: Annotated[str | None, Query(description="system|value", max_length=1001)] = None,
    name: Annotated[str | None, Query(description="Beginning of the family or given name.", max_length=100)] = None,
    family: Annotated[str | None, Query(max_length=100)] = None,
    given: Annotated[str | None, Query(max_length=100)] = None,
    birth_date: date | None = None,
) -> Page[PatientRead]:
    """Patients by name. Filters narrow; names match from their beginning, in any case of letters."""
    wanted = Wanted(identifier=_key(identifier), name=name, family=family, given=given, birth_date=birth_date)
    found = await patients.search(tx, wanted, limit=page.limit, cursor=page.cursor, actor=actor)
    return paged(response, request, found)


@router.get("/{patient_id}", operation_id="patients.get")
async def get(patient_id: UUID, response: Response, tx: ReadTx, actor: Who) -> PatientRead:
    """One patient, with the acts allowed now."""
    return tagged(response, await patients.read(tx, patient_id, actor=actor))


@router.put("/{patient_id}", operation_id="patients.change")
async def change(
    patient_id: UUID, body: ChangePatient, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> PatientRead:
    """Replace what is known of a patient. Monitoring is told when it follows them."""
    return tagged(response, await patients.change(tx, patient_id, body, version=if_match, actor=actor, now=now))


@router.get("/{patient_id}/merge", operation_id="patients.merge-preview")
async def merge_preview(patient_id: UUID, into: UUID, tx: ReadTx) -> MergePreview:
    """What merging this record into another would do, or why it cannot be done. Nothing is stored."""
    return await merges.preview(tx, patient_id, into)


@router.post("/{patient_id}/merge", operation_id="patients.merge")
async def merge(
    patient_id: UUID, body: MergePatient, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> MergeRead:
    """Link this record to the one that goes on; open needs and stays move there, doubled needs are joined."""
    found = await merges.merge(tx, patient_id, body, version=if_match, actor=actor, now=now)
    tagged(response, found.patient)
    return found


@router.get("/{patient_id}/merge/undo", operation_id="patients.undo-merge-preview")
async def undo_merge_preview(patient_id: UUID, tx: ReadTx) -> UndoMergePreview:
    """What undoing the merge of this record would do, record by record, or why it cannot be done. Nothing is stored."""
    return await merge_undo.preview(tx, patient_id)


@router.post("/{patient_id}/merge/undo", operation_id="patients.undo-merge")
async def undo_merge(
    patient_id: UUID, body: UndoMerge, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> UndoMergeRead:
    """Take the merge of this record back. What it moved goes back; what was added to the other record since stays
    there and is listed; joined needs part again."""
    found = await merge_undo.undo(tx, patient_id, body, version=if_match, actor=actor, now=now)
    tagged(response, found.patient)
    return found


def _key(identifier: str | None) -> tuple[str, str] | None:
    if identifier is None:
        return None
    system, bar, value = identifier.rpartition("|")
    if not bar or not system or not value:
        raise IdentifierFilterUnclear("Write identifier=system|value, such as https://example.org/mrn|EX-10482.")
    return system, value
