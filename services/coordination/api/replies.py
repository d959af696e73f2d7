"""The public pages by which somebody without an account answers a letter (docs/decisions: reply links).

Public on purpose: the holder has no token. The secret in the address and the access code of the letter stand in for it.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.coordination.api.documents import as_download
from services.coordination.api.letters import known_base
from services.coordination.api.reply_fields import Where
from services.coordination.api.reply_forms import Fields, reader
from services.coordination.api.reply_pages import HEADERS, STATUS, page
from services.coordination.store.documents import DocumentRow
from services.coordination.usecases import replies, secrets
from services.coordination.usecases.replies import Holder
from services.coordination.usecases.reply_views import Gone, Locked, View
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.problems import Problem
from shared.vocabulary import ReferralAct
from shared.web.guests import as_guest, form

NAME = "reply-link"
"""The actor in histories and in the audit trail."""
router = APIRouter(prefix="/reply", tags=["replies"], include_in_schema=False)
Doing = Callable[[Holder], Awaitable[View | DocumentRow]]
_ACTS = {str(act): act for act in (ReferralAct.ACCEPT, ReferralAct.DECLINE, ReferralAct.SCHEDULE, ReferralAct.REPORT)}


@router.get("/{token}", operation_id="replies.open")
async def open_(request: Request, token: str) -> Response:
    """The page of a reply link before its access code: it tells nothing of anybody."""
    return await _answer(request, token, "replies.open", {}, replies.opened)


@router.post("/{token}", operation_id="replies.unlock")
async def unlock(request: Request, token: str) -> Response:
    """The question, once the access code is right."""
    return await _with_form(request, token, "replies.unlock", lambda _fields: replies.unlocked)


@router.post("/{token}/{act}", operation_id="replies.act")
async def act(request: Request, token: str, act: str) -> Response:
    """Accept, decline, propose an appointment, or send the report; once."""
    what = _ACTS.get(act)
    if what is None:
        return _html(Gone("unknown"), _where(request, token))
    door = request.app.state.door
    now = door.now(request.headers.get("careweave-now"))

    def doing(fields: Fields) -> Doing:
        return lambda holder: replies.answered(holder, what, reader(what, fields, now))

    return await _with_form(request, token, f"replies.{what}", doing)


@router.post("/{token}/documents/{document_id}", operation_id="replies.document")
async def document(request: Request, token: str, document_id: UUID) -> Response:
    """A document of the question, as a download."""
    return await _with_form(
        request, token, "replies.document", lambda _fields: lambda holder: replies.document(holder, document_id)
    )


async def _with_form(request: Request, token: str, action: str, doing: Callable[[Fields], Doing]) -> Response:
    try:
        fields = await form(request)
    except Problem as refusal:
        return _html(Locked(), _where(request, token), status=refusal.status, trouble=refusal.detail)
    return await _answer(request, token, action, fields, doing(fields))


async def _answer(request: Request, token: str, action: str, fields: Fields, doing: Doing) -> Response:
    try:
        return await _let(request, token, action, fields, doing)
    except Problem as refusal:
        if refusal.status >= 500 or not fields:
            return _html(Locked(), _where(request, token), status=refusal.status, trouble=refusal.detail)
        # What was refused left nothing; the form comes back as it was filled in, with what to change.
        return await _let(request, token, "replies.unlock", fields, replies.unlocked, trouble=refusal)


async def _let(
    request: Request, token: str, action: str, fields: Fields, doing: Doing, *, trouble: Problem | None = None
) -> Response:
    organization_id = secrets.read_token(token)
    if organization_id is None:
        return _html(Gone("unknown"), _where(request, ""))
    where = _where(request, token, fields)

    async def work(tx: Session, actor: Actor, now: datetime) -> tuple[Response, str | None]:
        found = await doing(Holder(tx, actor, token, now, where.code))
        if isinstance(found, DocumentRow):
            return as_download(found), "done"
        if trouble is None:
            return _html(found, where), _outcome(found)
        return _html(found, where, status=trouble.status, trouble=trouble.detail), _outcome(found)

    return await as_guest(request, organization_id, NAME, action, work)


def _where(request: Request, token: str, fields: Fields | None = None) -> Where:
    filled = fields or {}
    return Where(known_base(request) or "", token, filled.get("code", "")[:20], filled)


def _outcome(view: View) -> str | None:
    if isinstance(view, Gone):
        return None if view.why == "unknown" else f"refused-{view.why}"
    return "wrong-code" if isinstance(view, Locked) and view.wrong else "done"


def _html(view: View, where: Where, *, status: int | None = None, trouble: str | None = None) -> Response:
    usual = STATUS.get(view.why, 410) if isinstance(view, Gone) else 403 if view == Locked(wrong=True) else 200
    return Response(page(view, where, trouble=trouble), status or usual, HEADERS, media_type="text/html; charset=utf-8")
