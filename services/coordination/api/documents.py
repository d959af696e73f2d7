"""Documents of a referral: attach, list, read."""

import base64
from uuid import UUID

from fastapi import APIRouter, Response

from services.coordination.domain.documents import file_name
from services.coordination.store.documents import DocumentRow
from services.coordination.usecases import documents
from shared.contracts.coordination.documents import AttachDocument, DocumentList, DocumentRead
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.route import Router

router: APIRouter = Router(prefix="/v1/referrals/{referral_id}/documents", tags=["referrals"])


@router.post("", operation_id="documents.attach", status_code=201)
async def attach(
    referral_id: UUID, body: AttachDocument, response: Response, tx: Tx, actor: Who, now: Now
) -> DocumentRead:
    """Keep a document with a referral: PDF, PNG, JPEG or plain text, 5 MiB each, 20 documents and 20 MiB together."""
    found = await documents.attach(tx, referral_id, body, actor=actor, now=now)
    response.headers["Location"] = f"/v1/referrals/{referral_id}/documents/{found.id}/content"
    return found


@router.get("", operation_id="documents.list")
async def list_(referral_id: UUID, tx: ReadTx, actor: Who, now: Now) -> DocumentList:
    """What is known of a referral's documents, oldest first."""
    return await documents.listed(tx, referral_id, actor=actor, now=now)


@router.get("/{document_id}/content", operation_id="documents.content", response_class=Response)
async def content(referral_id: UUID, document_id: UUID, tx: ReadTx, actor: Who, now: Now) -> Response:
    """The bytes of a document, to be saved and never shown or run in the browser's page."""
    return as_download(await documents.content(tx, referral_id, document_id, actor=actor, now=now))


def as_download(row: DocumentRow) -> Response:
    """A document's bytes under a name that tells nothing, in headers that let no browser run them."""
    digest = base64.b64encode(bytes.fromhex(row.sha256)).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(str(row.id), row.content_type)}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return Response(row.content, headers=headers, media_type=row.content_type)
