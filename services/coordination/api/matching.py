"""Candidates for a need over HTTP."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.coordination.domain.offers import MAX_KM
from services.coordination.usecases import choices, matching
from services.coordination.usecases.matching import Asked
from shared.contracts.base import Code, Instant
from shared.contracts.coordination.matching import CandidatesRead, ChoiceRead
from shared.contracts.coordination.specialists import Latitude, Longitude
from shared.vocabulary import Modality, Specialty
from shared.web.deps import Now, ReadTx
from shared.web.route import Router

router = Router(prefix="/v1", tags=["matching"])


@router.get("/referrals/{referral_id}/choice", operation_id="referrals.choice")
async def choice(referral_id: UUID, tx: ReadTx) -> ChoiceRead:
    """What this referral's choice costs the patient beside the cheapest and the median adequate specialist of then."""
    return await choices.read(tx, referral_id)


@router.get("/needs/{need_id}/candidates", operation_id="needs.candidates")
async def candidates(
    need_id: UUID,
    tx: ReadTx,
    now: Now,
    specialty: Annotated[Specialty | None, Query(description="The need's usual ones when left out.")] = None,
    modality: Annotated[list[Modality], Query(description="Ways that suit the patient; all when left out.")] = [],  # noqa: B006
    latitude: Annotated[Latitude | None, Query(description="The patient's place; kept nowhere.")] = None,
    longitude: Longitude | None = None,
    max_km: Annotated[Decimal, Query(gt=0, le=20_000, description="How far the patient can travel.")] = MAX_KM,
    service: Annotated[Code | None, Query(description="Which price counts, such as visit.")] = None,
    see_by: Annotated[Instant | None, Query(description="The need's clock when left out.")] = None,
    excluded: Annotated[bool, Query(description="Show the excluded too, with their reasons.")] = True,
) -> CandidatesRead:
    """Who can meet this need: the eligible by rank (patient's cost, earliest slot, distance, record, age of the
    capacity figure), then the excluded. Every candidate says why; what is not known is said to be unknown."""
    asked = Asked(
        specialty=specialty,
        modalities=frozenset(modality),
        home=matching.place(latitude, longitude),
        max_km=max_km,
        service=service,
        see_by=see_by,
        excluded=excluded,
    )
    return await matching.candidates(tx, need_id, asked, now=now)
