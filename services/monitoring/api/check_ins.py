"""Check-ins over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.monitoring.usecases import check_in_opening, check_ins
from shared.contracts.base import Page
from shared.contracts.monitoring.check_ins import (
    AnswerCheckIn,
    CancelCheckIn,
    CheckInChangeRead,
    CheckInRead,
    CompleteCheckIn,
    CorrectCheckIn,
    MissCheckIn,
    OpenCheckIn,
    SavedCheckIn,
)
from shared.vocabulary import CheckInState
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/check-ins", tags=["check-ins"])


@router.post("", operation_id="check-ins.open", status_code=201)
async def open_one(body: OpenCheckIn, response: Response, tx: Tx, actor: Who, now: Now) -> CheckInRead:
    """Open a check-in now, beside those the plan makes; several enrollments of one patient are one conversation."""
    return tagged(response, await check_in_opening.open_one(tx, body, actor=actor, now=now))


@router.get("", operation_id="check-ins.list")
async def list_all(
    request: Request,
    response: Response,
    tx: ReadTx,
    actor: Who,
    page: PageAsked,
    state: CheckInState | None = None,
    patient_id: UUID | None = None,
    enrollment_id: UUID | None = None,
) -> Page[CheckInRead]:
    """Check-ins, newest first."""
    named = {"state": state, "patient_id": patient_id}
    filters = {name: value for name, value in named.items() if value is not None}
    found = await check_ins.page(
        tx, filters, enrollment_id=enrollment_id, limit=page.limit, cursor=page.cursor, actor=actor
    )
    return paged(response, request, found)


@router.get("/{check_in_id}", operation_id="check-ins.get")
async def get(check_in_id: UUID, response: Response, tx: ReadTx, actor: Who) -> CheckInRead:
    """One check-in: what is asked, what was answered, scores, concerns, and the acts allowed now."""
    return tagged(response, await check_ins.get(tx, check_in_id, actor=actor))


@router.get("/{check_in_id}/history", operation_id="check-ins.history")
async def history(check_in_id: UUID, tx: ReadTx, actor: Who) -> list[CheckInChangeRead]:
    """What each version changed, oldest first: the answers that stood before."""
    return await check_ins.history(tx, check_in_id)


@router.post("/{check_in_id}/answer", operation_id="check-ins.answer")
async def answer(
    check_in_id: UUID, body: AnswerCheckIn, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> SavedCheckIn:
    """Save some answers, as many as there are by now. A red flag raises its alert with this save.

    A wrong answer is listed under `refused` and costs no other one; only where none can be kept the save is refused.
    """
    return tagged(response, await check_ins.answer(tx, check_in_id, body, version=if_match, actor=actor, now=now))


@router.post("/{check_in_id}/complete", operation_id="check-ins.complete")
async def complete(
    check_in_id: UUID, body: CompleteCheckIn, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> SavedCheckIn:
    """The conversation is over; what was not asked needs a reason, who needs an interpreter had one.

    It stays in progress, with its right answers saved, while one is refused, and where one of them reports something
    although it cannot be completed: `state` and `refused` say so.
    """
    return tagged(response, await check_ins.complete(tx, check_in_id, body, version=if_match, actor=actor, now=now))


@router.post("/{check_in_id}/correct", operation_id="check-ins.correct")
async def correct(
    check_in_id: UUID, body: CorrectCheckIn, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> SavedCheckIn:
    """Correct answers after completion: readings and alerts follow, what stood before stays in the history."""
    return tagged(response, await check_ins.correct(tx, check_in_id, body, version=if_match, actor=actor, now=now))


@router.post("/{check_in_id}/miss", operation_id="check-ins.miss")
async def miss(
    check_in_id: UUID, body: MissCheckIn, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> CheckInRead:
    """It did not take place and will not; the plan goes on with its next day."""
    return tagged(response, await check_ins.miss(tx, check_in_id, body, version=if_match, actor=actor, now=now))


@router.post("/{check_in_id}/cancel", operation_id="check-ins.cancel")
async def cancel(
    check_in_id: UUID, body: CancelCheckIn, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> CheckInRead:
    """It is not needed; one that was entered in error also takes back its readings."""
    return tagged(response, await check_ins.cancel(tx, check_in_id, body, version=if_match, actor=actor, now=now))
