"""Reading issues over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.monitoring.usecases import reading_issues
from shared.contracts.base import Page
from shared.contracts.monitoring.reading_issues import ReadingIssueRead, SettleIssue
from shared.vocabulary import IssueState, ItemOutcome
from shared.web.deps import IfMatch, Now, ReadTx, Tx, Who, tagged
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1/reading-issues", tags=["reading-issues"])


@router.get("", operation_id="reading-issues.list")
async def list_all(
    request: Request,
    response: Response,
    tx: ReadTx,
    actor: Who,
    page: PageAsked,
    state: IssueState | None = None,
    outcome: ItemOutcome | None = None,
    code: str | None = None,
    patient_id: UUID | None = None,
) -> Page[ReadingIssueRead]:
    """Readings that were refused or put aside, oldest first, each with the item as it came."""
    asked = {"state": state, "outcome": outcome, "code": code, "patient_id": patient_id}
    filters = {name: value for name, value in asked.items() if value is not None}
    found = await reading_issues.page(tx, filters, limit=page.limit, cursor=page.cursor, actor=actor)
    return paged(response, request, found)


@router.get("/{issue_id}", operation_id="reading-issues.get")
async def get(issue_id: UUID, response: Response, tx: ReadTx, actor: Who) -> ReadingIssueRead:
    """One issue."""
    return tagged(response, await reading_issues.get(tx, issue_id, actor=actor))


@router.post("/{issue_id}/clear", operation_id="reading-issues.clear")
async def clear(
    issue_id: UUID, body: SettleIssue, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> ReadingIssueRead:
    """It was dealt with: asked, sent again, corrected."""
    done = await reading_issues.settle(tx, issue_id, "clear", body, version=if_match, actor=actor, now=now)
    return tagged(response, done)


@router.post("/{issue_id}/dismiss", operation_id="reading-issues.dismiss")
async def dismiss(
    issue_id: UUID, body: SettleIssue, if_match: IfMatch, response: Response, tx: Tx, actor: Who, now: Now
) -> ReadingIssueRead:
    """Nothing has to be done about it."""
    done = await reading_issues.settle(tx, issue_id, "dismiss", body, version=if_match, actor=actor, now=now)
    return tagged(response, done)
