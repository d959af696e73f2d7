"""Patients over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import patients
from shared.contracts.base import Page
from shared.contracts.monitoring.patients import PatientRead, RegisterPatient
from shared.contracts.people import Identifier, PatientSnapshot
from shared.web.deps import Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/patients", tags=["patients"])


@router.post("", operation_id="patients.register", status_code=201)
async def register(body: RegisterPatient, response: Response, tx: Tx, now: Now) -> PatientRead:
    """Register a patient whom coordination does not tell of, as in an import from an EHR."""
    return tagged(response, await patients.register(tx, body, now=now))


@router.put("/{coordination_id}", operation_id="patients.changed")
async def changed(
    coordination_id: UUID, body: PatientSnapshot, response: Response, tx: Tx, actor: Who, now: Now
) -> PatientRead:
    """Coordination tells what it knows of a patient; a version that is not newer changes nothing."""
    return tagged(response, await patients.changed(tx, coordination_id, body, actor=actor, now=now))


@router.get("", operation_id="patients.list")
async def list_all(
    request: Request,
    response: Response,
    tx: ReadTx,
    page: PageAsked,
    system: Annotated[str | None, Query(max_length=500, description="With value: whose identifier this is.")] = None,
    value: Annotated[str | None, Query(max_length=500)] = None,
    coordination_id: UUID | None = None,
) -> Page[PatientRead]:
    """Patients by id, or the one with an identifier."""
    who = Identifier(system=system, value=value) if system and value else None
    found = await patients.find(
        tx, identifier=who, coordination_id=coordination_id, limit=page.limit, cursor=page.cursor
    )
    return paged(response, request, found)


@router.get("/{patient_id}", operation_id="patients.get")
async def get(patient_id: UUID, response: Response, tx: ReadTx) -> PatientRead:
    """One patient, by monitoring's id."""
    return tagged(response, await patients.get(tx, patient_id))
