"""Who may be followed under what, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.monitoring.usecases import eligibility
from shared.contracts.base import Code
from shared.contracts.monitoring.eligibility import EligibilityRead
from shared.web.deps import Now, ReadTx
from shared.web.route import Router

router = Router(prefix="/v1/eligibility", tags=["enrollments"])


@router.get("", operation_id="enrollments.eligibility")
async def get(
    patient_id: UUID,
    tx: ReadTx,
    now: Now,
    circumstance: Annotated[list[Code], Query(max_length=20, description="Such as pregnancy; repeat it.")] = [],  # noqa: B006
    prescriber: Annotated[bool, Query(description="As if a named prescriber took responsibility.")] = False,
) -> EligibilityRead:
    """For every protocol whether the patient may be enrolled now, and each reason. Nothing is stored."""
    return await eligibility.eligibility(tx, patient_id, circumstances=circumstance, prescriber=prescriber, now=now)
