"""Attaching documents to a referral and reading them."""

from datetime import datetime
from uuid import UUID

from services.coordination.domain import documents as rules
from services.coordination.store import documents as store
from services.coordination.store import referrals as referral_store
from services.coordination.store.documents import DocumentRow
from services.coordination.store.referrals import ReferralRow
from services.coordination.usecases.referrals import check_seen_by
from shared.contracts.coordination.documents import AttachDocument, DocumentList, DocumentRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.ids import new_id
from shared.vocabulary import DocumentPurpose, DocumentType


async def attach(tx: Session, referral_id: UUID, body: AttachDocument, *, actor: Actor, now: datetime) -> DocumentRead:
    """Keep a document with a referral.

    Raises:
        FormatNotTaken, NotWhatItSays, DocumentTooLarge, HashDiffers, TooManyDocuments.
    """
    row = await referral_store.get(tx, referral_id, lock=True)
    await check_seen_by(tx, row, actor, "documents.attach", now)
    if body.purpose is DocumentPurpose.LETTER:
        raise rules.FormatNotTaken("Letters are written here: POST /v1/referrals/{id}/letters.")
    rules.check(body.content, body.content_type, body.sha256)
    return await keep(
        tx,
        row,
        body.content,
        purpose=body.purpose,
        kind=body.type,
        title=body.title,
        content_type=body.content_type,
        by=actor.person,
        now=now,
    )


async def keep(
    tx: Session,
    referral: ReferralRow,
    content: bytes,
    *,
    purpose: DocumentPurpose,
    kind: DocumentType,
    title: str,
    content_type: str,
    by: str,
    now: datetime,
) -> DocumentRead:
    """Store checked bytes with a locked referral, as far as it has room.

    Raises:
        TooManyDocuments.
    """
    rules.check_room(*await store.room(tx, referral.id), len(content))
    row = DocumentRow(
        id=new_id(),
        organization_id=referral.organization_id,
        referral_id=referral.id,
        purpose=purpose,
        type=kind,
        title=title,
        content_type=content_type,
        size=len(content),
        sha256=rules.sha256(content),
        content=content,
        added_by=by,
        added_at=now,
    )
    tx.add(row)
    await tx.flush()
    audit.saw(tx, referral.patient_id, referral.id, row.id)
    return shown(row)


async def listed(tx: Session, referral_id: UUID, *, actor: Actor, now: datetime) -> DocumentList:
    """What is known of a referral's documents."""
    row = await _seen(tx, referral_id, actor, "documents.list", now)
    return DocumentList(items=[shown(one) for one in await store.of_referral(tx, row.id)])


async def content(tx: Session, referral_id: UUID, document_id: UUID, *, actor: Actor, now: datetime) -> DocumentRow:
    """A document with its bytes."""
    row = await _seen(tx, referral_id, actor, "documents.content", now)
    found = await store.get(tx, row.id, document_id)
    audit.saw(tx, row.patient_id, found.id)
    return found


async def _seen(tx: Session, referral_id: UUID, actor: Actor, action: str, now: datetime) -> ReferralRow:
    row = await referral_store.get(tx, referral_id)
    await check_seen_by(tx, row, actor, action, now)
    audit.saw(tx, row.patient_id, row.id)
    return row


def shown(row: DocumentRow) -> DocumentRead:
    """A document as the API tells of it."""
    system, code = rules.CODES[DocumentType(row.type)]
    same = {name: getattr(row, name) for name in DocumentRead.model_fields if name not in ("code", "code_system")}
    return DocumentRead.model_validate({**same, "code": code, "code_system": system})
