"""The worklist followed live, as server-sent events."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import randint
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.coordination.domain import work_changes as places
from services.coordination.usecases import work_changes
from services.coordination.usecases.work_changes import Change
from shared.db import audit
from shared.kit.policy import decide
from shared.kit.problems import Forbidden, Problem
from shared.web.deps import ReadTx
from shared.web.door import Door
from shared.web.feeds import Feeds, Place
from shared.web.route import Router

router = Router(prefix="/v1/worklist", tags=["worklist"])
# Milliseconds before a client comes back, spread so that they do not all come at once.
_RETRY = (1_000, 5_000)
_RESET = "The changes since your Last-Event-ID are not known any more. Read the list again, then follow from here."


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody who follows: from which place on, whose work, and by which request, whose token must hold on."""

    request: Request
    place: Place
    resumed: bool
    patient_id: UUID | None
    until: float | None


class NoStreamWanted(Problem):
    status = 406
    code = "stream.accept"
    title = "This address answers with a stream of events"


async def _following(
    request: Request,
    tx: ReadTx,
    last_event_id: Annotated[
        str | None, Header(description="The id of the last event you got; without it you are told from now on.")
    ] = None,
    patient_id: Annotated[UUID | None, Query(description="Only the work for one patient.")] = None,
    seconds: Annotated[int | None, Query(ge=1, le=3600, description="End after so long, as for a look.")] = None,
) -> Following:
    if EventSourceResponse.media_type not in request.headers.get("accept", ""):
        raise NoStreamWanted("Send Accept: text/event-stream, and read line by line (curl -N).")
    feeds: Feeds = request.app.state.feeds
    feeds.check_room()
    asked = None if last_event_id is None else places.read(last_event_id)
    place, resumed = await work_changes.begin(tx, asked)
    if patient_id is not None:
        audit.saw(tx, patient_id)
    until = None if seconds is None else time.monotonic() + seconds
    return Following(request, place, resumed, patient_id, until)


@router.get("/stream", operation_id="worklist.stream", response_class=EventSourceResponse)
async def stream(following: Annotated[Following, Depends(_following)]) -> AsyncIterator[ServerSentEvent]:
    """Be told when work is opened, changed, claimed or closed: server-sent events, half a second after the commit.

    Follow first, then read `GET /v1/worklist`: the first event, `ready`, carries the id from which you are told
    everything. Each `work` event names a piece of work and its version, no person and no patient; read it with `GET
    /v1/worklist/{work_id}` if it concerns you. After a break send the last id as `Last-Event-ID`: you are told of every
    piece of work that changed since, once, as it stands. `reset` asks you to read the list again. `end` says why the
    stream ends, such as `token.expired`: come back with a fresh token and the last id. Comments keep the line open.
    """
    if following.resumed:
        yield _event("ready", {"retry_after_ms": _RETRY[1]}, following.place)
    else:
        yield _event("reset", {"detail": _RESET}, following.place)
    feeds: Feeds = following.request.app.state.feeds
    organization = following.request.state.actor.organization_id
    try:
        async for batch in feeds.follow(organization, following.place, until=following.until):
            for change in batch:
                if following.patient_id in (None, change.patient_id):
                    yield _work(change)
            await _check_token(following.request)
        yield ServerSentEvent(event="end", data={"code": "stream.ended", "detail": "Come back with your last id."})
    except Problem as refusal:
        yield ServerSentEvent(event="end", data={"code": refusal.code, "detail": refusal.detail})


def _event(name: str, data: dict[str, object], place: Place) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=data, id=places.written(place), retry=randint(*_RETRY))  # noqa: S311


def _work(change: Change) -> ServerSentEvent:
    return ServerSentEvent(event="work", data=change.told, id=places.written(change.place))


async def _check_token(request: Request) -> None:
    """Raises:
    Problem: the token's time is over, or it does not let its bearer follow any more (S12).
    """
    door: Door = request.app.state.door
    actor = await door.tokens.actor(request.headers)
    decision = decide(door.policy, actor, request.state.action)
    if not decision.allowed:
        raise Forbidden(decision.reason)
