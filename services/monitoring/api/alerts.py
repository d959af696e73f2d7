"""Alerts over HTTP."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import alert_rechecks, alerts, attempts, burden, explanations
from services.monitoring.usecases import unanswered as weekly
from shared.contracts.base import Instant, Page
from shared.contracts.monitoring.alerts import (
    AcknowledgeAlert,
    AlertAttempts,
    AlertRead,
    AttemptRead,
    RecordAttempt,
    ResolveAlert,
    SnoozeAlert,
)
from shared.contracts.monitoring.alerts_again import RecordRecheck, UnansweredLow
from shared.contracts.monitoring.explanations import AlertExplanation, Burden
from shared.vocabulary import AlertState, Disposition, OverrideReason, Severity
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/alerts", tags=["alerts"])


@router.get("", operation_id="alerts.list")
async def list_all(
    request: Request,
    response: Response,
    tx: ReadTx,
    actor: Who,
    now: Now,
    page: PageAsked,
    state: AlertState | None = None,
    live: Annotated[bool, Query(description="Only those that still wait for their end.")] = False,
    one_per_event: Annotated[bool, Query(description="Of one event under several protocols only one.")] = False,
    unanswered: Annotated[bool, Query(description="Open although the time to answer is over.")] = False,
    severity: Severity | None = None,
    patient_id: UUID | None = None,
    enrollment_id: UUID | None = None,
    rule: str | None = None,
    protocol: str | None = None,
    protocol_version: str | None = None,
    disposition: Disposition | None = None,
    override_reason: Annotated[OverrideReason | None, Query(description="Ended without an act, why.")] = None,
    snooze_reason: Annotated[OverrideReason | None, Query(description="Put off at some time, why.")] = None,
    opened_from: Annotated[Instant | None, Query(description="Opened at or after this instant.")] = None,
    opened_before: Annotated[Instant | None, Query(description="Opened before this instant.")] = None,
) -> Page[AlertRead]:
    """Alerts, newest first."""
    asked = {
        "severity": severity,
        "unanswered": unanswered or None,
        "patient_id": patient_id,
        "enrollment_id": enrollment_id,
        "rule": rule,
        "protocol": protocol,
        "protocol_version": protocol_version,
        "disposition": disposition,
        "override_reason": override_reason,
        "snooze_reason": snooze_reason,
    }
    filters = {name: value for name, value in asked.items() if value is not None}
    found = await alerts.page(
        tx,
        filters,
        state=state,
        live=live,
        one_per_event=one_per_event,
        opened=(opened_from, opened_before),
        limit=page.limit,
        cursor=page.cursor,
        actor=actor,
        now=now,
    )
    return paged(response, request, found)


@router.get("/burden", operation_id="alerts.burden")
async def ledger(
    tx: ReadTx,
    now: Now,
    start: Annotated[Instant | None, Query(description="By default 30 days before the end.")] = None,
    end: Annotated[Instant | None, Query(description="By default now.")] = None,
) -> Burden:
    """What alerts cost, per rule and protocol version: how many, what was done on them, how long they waited."""
    until = end or now
    return await burden.ledger(tx, start or until - timedelta(days=30), until)


@router.get("/unanswered-low", operation_id="alerts.unanswered-low")
async def unanswered_low(tx: ReadTx, now: Now) -> UnansweredLow:
    """The weekly report: low alerts that nobody answered in their two business days, by the week they were opened."""
    return await weekly.low(tx, now=now)


@router.get("/{alert_id}/explanation", operation_id="alerts.explanation")
async def explanation(alert_id: UUID, tx: ReadTx, now: Now) -> AlertExplanation:
    """Rule, citation, readings as received, arithmetic, history; computed anew, and whether that agrees."""
    return await explanations.explain(tx, alert_id, now=now)


@router.get("/{alert_id}", operation_id="alerts.get")
async def get(alert_id: UUID, response: Response, tx: ReadTx, actor: Who, now: Now) -> AlertRead:
    """One alert with its evidence, arithmetic, rule, citation and protocol version."""
    return tagged(response, await alerts.get(tx, alert_id, actor=actor, now=now))


@router.post("/{alert_id}/acknowledge", operation_id="alerts.acknowledge")
async def acknowledge(
    alert_id: UUID, body: AcknowledgeAlert, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> AlertRead:
    """Somebody has seen it and acts; what is worse opens it again."""
    return tagged(response, await alerts.acknowledge(tx, alert_id, body, version=if_match, actor=actor, now=now))


@router.post("/{alert_id}/snooze", operation_id="alerts.snooze")
async def snooze(
    alert_id: UUID, body: SnoozeAlert, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> AlertRead:
    """Quiet until an instant for a reason; worse values come through, other rules are untouched."""
    return tagged(response, await alerts.snooze(tx, alert_id, body, version=if_match, actor=actor, now=now))


@router.post("/{alert_id}/resolve", operation_id="alerts.resolve")
async def resolve(
    alert_id: UUID, body: ResolveAlert, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> AlertRead:
    """Close it with assessment, action, disposition, and what its severity asks for."""
    return tagged(response, await alerts.resolve(tx, alert_id, body, version=if_match, actor=actor, now=now))


@router.post("/{alert_id}/recheck", operation_id="alerts.recheck")
async def recheck(
    alert_id: UUID, body: RecordRecheck, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> AlertRead:
    """The patient was looked at again as planned when the alert ended; a completed check-in counts as well."""
    return tagged(response, await alert_rechecks.record(tx, alert_id, body, version=if_match, actor=actor, now=now))


@router.post("/{alert_id}/attempts", operation_id="alerts.attempt", status_code=201)
async def attempt(alert_id: UUID, body: RecordAttempt, tx: Tx, actor: Who, now: Now) -> AttemptRead:
    """Record a try to reach the patient; three on two channels and two business days allow *unable-to-reach*."""
    return await attempts.record(tx, alert_id, body, actor=actor, now=now)


@router.get("/{alert_id}/attempts", operation_id="alerts.attempts")
async def attempts_of(alert_id: UUID, tx: ReadTx) -> AlertAttempts:
    """The patient's attempts since the alert opened, and what is missing before *unable-to-reach*."""
    return await attempts.of_alert(tx, alert_id)
