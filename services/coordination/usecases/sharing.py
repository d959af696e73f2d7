"""What patients said to what leaves the house, and the one gate that every way out asks."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.coordination.domain import sharing as rules
from services.coordination.domain.needs import check_past
from services.coordination.domain.sharing import Word
from services.coordination.store import obligations, patients, specialists
from services.coordination.store import sharing as store
from services.coordination.store.sharing import ConsentWordRow
from services.coordination.usecases import referral_consents
from services.coordination.usecases.patients import to_write
from shared.contracts.coordination.sharing import (
    ConsentRules,
    ConsentRulesRead,
    ConsentsRead,
    ConsentStateRead,
    ConsentWordRead,
    SayConsent,
)
from shared.db import audit
from shared.db.base import Session, organization
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.kit.problems import Stale, check_version
from shared.vocabulary import Role, SharingState, SharingWord
from shared.vocabulary import SharingPurpose as Purpose

WITHHELD = "consent"


async def say(tx: Session, patient_id: UUID, body: SayConsent, *, actor: Actor, now: datetime) -> ConsentWordRead:
    """Record a word; one against takes effect in the same transaction.

    Open reply links are closed, call-backs and reminders leave the worklist, and each live referral that may not go on
    is work: call it off, or ask the patient. A word for it takes that back.

    Raises:
        NotFound: no such patient, or no such specialist.
        InTheFuture, EndsBeforeSaid, NothingToRevoke: it cannot be.
        AlreadyMerged: the record was merged into another.
    """
    await to_write(tx, patient_id)
    said_at = body.said_at or now
    check_past(said_at, now, "said_at")
    if body.until is not None and body.until <= said_at:
        raise rules.EndsBeforeSaid("Give until an instant after said_at.")
    if body.purpose is Purpose.REFERRAL and body.recipient is not None:
        specialist = await specialists.get(tx, UUID(body.recipient))
        # An id can be written in several ways; whatever goes out asks for this one.
        body = body.model_copy(update={"recipient": str(specialist.id)})
    if body.said is SharingWord.REVOKED:
        given = rules.state(await _words(tx, patient_id), body.purpose, body.recipient, said_at)
        if given is not SharingState.GIVEN:
            raise rules.NothingToRevoke(f"The consent is {given}. Record a refusal instead.")
    row = ConsentWordRow(
        id=new_id(),
        organization_id=organization(tx),
        patient_id=patient_id,
        **body.model_dump(exclude={"said_at"}),
        said_at=said_at,
        recorded_by=actor.person,
        recorded_at=now,
    )
    tx.add(row)
    await tx.flush()
    if body.said is not SharingWord.GIVEN:
        await _stop(tx, patient_id, body, now)
    await _follow(tx, patient_id, body, now)
    return _word(tx, row)


async def _stop(tx: Session, patient_id: UUID, body: SayConsent, now: datetime) -> None:
    """Do what follows from a word against, as far as it is the last one."""
    if await allowed(tx, patient_id, body.purpose, body.recipient, now):
        return
    if body.purpose is Purpose.REFERRAL:
        to = None if body.recipient is None else UUID(body.recipient)
        await store.close_links(tx, patient_id, to, WITHHELD, now)
    if body.purpose is Purpose.OUTREACH and body.recipient is None:
        await obligations.close_contacts(tx, patient_id, now)


async def _follow(tx: Session, patient_id: UUID, body: SayConsent, now: datetime) -> None:
    """Make what the live referrals that the word is about owe the worklist what the words say now."""
    if body.purpose is Purpose.OUTREACH:
        if await allowed(tx, patient_id, body.purpose, None, now):
            await referral_consents.remind_again(tx, patient_id, now)
        else:
            await obligations.close_reminders(tx, patient_id, now)
    if body.purpose is Purpose.REFERRAL:
        sent = await referral_consents.sent_of(tx, patient_id)
        rows = [row for row in sent if body.recipient in (None, str(row.specialist_id))]
        fine = await shared_with(tx, [(patient_id, str(row.specialist_id)) for row in rows], body.purpose, now)
        for row in rows:
            withheld = (patient_id, str(row.specialist_id)) not in fine
            await referral_consents.surface(tx, row, withheld=withheld, now=now)


async def read(tx: Session, patient_id: UUID, *, now: datetime) -> ConsentsRead:
    """What holds now and what was said.

    Raises:
        NotFound: no such patient.
    """
    patient = await patients.get(tx, patient_id)
    audit.saw(tx, patient.id)
    rows = (await store.words(tx, [patient_id])).get(patient_id, [])
    required = await _required(tx)
    said = [_plain(row) for row in rows]
    named: list[tuple[Purpose, str | None]] = [(purpose, None) for purpose in Purpose]
    apart = {(word.purpose, word.recipient) for word in said if word.recipient is not None}
    named += sorted(apart, key=lambda pair: (pair[0], pair[1] or ""))
    states = [(each, rules.state(said, *each, now)) for each in named]
    return ConsentsRead(
        patient_id=patient_id,
        as_of=now,
        states=[
            ConsentStateRead(
                purpose=purpose,
                recipient=recipient,
                state=found,
                required=purpose in required,
                allowed=rules.allowed(found, required=purpose in required),
            )
            for (purpose, recipient), found in states
        ],
        words=[_word(tx, row) for row in rows],
    )


async def check(tx: Session, patient_id: UUID, purpose: Purpose, recipient: str | None, now: datetime) -> None:
    """That something may go to a recipient.

    Raises:
        ConsentMissing, ConsentWithheld.
    """
    found = rules.state(await _words(tx, patient_id), purpose, recipient, now)
    rules.check(found, purpose, required=purpose in await _required(tx))


async def allowed(tx: Session, patient_id: UUID, purpose: Purpose, recipient: str | None, now: datetime) -> bool:
    """Whether something may go to a recipient."""
    return bool(await shared_with(tx, [(patient_id, recipient)], purpose, now))


async def shared_with(
    tx: Session, pairs: Iterable[tuple[UUID, str | None]], purpose: Purpose, now: datetime
) -> set[tuple[UUID, str | None]]:
    """Of patients with recipients those where something may go."""
    asked = set(pairs)
    if not asked:
        return set()
    found = await store.words(tx, {patient_id for patient_id, _ in asked}, purpose)
    said = {patient_id: [_plain(row) for row in rows] for patient_id, rows in found.items()}
    required = purpose in await _required(tx)
    return {
        (patient_id, to)
        for patient_id, to in asked
        if rules.allowed(rules.state(said.get(patient_id, []), purpose, to, now), required=required)
    }


def is_system(actor: Actor) -> bool:
    """Whether somebody reads as a system: role ``integration`` alone."""
    return actor.roles == {Role.INTEGRATION}


async def guard(tx: Session, actor: Actor, now: datetime) -> None:
    """After a read by a system (role ``integration`` alone), before its answer starts: that everybody in it consents.

    Raises:
        ConsentMissing, ConsentWithheld: of one patient at least; a list is refused whole.
    """
    if not is_system(actor):
        return
    pairs = [(patient_id, actor.subject) for patient_id in sorted(audit.seen(tx).patients)]
    fine = await shared_with(tx, pairs, Purpose.EXCHANGE, now)
    for patient_id, to in pairs:
        if (patient_id, to) not in fine:
            await check(tx, patient_id, Purpose.EXCHANGE, to, now)


async def withheld_from(tx: Session, specialist_ids: Iterable[UUID], now: datetime) -> tuple[tuple[UUID, UUID], ...]:
    """Patients, each with one of these specialists, whose referral these may not see."""
    sent = await store.patients_sent_to(tx, specialist_ids)
    fine = await shared_with(tx, [(patient, str(to)) for patient, to in sent], Purpose.REFERRAL, now)
    return tuple((patient, to) for patient, to in sent if (patient, str(to)) not in fine)


async def read_rules(tx: Session) -> ConsentRulesRead:
    """For which purposes consent is asked."""
    row = await store.rules(tx)
    required = [] if row is None else [Purpose(each) for each in row.required]
    return ConsentRulesRead(id=organization(tx), version=0 if row is None else row.version, required=required)


async def change_rules(tx: Session, body: ConsentRules, *, version: int, now: datetime) -> ConsentRulesRead:
    """Say anew for which purposes consent is asked; it holds from this moment, also for what was sent before.

    Raises:
        Stale: somebody changed it first.
    """
    required = [each for each in Purpose if each in body.required]
    before = await read_rules(tx)
    check_version(before.version, version)
    if not await store.put_rules(tx, [each.value for each in required], before=version, now=now):
        raise Stale(version + 1)
    return ConsentRulesRead(id=organization(tx), version=version + 1, required=required)


async def _required(tx: Session) -> frozenset[Purpose]:
    return frozenset((await read_rules(tx)).required)


async def _words(tx: Session, patient_id: UUID) -> list[Word]:
    return [_plain(row) for row in (await store.words(tx, [patient_id])).get(patient_id, [])]


def _plain(row: ConsentWordRow) -> Word:
    return Word(Purpose(row.purpose), row.recipient, SharingWord(row.said), row.said_at, row.until, row.id.int)


def _word(tx: Session, row: ConsentWordRow) -> ConsentWordRead:
    audit.saw(tx, row.patient_id, row.id)
    return ConsentWordRead.model_validate(row)
