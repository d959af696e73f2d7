"""Readmission scores over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.coordination.store.risk_scores import Wanted
from services.coordination.usecases import risk_scores
from shared.contracts.base import Page
from shared.contracts.coordination.risk_scores import CalculateRisk, RiskRead, RiskScoreRead
from shared.vocabulary import RiskAlgorithm
from shared.web.deps import Now, ReadTx, Tx, Who
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["risk-scores"])


@router.post("/stays/{stay_id}/risk-scores", operation_id="risk-scores.calculate", status_code=201)
async def calculate(stay_id: UUID, body: CalculateRisk, tx: Tx, actor: Who, now: Now) -> RiskRead:
    """Compute LACE and HOSPITAL of a discharge again, each in both versions, from what is stored now."""
    return await risk_scores.calculate(tx, stay_id, body, actor=actor, now=now)


@router.get("/risk-scores", operation_id="risk-scores.list")
async def list_(
    request: Request,
    response: Response,
    tx: ReadTx,
    page: PageAsked,
    patient_id: UUID | None = None,
    stay_id: UUID | None = None,
    algorithm: RiskAlgorithm | None = None,
) -> Page[RiskScoreRead]:
    """Scores in the order they were calculated; none is ever overwritten."""
    wanted = Wanted(
        patient_ids=None if patient_id is None else [patient_id],
        stay_ids=None if stay_id is None else [stay_id],
        algorithms=None if algorithm is None else [algorithm],
    )
    found = await risk_scores.page(tx, wanted, limit=page.limit, cursor=page.cursor)
    return paged(response, request, found)


@router.get("/risk-scores/{score_id}", operation_id="risk-scores.get")
async def get(score_id: UUID, tx: ReadTx) -> RiskScoreRead:
    """One score with its components."""
    return await risk_scores.read(tx, score_id)
