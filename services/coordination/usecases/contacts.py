"""Contacts: record an attempt or a conversation and let it meet what it can."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import contacts as rules
from services.coordination.domain.needs import check_ahead, check_past
from services.coordination.domain.outreach import THEIRS
from services.coordination.store import contacts
from services.coordination.store.contacts import ContactRow
from services.coordination.usecases import call_backs, contact_evidence, sharing
from services.coordination.usecases.need_work import Note
from services.coordination.usecases.patients import to_write
from shared.contracts.base import Page
from shared.contracts.coordination.contacts import ContactRead, RecordContact
from shared.contracts.coordination.needs import Source
from shared.contracts.paging import page_of
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.paging import after_id
from shared.vocabulary import SharingPurpose, SourceKind

_MINUTE = 60


async def record(tx: Session, body: RecordContact, *, actor: Actor, now: datetime) -> ContactRead:
    """Record a contact. A conversation meets contact needs, judged by when it was made; two attempts stop the
    programme's clock while the need stays open. What is told late counts from when it was made, also for a need that
    is met already.

    Raises:
        NotFound: no such patient, or no such need of theirs.
        InTheFuture, TooFarAhead, EndsBeforeStart, InterpreterMissing, BeforeBirth, AfterDeath: the body cannot be.
        BeforeNeed: it was made before the need it names could begin.
        AlreadyMerged: the record was merged into another.
        ConsentMissing, ConsentWithheld: the patient had asked not to be reached this way when the contact was made.
    """
    _check(body, now)
    patient = await to_write(tx, body.patient_id)
    rules.check_lived(body.started_at, body.contacted, born=patient.birth_date, deceased_at=patient.deceased_at)
    await _check_wanted(tx, body, now)
    rows = await contact_evidence.concerned(tx, body)
    row = _row(tx, body, actor, now)
    attempt = contacts.attempt_of(row)
    judged = rules.judge(attempt, interpreter_needed=patient.interpreter_needed)
    row.interactive, row.effect = judged.interactive, judged.because
    note = Note(by=actor.person, now=now)
    source = Source(kind=SourceKind.CONTACT, id=str(row.id))
    if judged.interactive:
        done = await contact_evidence.conversation(tx, rows, body.started_at, source, note)
        row.met, row.effect = done.met, "; ".join([judged.because, *done.said])
    elif body.contacted in rules.REACHED_FOR:
        said = [text for need in rows if (text := await contact_evidence.attempted(tx, need, row, source, note))]
        row.effect = "; ".join([judged.because, *said])
    tx.add(row)
    await tx.flush()
    await call_backs.follow(tx, row, body.call_back_at, actor=actor, now=now)
    return view(tx, row)


async def read(tx: Session, contact_id: UUID) -> ContactRead:
    """One contact.

    Raises:
        NotFound: there is none in this organization.
    """
    return view(tx, await contacts.get(tx, contact_id))


async def page(
    tx: Session, *, patient_id: UUID | None, need_id: UUID | None, limit: int, cursor: str | None
) -> Page[ContactRead]:
    """A page of contacts in the order they were recorded."""
    rows = await contacts.page(tx, patient_id, need_id, after=after_id(cursor), limit=limit + 1)
    return page_of(rows, limit, lambda row: view(tx, row))


def view(tx: Session, row: ContactRow) -> ContactRead:
    """A row as the caller sees it; noted for the audit."""
    audit.saw(tx, row.patient_id, row.id)
    minutes = None
    if row.ended_at is not None:
        minutes = int((row.ended_at - row.started_at).total_seconds()) // _MINUTE
    columns = {column.key: getattr(row, column.key) for column in ContactRow.__table__.columns}
    return ContactRead.model_validate({**columns, "minutes": minutes})


async def _check_wanted(tx: Session, body: RecordContact, now: datetime) -> None:
    """What was done before a word against it may still be recorded; nothing may be promised after it."""
    if body.channel not in THEIRS:
        await sharing.check(tx, body.patient_id, SharingPurpose.OUTREACH, body.channel, body.started_at)
    if body.call_back_at is not None:
        await sharing.check(tx, body.patient_id, SharingPurpose.OUTREACH, body.channel, now)


def _check(body: RecordContact, now: datetime) -> None:
    check_past(body.started_at, now, "started_at")
    check_ahead(body.call_back_at, now, "call_back_at")
    if body.call_back_at is not None and body.call_back_at <= (body.ended_at or body.started_at):
        raise rules.CallBackTooEarly("Give call_back_at an instant after the contact.")
    if body.ended_at is not None:
        check_past(body.ended_at, now, "ended_at")
        if body.ended_at < body.started_at:
            raise rules.EndsBeforeStart("The contact ends before it starts. Correct started_at or ended_at.")
    if body.interpreter_language is not None and not body.interpreter_used:
        raise rules.InterpreterMissing("Say interpreter_used, or leave the language out.")


def _row(tx: Session, body: RecordContact, actor: Actor, now: datetime) -> ContactRow:
    return ContactRow(
        id=new_id(),
        organization_id=organization(tx),
        **body.model_dump(exclude={"call_back_at"}),
        recorded_at=now,
        by=actor.person,
        interactive=False,
        met=[],
        effect="",
    )
