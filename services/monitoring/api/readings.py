"""Readings over HTTP."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request, Response

from services.monitoring.api.reading_bodies import items_of, one_of
from services.monitoring.domain.reading_problems import NotStored
from services.monitoring.usecases import reading_search, readings, summaries
from shared.contracts.base import Moment, Page
from shared.contracts.monitoring.readings import (
    EXAMPLE,
    BatchResult,
    CorrectReading,
    ReadingId,
    ReadingRead,
    ReadingVersionRead,
    RecordedReading,
    RecordReading,
    SeriesRead,
    VerifyReading,
    VoidReading,
)
from shared.db import audit
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.vocabulary import ItemOutcome, Metric
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who
from shared.web.errors import answer
from shared.web.gathering import Gathered, gathered
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/readings", tags=["readings"])

_ITEM = {"$ref": "#/components/schemas/RecordReading"}
_BATCH: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "array", "items": _ITEM, "maxItems": 10_000},
                "example": [EXAMPLE, {**EXAMPLE, "value": 81.0, "observed_at": "2026-09-06T07:10:00-04:00"}],
            },
            "application/x-ndjson": {"schema": _ITEM},
        },
    }
}


async def _together(
    tx: Session, items: Sequence[RecordReading], actor: Actor, now: datetime
) -> list[tuple[RecordedReading | NotStored, audit.Seen]]:
    return await readings.record_several(tx, items, actor=actor, now=now)


def _alike(item: RecordReading) -> list[Hashable]:
    """What comes of two readings of one patient, or under one sender's id, depends on which was first."""
    return [item.patient_id or item.patient_identifier, *([item.external_id] if item.external_id is not None else [])]


def _in_words(request: Request, done: RecordedReading | NotStored) -> Response:
    if isinstance(done, NotStored):
        return answer(request, done)
    status = 201 if done.outcome is ItemOutcome.STORED else 200
    headers = {"ETag": f'"{done.reading.version}"'}
    return Response(done.model_dump_json(), status, headers, media_type="application/json")


@router.post("", operation_id="readings.record", status_code=201, response_model=RecordedReading)
@gathered(Gathered(one_of, _alike, _together, _in_words))
async def record(
    body: RecordReading, request: Request, response: Response, tx: Tx, actor: Who, now: Now
) -> RecordedReading | Response:
    """Record one reading; the answer carries the alerts it raised or changed.

    201 when it was stored, 200 when the same reading was there already. A refused value leaves a reading issue.
    """
    return _recorded(request, response, await readings.record(tx, body, actor=actor, now=now))


@router.post(
    "/batch",
    operation_id="readings.record-batch",
    responses={200: {"model": BatchResult}},
    response_class=Response,
    openapi_extra=_BATCH,
)
async def record_batch(request: Request, tx: Tx, actor: Who, now: Now) -> Response:
    """Record up to 10,000 readings: a JSON array, or `application/x-ndjson` with one reading a line.

    Every item gets its own outcome; a bad one costs the others nothing.
    """
    items = items_of(await request.body(), request.headers.get("content-type", ""))
    result = await readings.record_batch(tx, items, actor=actor, now=now)
    return Response(result.model_dump_json(), media_type="application/json")


@router.get("/series", operation_id="readings.series", responses={200: {"model": SeriesRead}}, response_class=Response)
async def series(
    tx: ReadTx,
    patient_id: UUID,
    metric: Metric,
    start: Annotated[Moment, Query(alias="from", examples=["2026-09-01T00:00:00-04:00"])],
    end: Annotated[Moment, Query(alias="to", examples=["2026-10-01T00:00:00-04:00"])],
    points: Annotated[int, Query(ge=4, le=20_000, description="At most so many points.")] = 2_000,
) -> Response:
    """Valid readings of one metric for a chart: arrays in time order, in the canonical unit.

    Where there are more than `points`, each stretch of the window keeps its first, lowest, highest and last reading:
    no extreme is hidden at any zoom.
    """
    found = await summaries.series(tx, patient_id, metric, start=start, end=end, points=points)
    return Response(in_words(found), media_type="application/json")


def in_words(found: SeriesRead) -> bytes:
    """The same JSON as Pydantic would write, in a tenth of its time."""
    return orjson.dumps(dict(found), option=orjson.OPT_UTC_Z)


@router.get("/unverified", operation_id="readings.unverified")
async def unverified(
    request: Request, response: Response, tx: ReadTx, page: PageAsked, patient_id: UUID | None = None
) -> Page[ReadingRead]:
    """Readings beyond a soft limit that nobody has verified, corrected or voided yet, the oldest first."""
    found = await reading_search.unverified(tx, patient_id, limit=page.limit, cursor=page.cursor)
    return paged(response, request, found)


@router.get("/{reading_id}", operation_id="readings.get")
async def get(reading_id: ReadingId, response: Response, tx: ReadTx) -> ReadingRead:
    """One reading as it stands."""
    found = await readings.get(tx, reading_id)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.get("/{reading_id}/versions", operation_id="readings.versions")
async def versions(reading_id: ReadingId, tx: ReadTx) -> list[ReadingVersionRead]:
    """What a reading was before it was corrected or voided, oldest first."""
    return await readings.history(tx, reading_id)


@router.post("/{reading_id}/correct", operation_id="readings.correct", response_model=RecordedReading)
async def correct(
    reading_id: ReadingId,
    body: CorrectReading,
    if_match: IfMatch,
    request: Request,
    response: Response,
    tx: Tx,
    actor: Who,
    now: Now,
) -> RecordedReading | Response:
    """Put the right value in place of a wrong one; alerts that rested on the wrong one close as source-corrected."""
    done = await readings.correct(tx, reading_id, body, version=if_match, actor=actor, now=now)
    return _recorded(request, response, done)


@router.post("/{reading_id}/verify", operation_id="readings.verify")
async def verify(
    reading_id: ReadingId, body: VerifyReading, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> RecordedReading:
    """Say that a flagged value is right as it stands; rules that waited for it are evaluated again."""
    done = await readings.verify(tx, reading_id, body, version=if_match, actor=actor, now=now)
    response.headers["ETag"] = f'"{done.reading.version}"'
    return done


@router.post("/{reading_id}/void", operation_id="readings.void")
async def void(
    reading_id: ReadingId, body: VoidReading, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> RecordedReading:
    """Take a reading out of use (entered-in-error); it stays in the record."""
    done = await readings.void(tx, reading_id, body, version=if_match, actor=actor, now=now)
    response.headers["ETag"] = f'"{done.reading.version}"'
    return done


def _recorded(request: Request, response: Response, done: RecordedReading | NotStored) -> RecordedReading | Response:
    if isinstance(done, NotStored):
        # Answered, not raised: a raised refusal would roll the reading issue back.
        return answer(request, done)
    if done.outcome is not ItemOutcome.STORED:
        response.status_code = 200
    response.headers["ETag"] = f'"{done.reading.version}"'
    return done
