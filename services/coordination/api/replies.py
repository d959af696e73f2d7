"""The public pages by which somebody without an account answers a letter (docs/decisions: reply links).

Public on purpose: the holder has no token. The secret in the address and the access code of the letter stand in for it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.coordination.api.documents import as_download
from services.coordination.api.letters import known_base
from services.coordination.api.reply_fields import Where
from services.coordination.api.reply_forms import READ, Fields, reader
from services.coordination.api.reply_pages import HEADERS, STATUS, page
from services.coordination.domain.documents import LARGEST
from services.coordination.store.documents import DocumentRow
from services.coordination.usecases import replies, reply_uses, secrets
from services.coordination.usecases.reply_views import Gone, Holder, Locked, Sent, View
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import Problem
from shared.vocabulary import ReferralAct
from shared.web.guests import as_guest, form, form_with_file, has_file

NAME = "reply-link"
"""The actor in histories and in the audit trail."""
router = APIRouter(prefix="/reply", tags=["replies"], include_in_schema=False)
Doing = Callable[[Holder], Awaitable[View | DocumentRow]]
_ACTS = {str(act): act for act in READ}


@router.get("/{token}", operation_id="replies.open")
async def open_(request: Request, token: str) -> Response:
    """The page of a reply link before its access code: it tells nothing of anybody."""
    return await _answer(request, token, "replies.open", ({}, None), replies.opened)


@router.post("/{token}", operation_id="replies.unlock")
async def unlock(request: Request, token: str) -> Response:
    """The question, once the access code is right."""
    return await _with_form(request, token, "replies.unlock", lambda _fields, _file: replies.unlocked)


@router.post("/{token}/{act}", operation_id="replies.act")
async def act(request: Request, token: str, act: str) -> Response:
    """Take one of the receiver's acts, as accepting, moving the visit or sending the report; once."""
    what = _ACTS.get(act)
    if what is None:
        return _html(Gone("unknown"), _where(request, token))
    door = request.app.state.door
    now = door.now(request.headers.get("careweave-now"))

    def doing(fields: Fields, file: Sent | None) -> Doing:
        return lambda holder: replies.answered(holder, what, reader(what, fields, file, now))

    if what is ReferralAct.REPORT and has_file(request):
        # No stranger's megabytes are taken in.
        found = await _let(request, token, "replies.open", ({}, None), partial(reply_uses.looked_at, act=what))
        if found.status_code != 200:
            return found
    return await _with_form(request, token, f"replies.{what}", doing, act=what)


@router.post("/{token}/documents/{document_id}", operation_id="replies.document")
async def document(request: Request, token: str, document_id: UUID) -> Response:
    """A document of the question, as a download."""
    return await _with_form(
        request, token, "replies.document", lambda _fields, _file: lambda holder: replies.document(holder, document_id)
    )


async def _with_form(
    request: Request, token: str, action: str, doing: Callable[[Fields, Sent | None], Doing], *, act: str | None = None
) -> Response:
    try:
        if act == ReferralAct.REPORT and has_file(request):
            fields, file = await form_with_file(request, "file", LARGEST)
        else:
            fields, file = await form(request), None
    except Problem as refusal:
        return _html(Locked(), _where(request, token), status=refusal.status, trouble=refusal.detail)
    sent = None if file is None else Sent(*file)
    return await _answer(request, token, action, (fields, act), doing(fields, sent))


async def _answer(
    request: Request, token: str, action: str, filled: tuple[Fields, str | None], doing: Doing
) -> Response:
    try:
        return await _let(request, token, action, filled, doing)
    except Problem as refusal:
        if refusal.status >= 500 or not filled[0]:
            return _html(Locked(), _where(request, token), status=refusal.status, trouble=refusal.detail)
        # What was refused left nothing; the form comes back as it was filled in, with what to change.
        return await _let(request, token, "replies.unlock", filled, replies.unlocked, trouble=refusal)


async def _let(
    request: Request,
    token: str,
    action: str,
    filled: tuple[Fields, str | None],
    doing: Doing,
    *,
    trouble: Problem | None = None,
) -> Response:
    organization_id = secrets.read_token(token)
    if organization_id is None:
        return _html(Gone("unknown"), _where(request, ""))
    where = _where(request, token, *filled)

    async def work(tx: Session, actor: Actor, now: datetime) -> tuple[Response, str | None]:
        found = await doing(Holder(tx, actor, token, now, where.code))
        if isinstance(found, DocumentRow):
            return as_download(found), "done"
        if trouble is None:
            return _html(found, where), _outcome(found)
        return _html(found, where, status=trouble.status, trouble=trouble.detail), _outcome(found)

    return await as_guest(request, organization_id, NAME, action, work)


def _where(request: Request, token: str, fields: Fields | None = None, act: str | None = None) -> Where:
    filled = fields or {}
    return Where(known_base(request) or "", token, filled.get("code", "")[:20], filled, act)


def _outcome(view: View) -> str | None:
    if isinstance(view, Gone):
        return None if view.why == "unknown" else f"refused-{view.why}"
    return "wrong-code" if isinstance(view, Locked) and view.wrong else "done"


def _html(view: View, where: Where, *, status: int | None = None, trouble: str | None = None) -> Response:
    usual = STATUS.get(view.why, 410) if isinstance(view, Gone) else 403 if view == Locked(wrong=True) else 200
    return Response(page(view, where, trouble=trouble), status or usual, HEADERS, media_type="text/html; charset=utf-8")
