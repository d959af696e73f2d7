"""Sensor reports over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.monitoring.usecases import cgm_reports
from shared.contracts.base import Moment
from shared.contracts.monitoring.cgm_reports import CgmReportRead
from shared.vocabulary import CgmPopulation
from shared.web.deps import Now, ReadTx
from shared.web.route import Router

router = Router(prefix="/v1/cgm-reports", tags=["readings"])


@router.get("", operation_id="cgm-reports.get")
async def get(
    tx: ReadTx,
    now: Now,
    patient_id: UUID,
    end: Annotated[Moment | None, Query(alias="to", description="Before this instant; by default now.")] = None,
    days: Annotated[int, Query(ge=1, le=90)] = 14,
    population: Annotated[CgmPopulation, Query(description="Whose targets apply.")] = CgmPopulation.ADULT,
) -> CgmReportRead:
    """The report of a glucose sensor: active time, time in ranges, mean, GMI, variation, and the profile of the day.

    Below 70 % active time, or over less than 14 days, the figures come with the reasons why they are insufficient.
    """
    return await cgm_reports.get(tx, patient_id, end=end or now, days=days, population=population)
