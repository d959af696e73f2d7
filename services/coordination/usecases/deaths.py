"""A death ends every open need and referral; a death recorded in error lets them stand again."""

from datetime import datetime

from services.coordination.domain.unwinding import at_death
from services.coordination.store import needs, obligations, record_acts, reply_links
from services.coordination.store.patients import PatientRow
from services.coordination.store.stays import StayRow
from services.coordination.usecases import announcements, need_batches, referral_deaths
from services.coordination.usecases.need_work import Note
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import DischargeDisposition, MeansKind, NeedAct, TimelineKind, WithdrawReason

DECEASED = WithdrawReason.DECEASED.value


async def recorded(tx: Session, patient: PatientRow, before: datetime | None, *, actor: Actor, now: datetime) -> None:
    """Do what follows from a death that was told or taken back; ``before`` is what was on record."""
    if before != patient.deceased_at:
        _write(tx, patient, before, actor=actor, now=now)
    if (before is None) is (patient.deceased_at is None):
        return
    if patient.deceased_at is not None:
        await died(tx, patient, actor=actor, now=now)
    else:
        await lives(tx, patient, actor=actor, now=now)


def _write(tx: Session, patient: PatientRow, before: datetime | None, *, actor: Actor, now: datetime) -> None:
    """A death that is told, told anew or taken back, as an act of its own."""
    after = patient.deceased_at
    act = "taken-back" if after is None else "told" if before is None else "corrected"
    at = [{"deceased_at": None if each is None else each.isoformat()} for each in (before, after)]
    record_acts.put(
        tx,
        TimelineKind.DEATH,
        patient.id,
        act,
        subject="patient",
        by=actor.person,
        now=now,
        done_at=after,
        changed=(at[0], at[1]),
    )


async def died(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """Outreach stops: referrals whose visit has not been end, with their slots and reply links; every open need ends
    with the code ``deceased`` and leaves the worklist, call-backs too."""
    gone = {str(row.id) for row in await referral_deaths.end(tx, patient, actor=actor, now=now)}
    rows = await needs.open_of(tx, patient.id)
    for row in rows:
        if row.means is not None and row.means["kind"] == MeansKind.REFERRAL and row.means["id"] in gone:
            row.means = row.scheduled_for = None
    note = Note(actor.person, now, patient.deceased_at, DECEASED, "the patient died")
    for act in (NeedAct.WITHDRAW, NeedAct.GIVE_UP):
        ending = [row for row in rows if at_death(touched=row.touched) is act]
        if ending:
            await need_batches.end(tx, ending, act, note)
    await obligations.close_contacts(tx, patient.id, now)
    await reply_links.close_before_visit(tx, patient.id, DECEASED, now)


async def lives(tx: Session, patient: PatientRow, *, actor: Actor, now: datetime) -> None:
    """The death was recorded in error: the needs it ended stand again, the referrals as drafts to be sent anew."""
    ended = await needs.closed_with(tx, patient.id, DECEASED)
    rows = need_batches.without_open(ended, await needs.open_of(tx, patient.id))
    if rows:
        await need_batches.reopen(tx, rows, Note(actor.person, now, text="the death was recorded in error"))
    await referral_deaths.redraft(tx, patient, actor=actor, now=now)


async def in_hospital(tx: Session, patient: PatientRow, at: datetime, *, actor: Actor, now: datetime) -> None:
    """A discharge says that the patient died: that is on record from now on, unless it was before."""
    if patient.deceased_at is None:
        patient.deceased_at = at
        patient.version, patient.updated_at = patient.version + 1, now
        _write(tx, patient, None, actor=actor, now=now)
        await died(tx, patient, actor=actor, now=now)
        await announcements.patient_changed(tx, patient, actor=actor, now=now)


def said_by(patient: PatientRow, stay: StayRow) -> bool:
    """Whether the death on record is what the discharge of this stay says."""
    expired = stay.disposition == DischargeDisposition.EXPIRED
    return expired and stay.ended_at is not None and patient.deceased_at == stay.ended_at


async def not_in_hospital(tx: Session, patient: PatientRow, stay: StayRow, *, actor: Actor, now: datetime) -> None:
    """The discharge that said so is undone; a death on record from elsewhere stays."""
    if said_by(patient, stay):
        before, patient.deceased_at = patient.deceased_at, None
        patient.version, patient.updated_at = patient.version + 1, now
        _write(tx, patient, before, actor=actor, now=now)
        await lives(tx, patient, actor=actor, now=now)
        await announcements.patient_changed(tx, patient, actor=actor, now=now)
