"""Stays: admit, begin, cancel, list. The discharge has a file of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.coordination.domain.diagnoses import Diagnosis, check, check_told
from services.coordination.domain.stays import (
    ACTS,
    AFTER,
    CORRECTABLE,
    StayIdentifierTaken,
    after,
    check_planned,
    check_start,
)
from services.coordination.store import stays
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow, Wanted
from services.coordination.usecases import allowed, announcements, readmissions, stay_acts, stay_overlaps
from services.coordination.usecases.patients import to_write
from shared.contracts.base import Page
from shared.contracts.coordination import stays as words
from shared.contracts.coordination.stays import AdmitStay, BeginStay, EndStay, StayBegun, StayRead
from shared.contracts.paging import page_of
from shared.contracts.people import Identifier
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.kit.problems import check_version
from shared.vocabulary import PlanState, StayState

_COPIED = (
    "id", "version", "patient_id", "stay_class", "state", "planned", "planned_for", "started_at", "ended_at",
    "facility", "time_zone", "disposition", "complexity", "diagnoses", "facts", "ended_because", "created_at",
    "updated_at",
)  # fmt: skip


async def admit(tx: Session, body: AdmitStay, *, actor: Actor, now: datetime) -> StayBegun:
    """Record an admission, or a planned one. What a stay does to earlier work is told in :mod:`readmissions`.

    Raises:
        NotFound: no such patient.
        AlreadyMerged, StayIdentifierTaken, DiagnosisCodeUnknown, SeveralPrincipal.
        StayInTheFuture, TooFarAhead, BeforeBirth, AfterDeath: the time cannot be.
    """
    patient = await to_write(tx, body.patient_id)
    if body.started_at is None:
        check_planned(body.planned_for, now=now, born=patient.birth_date, deceased_at=patient.deceased_at)
    if body.identifier is not None:
        await _check_free(tx, body.identifier)
    row = _row(tx, body, patient, now)
    tx.add(row)
    await tx.flush()
    act = "plan" if body.started_at is None else "admit"
    stay_acts.keep(tx, row, act, stay_acts.NOTHING, actor=actor, now=now, done_at=row.started_at)
    if body.started_at is not None:
        await _begun(tx, patient, row, actor, now)
    return await _shown(tx, row, actor)


async def begin(tx: Session, stay_id: UUID, body: BeginStay, *, version: int, actor: Actor, now: datetime) -> StayBegun:
    """A planned stay begins.

    Raises:
        NotFound, Stale, StayActNotAllowed.
        StayInTheFuture, BeforeBirth, AfterDeath: the time cannot be.
    """
    row, patient = await changing(tx, stay_id, version)
    before = stay_acts.standing(row)
    row.state = after(StayState(row.state), "begin")
    row.started_at = body.started_at
    touch(row, now)
    stay_acts.keep(tx, row, "begin", before, actor=actor, now=now, done_at=row.started_at)
    await _begun(tx, patient, row, actor, now)
    return await _shown(tx, row, actor)


async def cancel(tx: Session, stay_id: UUID, body: EndStay, *, version: int, actor: Actor, now: datetime) -> StayRead:
    """A stay that did not take place, or was broken off as if it had not.

    Raises:
        NotFound, Stale, StayActNotAllowed.
    """
    row, patient = await changing(tx, stay_id, version)
    before = stay_acts.standing(row)
    row.state = after(StayState(row.state), "cancel")
    row.ended_because = body.reason
    touch(row, now)
    stay_acts.keep(tx, row, "cancel", before, actor=actor, now=now, why=body.reason)
    await readmissions.never_was(tx, patient, row, by=actor.person, now=now)
    await announcements.stay_changed(tx, patient, row, actor=actor, now=now)
    return view(tx, row, actor)


async def read(tx: Session, stay_id: UUID, *, actor: Actor) -> StayRead:
    """One stay.

    Raises:
        NotFound: there is none in this organization.
    """
    return view(tx, await stays.get(tx, stay_id), actor)


async def page(tx: Session, wanted: Wanted, *, limit: int, cursor: str | None, actor: Actor) -> Page[StayRead]:
    """A page of stays in the order they were recorded."""
    rows = await stays.page(tx, wanted, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: view(tx, row, actor))


async def changing(tx: Session, stay_id: UUID, version: int | None) -> tuple[StayRow, PatientRow]:
    """A stay of the version the caller has seen and its patient, both locked, the patient first.

    Raises:
        NotFound, Stale.
        AlreadyMerged: the record was merged into another, which has its open needs now.
    """
    patient = await to_write(tx, (await stays.get(tx, stay_id)).patient_id)
    row = await stays.get_for_update(tx, stay_id)
    check_version(row.version, version)
    return row, patient


def touch(row: StayRow, now: datetime) -> None:
    """The row changed."""
    row.version, row.updated_at = row.version + 1, now


def view(tx: Session, row: StayRow, actor: Actor) -> StayRead:
    """A row as the caller sees it; noted for the audit."""
    return StayRead.model_validate(fields(tx, row, actor))


def fields(tx: Session, row: StayRow, actor: Actor) -> dict[str, Any]:
    """The members of a stay's answer."""
    audit.saw(tx, row.patient_id, row.id)
    state = StayState(row.state)
    listed = [(act, None if (state, act) in AFTER else f"the stay is {state}") for act in ACTS]
    waits = row.plan is not None and row.plan.get("state") == PlanState.PROPOSED
    listed += [
        ("correct", None if state in CORRECTABLE else f"the stay is {state}"),
        ("accept-plan", None if waits else "no plan waits to be accepted"),
    ]
    identifier = None
    if row.identifier_system is not None and row.identifier_value is not None:
        identifier = Identifier(system=row.identifier_system, value=row.identifier_value)
    copied = {name: getattr(row, name) for name in _COPIED}
    return {**copied, "identifier": identifier, "acts": allowed.acts(actor, "stays", listed)}


