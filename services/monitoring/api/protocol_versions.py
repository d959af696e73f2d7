"""An organization's own protocol versions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import protocol_dry_runs, protocol_versions
from shared.contracts.base import Page
from shared.contracts.monitoring.protocol_versions import (
    DraftVersion,
    DryRun,
    DryRunAlert,
    DryRunList,
    DryRunRead,
    ProtocolVersionList,
    ProtocolVersionRead,
    PublishVersion,
    RetireVersion,
    ReviseVersion,
    ValidateVersion,
)
from shared.vocabulary import AlertDifference
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/protocols/{key}/versions", tags=["protocols"])


@router.get("", operation_id="protocol-versions.list")
async def list_all(key: str, tx: ReadTx) -> ProtocolVersionList:
    """The organization's own versions of a protocol, in every state."""
    return await protocol_versions.list_all(tx, key)


@router.post("", operation_id="protocol-versions.draft", status_code=201)
async def draft(key: str, body: DraftVersion, response: Response, tx: Tx, actor: Who, now: Now) -> ProtocolVersionRead:
    """Begin a version of your own with the content of the catalogue's or of another own one."""
    return tagged(response, await protocol_versions.draft(tx, key, body, actor=actor, now=now))


@router.get("/{version}/content", operation_id="protocol-versions.get")
async def get(key: str, version: str, response: Response, tx: ReadTx, actor: Who) -> ProtocolVersionRead:
    """An own version as data, with the acts allowed now."""
    return tagged(response, await protocol_versions.get(tx, key, version, actor=actor))


@router.put("/{version}/content", operation_id="protocol-versions.revise")
async def revise(
    key: str, version: str, body: ReviseVersion, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> ProtocolVersionRead:
    """Write the content anew while it is not published; what cannot be read is refused with its path."""
    done = await protocol_versions.revise(tx, key, version, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{version}/validate", operation_id="protocol-versions.validate")
async def validate(
    key: str, version: str, body: ValidateVersion, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> ProtocolVersionRead:
    """Check the content: sources, units, order of grades; what is serious gets looser by a prescriber only."""
    done = await protocol_versions.validate(tx, key, version, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{version}/dry-run", operation_id="protocol-versions.dry-run")
async def dry_run(key: str, version: str, body: DryRun, if_match: IfMatch, tx: Tx, actor: Who, now: Now) -> DryRunRead:
    """Which alerts would differ, for whom, and how many a patient and week; opens none and tells nobody."""
    return await protocol_dry_runs.run(tx, key, version, body, version=if_match, actor=actor, now=now)


@router.get("/{version}/dry-runs", operation_id="protocol-versions.dry-runs")
async def dry_runs(key: str, version: str, tx: ReadTx) -> DryRunList:
    """What was tried out, newest first."""
    return await protocol_dry_runs.list_all(tx, key, version)


@router.get("/{version}/dry-runs/{dry_run_id}", operation_id="protocol-versions.dry-run-report")
async def dry_run_report(key: str, version: str, dry_run_id: UUID, tx: ReadTx) -> DryRunRead:
    """One report with its inputs; each figure opens to its list under `/alerts`."""
    return await protocol_dry_runs.get(tx, key, version, dry_run_id)


@router.get("/{version}/dry-runs/{dry_run_id}/alerts", operation_id="protocol-versions.dry-run-alerts")
async def dry_run_alerts(
    key: str,
    version: str,
    dry_run_id: UUID,
    asked: Request,
    response: Response,
    tx: ReadTx,
    page: PageAsked,
    rule: str | None = None,
    difference: Annotated[list[AlertDifference] | None, Query(description="All when left out.")] = None,
) -> Page[DryRunAlert]:
    """The alerts behind a figure: `before` counts all but `only-new`, `after` all but `only-old`."""
    found = await protocol_dry_runs.alerts(
        tx,
        key,
        version,
        dry_run_id,
        rule=rule,
        differences=difference or list(AlertDifference),
        limit=page.limit,
        cursor=page.cursor,
    )
    return paged(response, asked, found)


@router.post("/{version}/publish", operation_id="protocol-versions.publish")
async def publish(
    key: str, version: str, body: PublishVersion, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> ProtocolVersionRead:
    """New enrollments take it from now on, others stay as they are; by somebody who did not write it."""
    done = await protocol_versions.publish(tx, key, version, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{version}/retire", operation_id="protocol-versions.retire")
async def retire(
    key: str, version: str, body: RetireVersion, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> ProtocolVersionRead:
    """New enrollments no longer take it; those pinned to it stay."""
    done = await protocol_versions.retire(tx, key, version, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)
