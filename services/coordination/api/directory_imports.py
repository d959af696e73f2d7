"""Tables of the directory over HTTP."""

from typing import Annotated, Any

from fastapi import Query, Request

from services.coordination.api.directory_table import rows_of
from services.coordination.usecases import directory_imports
from shared.contracts.coordination.directory_imports import COLUMNS, EXAMPLE, ImportRead
from shared.kit.problems import Problem
from shared.web.deps import Now, Tx
from shared.web.route import Router

router = Router(prefix="/v1/directory-imports", tags=["specialists"])
_TEXT = {"type": "string", "description": f"A header of these columns, then rows: {', '.join(COLUMNS)}."}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": _TEXT, "example": EXAMPLE}},
    }
}


class NotCsv(Problem):
    status = 415
    code = "csv.media-type"
    title = "The body is not CSV"


@router.post("", operation_id="directory-imports.take", openapi_extra=_BODY)
async def take(
    request: Request,
    tx: Tx,
    now: Now,
    dry_run: Annotated[bool, Query(description="Say what would become of each row, and keep nothing.")] = False,
) -> ImportRead:
    """Create and update entries of the directory from a table, one row an entry, keyed by `external_id`.

    Each row has its own outcome; the same table sent again changes nothing. Lists are separated by `;`. A coverage is
    `Payer` or `Payer:Plan|Plan`; a price is `service=40.00 USD`, with `Payer` or `Payer/Plan` behind it where it is the
    patient's share. A row says one site; further sites, the record from before and the account of an entry stay as they
    are, and so does its capacity where the cell is empty.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "text/csv":
        raise NotCsv("Send text/csv, UTF-8, with a header.")
    return await directory_imports.take(tx, rows_of(await request.body()), dry_run=dry_run, now=now)
