"""Needs over HTTP: identify, read, and the acts."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.coordination.store.needs import Wanted
from services.coordination.usecases import enrollments, need_acts, needs, screenings
from shared.contracts.base import Page
from shared.contracts.coordination.enrollments import EnrollPatient
from shared.contracts.coordination.need_acts import (
    ArrangeNeed,
    AssignNeed,
    GiveUpNeed,
    MeetNeed,
    MoveNeed,
    PauseNeed,
    ScreenNeed,
    WaiveNeed,
    WithdrawNeed,
)
from shared.contracts.coordination.needs import IdentifyNeed, NeedRead, NeedWithHistory, Screened
from shared.vocabulary import NeedAct, NeedKind, NeedState
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/needs", tags=["needs"])


@router.post(
    "",
    operation_id="needs.identify",
    status_code=201,
    responses={200: {"model": NeedRead, "description": "It joined a need that was already open."}},
)
async def identify(body: IdentifyNeed, response: Response, tx: Tx, actor: Who, now: Now) -> NeedRead:
    """Say that a patient needs something. It joins the open need of the same kind, or opens one with its clocks."""
    found = await needs.identify(tx, body, actor=actor, now=now)
    response.status_code = 201 if found.version == 1 else 200
    response.headers["Location"] = f"/v1/needs/{found.id}"
    return tagged(response, found)


@router.get("", operation_id="needs.list")
async def list_(
    request: Request,
    response: Response,
    page: PageAsked,
    tx: ReadTx,
    actor: Who,
    now: Now,
    patient_id: UUID | None = None,
    kind: NeedKind | None = None,
    state: NeedState | None = None,
    owner: Annotated[str | None, Query(max_length=100)] = None,
    team: Annotated[str | None, Query(max_length=100)] = None,
    stay_id: UUID | None = None,
    open_: Annotated[bool | None, Query(alias="open", description="Only open needs, or only closed ones.")] = None,
) -> Page[NeedRead]:
    """Needs in the order they were recorded. The worklist has them in the order of their urgency."""
    scope = None if stay_id is None else f"stay:{stay_id}"
    wanted = Wanted(patient_id=patient_id, kind=kind, state=state, owner=owner, team=team, scope=scope, open=open_)
    found = await needs.page(tx, wanted, limit=page.limit, cursor=page.cursor, actor=actor, now=now)
    return paged(response, request, found)


@router.get("/{need_id}", operation_id="needs.get")
async def get(need_id: UUID, response: Response, tx: ReadTx, actor: Who, now: Now) -> NeedWithHistory:
    """One need: reasons, clocks and how they were computed, history, and the acts allowed now."""
    return tagged(response, await needs.read(tx, need_id, actor=actor, now=now))


@router.post("/{need_id}/assign", operation_id="needs.assign")
async def assign(
    need_id: UUID, body: AssignNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """Name the owner or the team."""
    return tagged(response, await needs.assign(tx, need_id, body, version=if_match, actor=actor, now=now))


@router.post("/{need_id}/arrange", operation_id="needs.arrange")
async def arrange(
    need_id: UUID, body: ArrangeNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """Say how, and for when, it will be met."""
    return tagged(response, await need_acts.arrange(tx, need_id, body, version=if_match, actor=actor, now=now))


@router.post("/{need_id}/meet", operation_id="needs.meet")
async def meet(
    need_id: UUID, body: MeetNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """Record that it is met, with the evidence; on time is judged by done_at."""
    return tagged(response, await need_acts.meet(tx, need_id, body, version=if_match, actor=actor, now=now))


@router.post("/{need_id}/screen", operation_id="needs.screen")
async def screen(
    need_id: UUID, body: ScreenNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> Screened:
    """Answer a social-needs screen: it is met, and each risk opens or joins the need of its domain."""
    found = await screenings.screen(tx, need_id, body, version=if_match, actor=actor, now=now)
    tagged(response, found.screen)
    return found


@router.post("/{need_id}/progress", operation_id="needs.progress")
async def progress(
    need_id: UUID, body: MoveNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """Work has begun."""
    found = await need_acts.move(tx, need_id, NeedAct.PROGRESS, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{need_id}/release", operation_id="needs.release")
async def release(
    need_id: UUID, body: MoveNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """What was arranged fell through: the need stands as it was identified."""
    found = await need_acts.move(tx, need_id, NeedAct.RELEASE, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{need_id}/reopen", operation_id="needs.reopen")
async def reopen(
    need_id: UUID, body: MoveNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """The need stands again; its history is kept and its clocks run as if nothing had stopped them."""
    found = await need_acts.move(tx, need_id, NeedAct.REOPEN, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{need_id}/waive", operation_id="needs.waive")
async def waive(
    need_id: UUID, body: WaiveNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """It need not be met, with a coded reason."""
    found = await need_acts.close(tx, need_id, NeedAct.WAIVE, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{need_id}/withdraw", operation_id="needs.withdraw")
async def withdraw(
    need_id: UUID, body: WithdrawNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """It should not have been there, with a coded reason."""
    found = await need_acts.close(tx, need_id, NeedAct.WITHDRAW, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{need_id}/give-up", operation_id="needs.give-up")
async def give_up(
    need_id: UUID, body: GiveUpNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """It will not be met, with a coded reason; 'unable-to-reach' needs enough attempts."""
    found = await need_acts.close(tx, need_id, NeedAct.GIVE_UP, body, version=if_match, actor=actor, now=now)
    return tagged(response, found)


@router.post("/{need_id}/pause", operation_id="needs.pause")
async def pause(
    need_id: UUID, body: PauseNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """Stop its clocks for an interval, or until resumed."""
    return tagged(response, await need_acts.pause(tx, need_id, body, version=if_match, actor=actor, now=now))


@router.post("/{need_id}/resume", operation_id="needs.resume")
async def resume(
    need_id: UUID, body: MoveNeed, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """Let its clocks run on from now. A hospital stay holds them until it ends, whatever is resumed by hand."""
    return tagged(response, await need_acts.resume(tx, need_id, body, version=if_match, actor=actor, now=now))


@router.post("/{need_id}/enroll", operation_id="needs.enroll")
async def enroll(
    need_id: UUID, body: EnrollPatient, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> NeedRead:
    """Ask monitoring to follow the patient. The need waits for the answer, and the first reading meets it."""
    return tagged(response, await enrollments.enroll(tx, need_id, body, version=if_match, actor=actor, now=now))
