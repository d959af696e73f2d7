"""Enrollments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.monitoring.usecases import absences, enrollments, summaries, tiers
from shared.contracts.base import Page
from shared.contracts.monitoring.enrollment_acts import (
    ActivateEnrollment,
    ActOnEnrollment,
    AssignCaseManager,
    EndEnrollment,
    PauseEnrollment,
    SetTier,
)
from shared.contracts.monitoring.enrollments import EnrollmentRead, RequestEnrollment
from shared.contracts.monitoring.summaries import EnrollmentSummary
from shared.vocabulary import EnrollmentAct, EnrollmentState, RiskTier
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/enrollments", tags=["enrollments"])


@router.post("", operation_id="enrollments.request", status_code=201)
async def request(body: RequestEnrollment, response: Response, tx: Tx, actor: Who, now: Now) -> EnrollmentRead:
    """Follow a patient under a protocol, or learn why not (422 `enrollment.excluded` with the reasons).

    Readings measured before activation open no alert; they count as history. The same `request_id` again answers
    with the same enrollment; a second one for the same patient and protocol is refused with 409.
    """
    return tagged(response, await enrollments.request(tx, body, actor=actor, now=now))


@router.get("", operation_id="enrollments.list")
async def list_all(
    asked: Request,
    response: Response,
    tx: ReadTx,
    actor: Who,
    page: PageAsked,
    patient_id: UUID | None = None,
    protocol: str | None = None,
    state: EnrollmentState | None = None,
    tier: RiskTier | None = None,
    case_manager: str | None = None,
    to_review: Annotated[bool, Query(description="Only with something to be looked at again.")] = False,
) -> Page[EnrollmentRead]:
    """Enrollments, oldest first."""
    named = {"patient_id": patient_id, "protocol": protocol, "state": state, "tier": tier, "case_manager": case_manager}
    filters = {name: value for name, value in named.items() if value is not None}
    found = await enrollments.page(tx, filters, to_review=to_review, limit=page.limit, cursor=page.cursor, actor=actor)
    return paged(response, asked, found)


@router.get("/{enrollment_id}", operation_id="enrollments.get")
async def get(enrollment_id: UUID, response: Response, tx: ReadTx, actor: Who) -> EnrollmentRead:
    """One enrollment with its targets, baselines and the acts allowed now."""
    return tagged(response, await enrollments.get(tx, enrollment_id, actor=actor))


@router.get("/{enrollment_id}/summary", operation_id="enrollments.summary")
async def summary(
    enrollment_id: UUID,
    tx: ReadTx,
    actor: Who,
    now: Now,
    days: Annotated[int, Query(ge=1, le=366, description="How far back the latest values reach.")] = 30,
) -> EnrollmentSummary:
    """What a nurse needs on one screen: latest values, open alerts, what was done."""
    return await summaries.summary(tx, enrollment_id, days=days, actor=actor, now=now)


@router.post("/{enrollment_id}/tier", operation_id="enrollments.tier")
async def set_tier(
    enrollment_id: UUID, body: SetTier, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Follow more or less closely, or keep the tier that stands with a reason; settles a suggestion."""
    done = await tiers.set_tier(tx, enrollment_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{enrollment_id}/case-manager", operation_id="enrollments.case-manager")
async def assign(
    enrollment_id: UUID, body: AssignCaseManager, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Hand over to a case manager."""
    done = await enrollments.assign(tx, enrollment_id, body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{enrollment_id}/pause", operation_id="enrollments.pause")
async def pause(
    enrollment_id: UUID, body: PauseEnrollment, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """Silence means nothing until resumed; readings that come are still evaluated."""
    return tagged(response, await absences.pause(tx, enrollment_id, body, version=if_match, actor=actor, now=now))


@router.post("/{enrollment_id}/end", operation_id="enrollments.end")
async def end(
    enrollment_id: UUID, body: EndEnrollment, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """The patient is no longer followed."""
    return tagged(response, await enrollments.end(tx, enrollment_id, body, version=if_match, actor=actor, now=now))


@router.post("/{enrollment_id}/activate", operation_id="enrollments.activate")
async def activate(
    enrollment_id: UUID, body: ActivateEnrollment, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> EnrollmentRead:
    """The patient agreed and is set up: from now on readings are evaluated. Exclusions and death are asked again."""
    return tagged(response, await enrollments.activate(tx, enrollment_id, body, version=if_match, actor=actor, now=now))


def _add_act(act: EnrollmentAct, words: str) -> None:
    @router.post(f"/{{enrollment_id}}/{act}", operation_id=f"enrollments.{act}", description=words, summary=act.title())
    async def route(
        enrollment_id: UUID,
        body: ActOnEnrollment,
        if_match: IfMatch,
        response: Response,
        tx: Tx,
        actor: Who,
        now: Now,
    ) -> EnrollmentRead:
        done = await enrollments.act(tx, enrollment_id, act, body, version=if_match, actor=actor, now=now)
        return tagged(response, done)


_WORDS = {
    EnrollmentAct.OFFER: "The patient is asked whether they want to be followed.",
    EnrollmentAct.DECLINE: "The patient does not want to be followed.",
    EnrollmentAct.RESUME: "The pause is over.",
}
for _act, _said in _WORDS.items():
    _add_act(_act, _said)