def rule_values(diagnoses: list[words.Diagnosis]) -> tuple[Diagnosis, ...]:
    """Diagnoses as the rules see them.

    Raises:
        DiagnosisCodeUnknown: one of the codes cannot be.
    """
    found = _rule_values(diagnoses)
    for diagnosis in found:
        check(diagnosis)
    return found


def check_diagnoses(diagnoses: list[words.Diagnosis]) -> None:
    """Raises:
    DiagnosisCodeUnknown, SeveralPrincipal: these cannot be what is told of one stay.
    """
    check_told(_rule_values(diagnoses))


def _rule_values(diagnoses: list[words.Diagnosis]) -> tuple[Diagnosis, ...]:
    return tuple(Diagnosis(d.system, d.code.upper(), d.role) for d in diagnoses)


async def _shown(tx: Session, row: StayRow, actor: Actor) -> StayBegun:
    return StayBegun.model_validate({**fields(tx, row, actor), "overlaps": await stay_overlaps.of(tx, row)})


async def _begun(tx: Session, patient: PatientRow, row: StayRow, actor: Actor, now: datetime) -> None:
    assert row.started_at is not None
    check_start(row.started_at, now=now, born=patient.birth_date, deceased_at=patient.deceased_at)
    await readmissions.admitted(tx, patient, row, by=actor.person, now=now)
    await announcements.stay_changed(tx, patient, row, actor=actor, now=now)


async def _check_free(tx: Session, identifier: Identifier) -> None:
    if not await stays.claim_identifier(tx, identifier.system, identifier.value):
        raise StayIdentifierTaken("Another stay already carries this identifier. Search by it.")


def _row(tx: Session, body: AdmitStay, patient: PatientRow, now: datetime) -> StayRow:
    check_diagnoses(body.diagnoses)
    identifier = body.identifier
    return StayRow(
        id=new_id(), organization_id=organization(tx), version=1, created_at=now, updated_at=now,
        patient_id=patient.id, stay_class=body.stay_class.value, planned=body.planned or body.started_at is None,
        state=(StayState.PLANNED if body.started_at is None else StayState.IN_PROGRESS).value,
        identifier_system=None if identifier is None else identifier.system,
        identifier_value=None if identifier is None else identifier.value,
        planned_for=body.planned_for, started_at=body.started_at, ended_at=None, facility=body.facility,
        time_zone=body.time_zone or patient.time_zone, disposition=None, complexity=None, facts=None, plan=None,
        diagnoses=[d.model_dump(mode="json") for d in body.diagnoses], ended_because=None,
    )  # fmt: skip
