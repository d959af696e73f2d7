"""A door for whoever holds a secret instead of a token: walled, in one transaction, audited."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import UploadFile as StarletteFile
from starlette.formparsers import MultiPartException, MultiPartParser

from shared.db import audit
from shared.db.base import Session
from shared.db.session import transaction
from shared.kit.actor import Actor
from shared.kit.problems import Problem
from shared.web.door import Door
from shared.web.route import DoorRequest, SlowBody

_FORM_BYTES = 64_000
_FORM_FIELDS = 20
_FORM_SECONDS = 30
_FILE_SECONDS = 120
File = tuple[str, str, bytes]
"""A file's name, format and bytes, as they were sent."""
Work = Callable[[Session, Actor, datetime], Awaitable[tuple[Response, str | None]]]


class BadForm(Problem):
    status = 400
    code = "form.invalid"
    title = "The form cannot be read"


async def as_guest(request: Request, organization_id: UUID, name: str, action: str, work: Work) -> Response:
    """Do ``work`` behind the wall of one organization, as an actor who is called ``name`` and has no role.

    ``work`` answers the response and the outcome for the audit trail; with None there is no row, for a secret that
    nobody gave out would otherwise let a stranger fill the table. A refusal rolls back and leaves its row.

    Raises:
        Problem: what the work refuses.
    """
    door: Door = request.app.state.door
    now, request_id = door.now(request.headers.get("careweave-now")), request.scope["request_id"]
    actor = Actor(name, organization_id, frozenset(), frozenset(), name)
    try:
        async with transaction(door.sessions, organization_id) as tx:
            response, outcome = await work(tx, actor, now)
            await tx.flush()
            if outcome is not None:
                notes = audit.seen(tx)
                await audit.write(tx, audit.entry(actor, action, outcome, request_id=request_id, now=now, notes=notes))
        return response
    except Problem as refusal:
        if refusal.status < 500:
            await door.record(actor, action, "refused", request_id=request_id, now=now)
        raise


class _InMemory(MultiPartParser):
    spool_max_size = 0
    """A file waits in memory however large it is: what a patient's report says goes to no temporary file."""


def has_file(request: Request) -> bool:
    """Whether a form is sent as browsers send one that can hold a file."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def form_with_file(request: Request, name: str, largest: int) -> tuple[dict[str, str], File | None]:
    """The fields of a form, and the file of field ``name`` (its name, format and bytes; None when none was chosen) of
    hardly more than ``largest`` bytes.

    Raises:
        BadForm, TooLarge, SlowBody.
    """
    sent = DoorRequest(request.scope, request.receive)
    try:
        async with asyncio.timeout(_FILE_SECONDS):
            body = await sent.within(largest + _FORM_BYTES)
            read = await _InMemory(
                request.headers, _once(body), max_files=1, max_fields=_FORM_FIELDS, max_part_size=_FORM_BYTES
            ).parse()
            fields = {key: value for key, value in read.multi_items() if isinstance(value, str)}
            file = read.get(name)
            if not isinstance(file, StarletteFile) or not (file.filename or file.size):
                return fields, None
            kind = (file.content_type or "").partition(";")[0].strip().lower()
            return fields, (file.filename or "", kind, await file.read())
    except TimeoutError as error:
        raise SlowBody(f"The form must arrive within {_FILE_SECONDS} s. Send it again, with a smaller file.") from error
    except (MultiPartException, KeyError, ValueError) as error:
        raise BadForm("Open the page again and send its form.") from error


async def _once(body: bytes) -> AsyncGenerator[bytes]:
    yield body


async def form(request: Request) -> dict[str, str]:
    """The fields of a form as a browser without script sends it; of a field sent twice the last.

    Raises:
        BadForm, TooLarge, SlowBody.
    """
    try:
        async with asyncio.timeout(_FORM_SECONDS):
            body = await DoorRequest(request.scope, request.receive).within(_FORM_BYTES)
        return dict(parse_qsl(body.decode(), max_num_fields=_FORM_FIELDS))
    except TimeoutError as error:
        raise SlowBody(f"The form must arrive within {_FORM_SECONDS} s. Send it again.") from error
    except ValueError as error:
        raise BadForm("Open the page again and send its form.") from error
