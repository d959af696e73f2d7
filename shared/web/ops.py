"""What operators ask of either service: parked messages, drift, and in development the clock's jobs."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request

from shared.contracts.ops import AskReceived, Drift, JobsRun, MessageRead, Received, RunJobs
from shared.db import inbox, outbox
from shared.db.base import Session
from shared.kit.problems import NotFound
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.peer import Peer, Refused, Unreachable
from shared.web.route import Router
from shared.web.worker import Work, run_jobs

# The receiver keeps keys longer than this, so an old key is unknown there only if its effect is.
COMPARED = timedelta(days=14)
_AT_ONCE = 1000


def ops_router() -> Router:
    """The ops routes of either service."""
    router = Router(prefix="/v1/ops", tags=["ops"])

    @router.get("/messages", operation_id="ops.messages")
    async def messages(
        tx: ReadTx, parked: bool = True, limit: Annotated[int, Query(ge=1, le=_AT_ONCE)] = 100
    ) -> list[MessageRead]:
        """Messages for the other service and for webhooks that have not arrived: those on their way, or those that are
        parked with those that wait behind one of these."""
        rows = await outbox.open_messages(tx, parked=parked, limit=limit)
        return [_read(row) for row in rows]

    @router.post("/messages/{message_id}/resend", operation_id="ops.resend", status_code=202)
    async def resend(message_id: UUID, tx: Tx, now: Now) -> None:
        """Send a message again, also one that arrived; it keeps its id, by which the receiver knows a repeat."""
        if not await outbox.resend(tx, message_id, now=now):
            raise NotFound("message")

    @router.post("/received", operation_id="ops.received")
    async def received(body: AskReceived, tx: Tx) -> Received:
        """Which of these messages never arrived here."""
        unknown = await inbox.unknown(tx, [str(message_id) for message_id in body.ids])
        return Received(unknown=[UUID(key) for key in unknown])

    @router.get("/drift", operation_id="ops.drift")
    async def drift(request: Request, tx: ReadTx, actor: Who) -> Drift:
        """Compare what was told with what arrived, message by message, over 14 days. A request that was refused there
        and whose refusal was told here is agreed on: it left nothing there."""
        return await _drift(tx, request.app.state.peer, actor.organization_id)

    return router


def simulation_router(work: Work) -> Router:
    """Development only: the worker's round on request, as of any instant. In production this route does not exist."""
    router = Router(prefix="/v1/ops", tags=["ops"])

    @router.post("/run-jobs", operation_id="ops.run-jobs")
    async def jobs(body: RunJobs, request: Request, actor: Who) -> JobsRun:
        """Run the clock's jobs of your organization and the relay once, as of a simulated now. Development only."""
        state = request.app.state
        done = await run_jobs(work, state.door.sessions, state.peer, [actor.organization_id], now=body.now)
        return JobsRun(done=done)

    return router


def _read(row: Any) -> MessageRead:
    return MessageRead(
        id=row.id,
        kind=row.kind,
        stream=row.stream,
        created_at=row.created_at,
        attempts=row.attempts,
        due_at=row.due_at,
        parked_at=row.parked_at,
        waits_for=row.waits_for,
        explanation=row.last_error or _waits(row),
    )


def _waits(row: Any) -> str | None:
    if row.waits_for is None:
        return None
    why = "is parked: once that one is resent and arrives, this one follows" if row.held else "goes first"
    return f"Waits in its stream for message {row.waits_for} ({row.waits_for_kind}), which {why}."


async def _drift(tx: Session, peer: Peer, organization_id: UUID) -> Drift:
    sent = await _told(tx)
    waiting = [row for row in sent if row.delivered_at is None]
    parked = sum(row.parked_at is not None for row in waiting)
    try:
        # A refusal rolls back everything there, the key of the message too.
        unknown = await _unknown_there(peer, organization_id, [row.id for row in sent if not row.refused])
    except (Unreachable, Refused) as error:
        text = f"The other service could not be asked ({error}); only what was not delivered is counted."
        return Drift(drift=None, undelivered=len(waiting), parked=parked, unknown_there=[], explanation=text)
    refused = sum(row.refused for row in sent)
    text = f"{len(sent)} messages of the last {COMPARED.days} days compared; {len(unknown)} not known there."
    if refused:
        text += f" {refused} refused there and told here are agreed on."
    return Drift(
        drift=len(unknown),
        undelivered=len(waiting),
        parked=parked,
        unknown_there=unknown[:100],
        explanation=text,
    )


async def _told(tx: Session) -> list[Any]:
    since = await outbox.database_now(tx) - COMPARED
    found: list[Any] = []
    while page := await outbox.sent_since(tx, since, after=found[-1].seq if found else 0, limit=_AT_ONCE):
        found.extend(page)
    return found


async def _unknown_there(peer: Peer, organization_id: UUID, ids: list[UUID]) -> list[UUID]:
    unknown: list[UUID] = []
    for start in range(0, len(ids), _AT_ONCE):
        asked = {"ids": [str(message_id) for message_id in ids[start : start + _AT_ONCE]]}
        answer = await peer.call("POST", "/v1/ops/received", asked, organization_id=organization_id)
        unknown.extend(Received.model_validate(answer).unknown)
    return unknown
