"""Keep the little monitoring needs to know of a person, from coordination or from an EHR."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.monitoring.domain.patients import AmbiguousPatient, IdentifierTaken, IdMismatch, OtherPerson
from services.monitoring.store import enrollments
from services.monitoring.store import patients as store
from services.monitoring.store.patients import IdentifierRow, PatientRow
from services.monitoring.usecases import deaths, messages
from shared.contracts.base import Page
from shared.contracts.monitoring.patients import PatientRead, RegisterPatient
from shared.contracts.paging import page_of
from shared.contracts.people import Identifier, PatientSnapshot
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.births import check_birth
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.vocabulary import Role

Told = RegisterPatient | PatientSnapshot
_KEPT = ("family", "given", "birth_date", "sex", "time_zone", "deceased_at")


async def register(tx: Session, body: RegisterPatient, *, now: datetime) -> PatientRead:
    """Register a patient whom coordination does not tell of.

    Raises:
        IdentifierTaken: one of the identifiers belongs to a patient already.
        BornInTheFuture, BornTooLongAgo: the birth date cannot be.
    """
    check_birth(body.birth_date, now)
    row = _new(tx, body, now=now)
    await _give(tx, row, body.identifiers)
    return await read(tx, row)


async def changed(
    tx: Session, coordination_id: UUID, body: PatientSnapshot, *, actor: Actor, now: datetime
) -> PatientRead:
    """Take what coordination knows of a patient; an older version changes nothing.

    Raises:
        IdMismatch: the body names another coordination id than the address.
    """
    if body.coordination_id not in (None, coordination_id):
        raise IdMismatch("coordination_id in the body must be the one in the address, or be left out.")
    row = await meet(tx, body.model_copy(update={"coordination_id": coordination_id}), actor=actor, now=now)
    return await read(tx, row)


async def meet(tx: Session, told: PatientSnapshot, *, actor: Actor, now: datetime) -> PatientRow:
    """The patient of a snapshot, locked: found by coordination's id, else by an identifier, else made.

    A death ends what the patient is followed under; a death that is withdrawn brings it back. Once coordination's id is
    known, coordination is told what the patient is followed under.

    Raises:
        AmbiguousPatient: the identifiers belong to several patients.
        OtherPerson: an identifier belongs to a patient with another coordination id.
        IdentifierTaken: an identifier of a known patient belongs to somebody else.
        BornInTheFuture, BornTooLongAgo: the birth date cannot be.
    """
    check_birth(told.birth_date, now)
    if told.coordination_id is not None:
        await store.one_at_a_time(tx, told.coordination_id)
    row = await _find(tx, told)
    # Only coordination counts the versions of its record: what a person sends with an enrollment never outruns them.
    from_coordination = Role.SERVICE in actor.roles
    if row is None:
        row = _new(tx, told, now=now)
        row.source_version = told.version if from_coordination else 0
    elif told.version > row.source_version:
        lived = row.deceased_at is None
        for name in _KEPT:
            setattr(row, name, getattr(told, name))
        met = row.coordination_id is None and told.coordination_id is not None
        row.coordination_id = row.coordination_id or told.coordination_id
        if from_coordination:
            row.source_version = told.version
        row.version += 1
        row.updated_at = now
        for each in await enrollments.followed(tx, row.id) if met else ():
            await messages.enrollment(tx, each, row, actor=actor, now=now)
        if lived != (row.deceased_at is None):
            await (deaths.recorded if lived else deaths.withdrawn)(tx, row, actor=actor, now=now)
    await _give(tx, row, told.identifiers)
    return row


async def get(tx: Session, patient_id: UUID) -> PatientRead:
    """One patient; raises NotFound."""
    return await read(tx, await store.get(tx, patient_id))


async def find(
    tx: Session, *, identifier: Identifier | None, coordination_id: UUID | None, limit: int, cursor: str | None
) -> Page[PatientRead]:
    """Patients by id; with an identifier or coordination's id, the one who has it."""
    pair = (identifier.system, identifier.value) if identifier else None
    rows = await store.page(tx, pair=pair, coordination_id=coordination_id, after=after_id(cursor), limit=limit + 1)
    return await page(tx, rows, limit)


async def page(tx: Session, rows: Sequence[PatientRow], limit: int) -> Page[PatientRead]:
    """A page of ``limit + 1`` patients by id, with their identifiers."""
    held = await store.identifiers_of(tx, [row.id for row in rows[:limit]])
    for row in rows[:limit]:
        audit.saw(tx, row.id)
    return page_of(rows, limit, lambda row: _read(row, held.get(row.id, [])))


async def read(tx: Session, row: PatientRow) -> PatientRead:
    """A patient with their identifiers."""
    audit.saw(tx, row.id)
    return _read(row, await store.identifiers(tx, row.id))


async def _find(tx: Session, told: PatientSnapshot) -> PatientRow | None:
    if told.coordination_id is not None:
        row = await store.by_coordination_id(tx, told.coordination_id)
        if row is not None:
            return row
    known = await store.by_identifiers(tx, _pairs(told.identifiers))
    if not known:
        return None
    if len(known) > 1:
        raise AmbiguousPatient("Send the identifiers of one person only, or merge the two patients first.")
    row = await store.get_for_update(tx, known[0])
    if told.coordination_id is not None and row.coordination_id not in (None, told.coordination_id):
        raise OtherPerson("An identifier belongs to a patient whom coordination knows under another id: check both.")
    return row


def _new(tx: Session, told: Told, *, now: datetime) -> PatientRow:
    row = PatientRow(
        id=new_id(),
        organization_id=organization(tx),
        coordination_id=getattr(told, "coordination_id", None),
        source_version=0,
        version=1,
        created_at=now,
        updated_at=now,
        **{name: getattr(told, name) for name in _KEPT},
    )
    tx.add(row)
    return row


async def _give(tx: Session, row: PatientRow, identifiers: list[Identifier]) -> None:
    await tx.flush()
    for pair in await store.add_identifiers(tx, row.id, _pairs(identifiers)):
        holder = (await store.owners(tx, [pair])).get(pair)
        if holder != row.id:
            raise IdentifierTaken(
                "An identifier can belong to one patient only. Use the patient who has it, or check the number.",
                patient_id=str(holder),
                system=pair[0],
            )


def _pairs(identifiers: list[Identifier]) -> list[tuple[str, str]]:
    return [(each.system, each.value) for each in identifiers]


def _read(row: PatientRow, identifiers: Sequence[IdentifierRow]) -> PatientRead:
    held = [Identifier(system=each.system, value=each.value) for each in identifiers]
    return PatientRead(
        id=row.id,
        version=row.version,
        coordination_id=row.coordination_id,
        source_version=row.source_version,
        identifiers=held,
        **{name: getattr(row, name) for name in _KEPT},
    )
