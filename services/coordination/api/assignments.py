"""Assignments of whole panels over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.usecases import assignments
from shared.contracts.base import Page
from shared.contracts.coordination.assignments import (
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentItemRead,
    AssignmentRead,
    ProposeAssignment,
)
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/assignments", tags=["matching"])


@router.post("", operation_id="assignments.propose", status_code=201)
async def propose(body: ProposeAssignment, response: Response, tx: Tx, actor: Who, now: Now) -> AssignmentRead:
    """Assign a panel of needs to the directory at once: a proposal that weighs cost and lateness over all of them,
    beside what going down the worklist one by one would come to. Nothing is held before it is accepted."""
    found = await assignments.propose(tx, body, actor=actor, now=now)
    response.headers["Location"] = f"/v1/assignments/{found.id}"
    return tagged(response, found)


@router.get("/{assignment_id}", operation_id="assignments.get")
async def get(assignment_id: UUID, response: Response, tx: ReadTx, now: Now) -> AssignmentRead:
    """A proposal, what it spares, and how far it was accepted."""
    return tagged(response, await assignments.get(tx, assignment_id, now=now))


@router.get("/{assignment_id}/items", operation_id="assignments.items")
async def items(
    assignment_id: UUID, request: Request, response: Response, page: PageAsked, tx: ReadTx
) -> Page[AssignmentItemRead]:
    """The needs of a proposal by id: where each would go, or why it goes nowhere, and what became of it."""
    found = await assignments.items(tx, assignment_id, cursor=page.cursor, limit=page.limit)
    return paged(response, request, found)


@router.post("/{assignment_id}/accept", operation_id="assignments.accept")
async def accept(
    assignment_id: UUID, body: AcceptAssignment, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> AssignmentAccepted:
    """Refer needs to their proposed places, all or some, each once. What no longer fits is told need by need."""
    found = await assignments.accept(tx, assignment_id, body, version=if_match, actor=actor, now=now)
    tagged(response, found.assignment)
    return found
