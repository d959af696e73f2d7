"""Letters to specialists without an account: written, kept without their secrets; links listed and revoked."""

from datetime import datetime, timedelta
from uuid import UUID

from services.coordination.domain import letters as texts
from services.coordination.domain import reply_links as rules
from services.coordination.domain.documents import LETTER
from services.coordination.domain.letters import Letter
from services.coordination.domain.reply_links import LinkState
from services.coordination.store import documents as document_store
from services.coordination.store import patients, specialists
from services.coordination.store import referrals as referral_store
from services.coordination.store import reply_links as store
from services.coordination.store.referrals import ReferralRow
from services.coordination.store.reply_links import ReplyLinkRow
from services.coordination.usecases import bookings, documents, secrets, sharing
from services.coordination.usecases.referral_record import facts_of
from shared.contracts.coordination.letters import LetterWritten, ReplyLinkList, ReplyLinkRead, WriteLetter
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import DocumentPurpose, DocumentType, ReferralAct, ReferralState, SharingPurpose


async def write(
    tx: Session, referral_id: UUID, body: WriteLetter, *, base: str, actor: Actor, now: datetime
) -> LetterWritten:
    """Write a letter with a new reply link; links that were open before do not open any more.

    ``base`` is the public address of this service.

    Raises:
        ReceiverHasAccount: the specialist signs in and needs no letter.
        NothingToAnswer: the referral waits for nothing that the receiver could answer.
        ConsentMissing, ConsentWithheld, PatientDeceased: it may not go, or there will be no visit.
    """
    row = await referral_store.get(tx, referral_id, lock=True)
    audit.saw(tx, row.patient_id, row.id)
    specialist = await specialists.get(tx, row.specialist_id)
    if specialist.user_subject is not None:
        raise rules.ReceiverHasAccount("The specialist has an account and sees the referral there.")
    await _check_wanted(tx, row, now)
    if not await offered(tx, row, None, now):
        raise rules.NothingToAnswer(f"The referral is {row.state}. Send it first, or leave the letter out.")
    token, code = secrets.new_token(row.organization_id), secrets.new_code()
    expires_at = now + timedelta(days=body.days)
    secret = (f"{base}/reply/{token}", code)
    letter = await _letter(tx, row, sender=body.sender, expires_at=expires_at, secret=secret, now=now)
    kept = await documents.keep(
        tx,
        row,
        texts.written(letter_without_secrets(letter)).encode(),
        purpose=DocumentPurpose.LETTER,
        kind=DocumentType.REFERRAL_LETTER,
        title=f"Letter to {specialist.name}"[:500],
        content_type=LETTER,
        by=actor.person,
        now=now,
    )
    link = await mint(
        tx,
        row,
        token=token,
        code=code,
        sender=body.sender,
        by=actor.person,
        expires_at=expires_at,
        letter=kept.id,
        now=now,
    )
    return LetterWritten(
        document=kept, reply_link=shown(link, now), link=letter.link or "", access_code=code, html=texts.written(letter)
    )


async def offered(tx: Session, row: ReferralRow, link: ReplyLinkRow | None, now: datetime) -> tuple[ReferralAct, ...]:
    """The acts a link can take on a referral now; without one, those that a new link would grant."""
    state = ReferralState(row.state)
    granted = rules.OFFERED[state] if link is None else link.acts
    return rules.offered(state, granted, await facts_of(tx, row, now))


async def _check_wanted(tx: Session, row: ReferralRow, now: datetime) -> None:
    await sharing.check(tx, row.patient_id, SharingPurpose.REFERRAL, str(row.specialist_id), now)
    if row.seen_at is None and (await patients.get(tx, row.patient_id)).deceased_at is not None:
        raise rules.PatientDeceased("The patient has died and the visit has not been. Cancel the referral.")


def letter_without_secrets(letter: Letter) -> Letter:
    """The copy that is kept."""
    values = {name: getattr(letter, name) for name in Letter.__slots__}
    return Letter(**{**values, "link": None, "code": None})


async def _letter(
    tx: Session, row: ReferralRow, *, sender: str, expires_at: datetime, secret: tuple[str, str], now: datetime
) -> Letter:
    specialist = await specialists.get(tx, row.specialist_id)
    listed = await document_store.of_referral(tx, row.id)
    return Letter(
        to=specialist.name,
        practice=specialist.organization_name,
        patient=await bookings.of(tx, row, now),
        priority=row.priority,
        question=row.clinical_question,
        documents=[one.title for one in listed if one.purpose == DocumentPurpose.QUESTION],
        sender=sender,
        written_at=now,
        zone=row.zone,
        expires_at=expires_at,
        link=secret[0],
        code=secret[1],
    )


async def mint(
    tx: Session,
    row: ReferralRow,
    *,
    token: str,
    code: str,
    sender: str,
    by: str,
    expires_at: datetime,
    letter: UUID | None,
    now: datetime,
) -> ReplyLinkRow:
    """A new link for what a locked referral waits for; those that were open are replaced by it."""
    for old in await store.of_referral(tx, row.id, lock=True):
        if rules.state_of(old, now) is LinkState.OPEN:
            old.revoked_at, old.revoked_why = now, "replaced"
    digest = secrets.token_hash(token)
    link = ReplyLinkRow(
        id=new_id(),
        organization_id=row.organization_id,
        referral_id=row.id,
        letter_id=letter,
        token_hash=digest,
        code_hash=secrets.code_hash(digest, code),
        acts=[str(act) for act in rules.OFFERED[ReferralState(row.state)]],
        sender=sender,
        created_by=by,
        created_at=now,
        expires_at=expires_at,
        wrong_codes=0,
        window_started_at=now,
        window_uses=0,
    )
    tx.add(link)
    await tx.flush()
    audit.saw(tx, row.patient_id, link.id)
    return link


async def links(tx: Session, referral_id: UUID, *, now: datetime) -> ReplyLinkList:
    """A referral's reply links, without their secrets."""
    row = await referral_store.get(tx, referral_id)
    audit.saw(tx, row.patient_id, row.id)
    return ReplyLinkList(items=[shown(link, now) for link in await store.of_referral(tx, row.id)])


async def revoke(tx: Session, referral_id: UUID, link_id: UUID, *, now: datetime) -> ReplyLinkRead:
    """Close a link at once.

    Raises:
        LinkNotOpen: it was used, has expired or is revoked already.
    """
    row = await referral_store.get(tx, referral_id, lock=True)
    link = await store.get_for_update(tx, row.id, link_id)
    audit.saw(tx, row.patient_id, row.id, link.id)
    state = rules.state_of(link, now)
    if state is not LinkState.OPEN:
        raise rules.LinkNotOpen(f"The link is {state}. There is nothing to revoke.")
    link.revoked_at, link.revoked_why = now, "revoked"
    await tx.flush()
    return shown(link, now)


def shown(link: ReplyLinkRow, now: datetime) -> ReplyLinkRead:
    """A link as its sender sees it."""
    values = {name: getattr(link, name) for name in ReplyLinkRead.model_fields if name != "state"}
    return ReplyLinkRead.model_validate({**values, "state": rules.state_of(link, now)})
