"""A door for whoever holds a secret instead of a token: walled, in one transaction, audited."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Request, Response

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
