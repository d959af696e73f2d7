"""The evidence of care-management programmes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.monitoring.domain.time_entries import Month
from services.monitoring.usecases import evidence
from shared.contracts.monitoring.evidence import EvidenceRead
from shared.web.deps import Now, ReadTx
from shared.web.route import Router

router = Router(prefix="/v1/patients/{patient_id}/evidence", tags=["time-entries"])


@router.get("", operation_id="evidence.get")
async def get(
    patient_id: UUID,
    tx: ReadTx,
    now: Now,
    month: Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-09"])],
) -> EvidenceRead:
    """A month's minutes by programme, device days, conversations and consent, with the counts they reach.

    Counts of evidence, not billing advice.
    """
    year, number = month.split("-")
    return await evidence.get(tx, patient_id, Month(int(year), int(number)), now=now)
