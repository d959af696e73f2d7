"""Home averages of blood pressure over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.monitoring.usecases import bp_averages
from shared.contracts.base import Moment
from shared.contracts.monitoring.bp_averages import BpAverageRead
from shared.web.deps import Now, ReadTx
from shared.web.route import Router

router = Router(prefix="/v1/bp-averages", tags=["readings"])


@router.get("", operation_id="bp-averages.get")
async def get(
    tx: ReadTx,
    now: Now,
    patient_id: UUID,
    end: Annotated[Moment | None, Query(alias="to", description="Before this instant; by default now.")] = None,
    days: Annotated[int, Query(ge=1, le=31)] = 7,
    first_day: Annotated[bool, Query(description="Whether the first of more than three days counts as well.")] = False,
) -> BpAverageRead:
    """The average of a cuff at home (LOINC 96607-7): two readings in the morning and two in the evening for a week.

    With fewer than 12 readings, or over fewer than 3 days, it is provisional.
    """
    return await bp_averages.get(tx, patient_id, end=end or now, days=days, first_day=first_day)
