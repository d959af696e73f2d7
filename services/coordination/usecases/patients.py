"""Patients: register, find, change."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain.patients import (
    AlreadyMerged,
    IdentifiersDisagree,
    IdentifierTaken,
    PatientUnknown,
    check_born_first,
    check_died_last,
    check_life,
    check_unique,
)
from services.coordination.store import obligations, on_record, patients, work_facets
from services.coordination.store.patients import PatientRow, Wanted, key_of
from services.coordination.usecases import allowed, announcements, deaths
from shared.contracts.base import Page
from shared.contracts.coordination.needs import PatientNamed
from shared.contracts.coordination.patients import ChangePatient, PatientRead, RegisterPatient
from shared.contracts.paging import page_of
from shared.contracts.people import Identifier
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import place
from shared.kit.problems import check_version

_COPIED = (
    "id", "version", "identifiers", "family", "given", "birth_date", "sex", "language", "interpreter_needed",
    "time_zone", "telecom", "address", "coverage", "primary_care", "deceased_at", "monitored", "merged_into",
    "created_at", "updated_at",
)  # fmt: skip


async def register(tx: Session, body: RegisterPatient, *, actor: Actor, now: datetime) -> PatientRead:
    """Register a person.

    Raises:
        IdentifierTaken: another patient carries one of the identifiers.
        IdentifierTwice, BornInTheFuture, BornTooLongAgo, DeathImpossible: the body cannot be.
    """
    _check(body, now)
    row = PatientRow(
        id=new_id(), organization_id=organization(tx), version=1, created_at=now, updated_at=now,
        monitored=False, merged_into=None, merged_at=None, **_columns(body),
    )  # fmt: skip
    tx.add(row)
    await tx.flush()
    await _claim(tx, row.id, keys(body.identifiers))
    return view(tx, row, actor)


async def change(
    tx: Session, patient_id: UUID, body: ChangePatient, *, version: int, actor: Actor, now: datetime
) -> PatientRead:
    """Replace what is known of a patient; monitoring is told when it follows them. A death ends every open need.

    Raises:
        Stale: somebody changed it first.
        AlreadyMerged: the record was merged into another.
        IdentifierTaken: another patient carries one of the identifiers.
        BornAfterRecord: something on record is from before the new birth date.
        DiedBeforeRecord: a stay, a visit or a contact in person began after the time of death.
    """
    row = await patients.get_for_update(tx, patient_id)
    check_version(row.version, version)
    check_not_merged(row)
    _check(body, now)
    if body.birth_date > row.birth_date:
        check_born_first(body.birth_date, await on_record.earliest(tx, row.id))
    if body.deceased_at is not None and body.deceased_at != row.deceased_at:
        check_died_last(await on_record.first_after(tx, row.id, body.deceased_at))
    before, after = set(keys(identifiers_of(row))), set(keys(body.identifiers))
    await patients.release_identifiers(tx, row.id, before - after)
    await _claim(tx, row.id, sorted(after - before))
    died_before = row.deceased_at
    for name, value in _columns(body).items():
        setattr(row, name, value)
    await deaths.recorded(tx, row, died_before, actor=actor, now=now)
    row.version, row.updated_at = row.version + 1, now
    await tx.flush()
    await obligations.follow_patient(tx, row.id, await work_facets.of_patient(tx, row.id), now)
    await announcements.patient_changed(tx, row, actor=actor, now=now)
    return view(tx, row, actor)


async def read(tx: Session, patient_id: UUID, *, actor: Actor) -> PatientRead:
    """One patient.

    Raises:
        NotFound: there is none in this organization.
    """
    return view(tx, await patients.get(tx, patient_id), actor)


async def search(tx: Session, wanted: Wanted, *, limit: int, cursor: str | None, actor: Actor) -> Page[PatientRead]:
    """A page of patients by name."""
    rows = await patients.page(tx, wanted, after=place(cursor, str, str, UUID), limit=limit + 1)
    return page_of(
        rows, limit, lambda row: view(tx, row, actor), at=lambda row: (row.family_key, row.given_key, str(row.id))
    )


async def named(tx: Session, body: PatientNamed) -> PatientRow:
    """The patient a message names, locked; a merged record stands for the one that took over.

    Raises:
        NotFound: nobody has the id.
        PatientUnknown: nobody carries the identifiers.
        IdentifiersDisagree: the identifiers belong to several patients.
    """
    if body.patient_id is not None:
        return await _standing(tx, body.patient_id)
    found = await patients.owners_of(tx, keys(body.patient_identifiers or []))
    if not found:
        raise PatientUnknown(
            "Nobody in your organization carries these identifiers. Register the patient in coordination with one of "
            "them; a message of monitoring then arrives by itself, at once when it is resent there."
        )
    if len(found) > 1:
        raise IdentifiersDisagree("The identifiers belong to different patients. Send those of one person.")
    return await _standing(tx, found.pop())


async def _standing(tx: Session, patient_id: UUID) -> PatientRow:
    row = await patients.get_for_update(tx, patient_id)
    # A merge may have ended while we waited for the lock.
    while row.merged_into is not None:
        row = await patients.get_for_update(tx, row.merged_into)
    return row


async def to_write(tx: Session, patient_id: UUID) -> PatientRow:
    """The patient that something is written for, locked against a merge.

    Raises:
        NotFound: there is none in this organization.
        AlreadyMerged: the record was merged into another.
    """
    row = await patients.get_for_update(tx, patient_id)
    check_not_merged(row)
    return row


def check_not_merged(row: PatientRow) -> None:
    """Raises:
    AlreadyMerged: the record was merged into another.
    """
    if row.merged_into is not None:
        raise AlreadyMerged(f"This record was merged into {row.merged_into}. Use that one.")


def view(tx: Session, row: PatientRow, actor: Actor) -> PatientRead:
    """A row as the caller sees it; noted for the audit."""
    audit.saw(tx, row.id)
    merged = None if row.merged_into is None else "the record was merged into another"
    single = "the record is not merged" if row.merged_into is None else None
    listed = allowed.acts(actor, "patients", [("change", merged), ("merge", merged), ("undo-merge", single)])
    return PatientRead.model_validate({**{name: getattr(row, name) for name in _COPIED}, "acts": listed})


def identifiers_of(row: PatientRow) -> list[Identifier]:
    """The identifiers in a row."""
    return [Identifier.model_validate(identifier) for identifier in row.identifiers]


def keys(identifiers: list[Identifier]) -> list[tuple[str, str]]:
    """Identifiers as keys of the table."""
    return [(identifier.system, identifier.value) for identifier in identifiers]


def _check(body: RegisterPatient, now: datetime) -> None:
    check_unique(keys(body.identifiers))
    check_life(body.birth_date, body.deceased_at, now)


async def _claim(tx: Session, patient_id: UUID, wanted: list[tuple[str, str]]) -> None:
    taken = await patients.claim_identifiers(tx, patient_id, wanted)
    if taken:
        systems = ", ".join(sorted({system for system, _ in taken}))
        raise IdentifierTaken(
            f"Another patient already carries the identifier of {systems}. Search by it: the person may be registered."
        )


def _columns(body: RegisterPatient) -> dict[str, object]:
    plain = body.model_dump(include={"birth_date", "deceased_at"})
    rest = body.model_dump(mode="json", exclude={"birth_date", "deceased_at"})
    return {**rest, **plain, "family_key": key_of(body.family), "given_key": key_of(body.given)}
