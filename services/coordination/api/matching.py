"""Candidates for a need over HTTP."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.coordination.usecases import choices, exclusions, matching
from services.coordination.usecases.matching import Asked
from shared.contracts.base import Code, Instant, Page
from shared.contracts.coordination.matching import CandidateRead, CandidatesRead, ChoiceRead
from shared.contracts.coordination.preferences import MaxKm
from shared.contracts.coordination.specialists import Latitude, Longitude
from shared.vocabulary import Modality, Specialty
from shared.web.deps import Now, ReadTx
from shared.web.paging import PageAsked, paged
from shared.web.route import Router

router = Router(prefix="/v1", tags=["matching"])


@router.get("/referrals/{referral_id}/choice", operation_id="referrals.choice")
async def choice(referral_id: UUID, tx: ReadTx) -> ChoiceRead:
    """What this referral's choice costs the patient beside the cheapest and the median adequate specialist of then."""
    return await choices.read(tx, referral_id)


def _asked(
    specialty: Annotated[Specialty | None, Query(description="The need's usual ones when left out.")] = None,
    modality: Annotated[
        list[Modality], Query(description="Ways that suit the patient; when left out, what they prefer.")
    ] = [],  # noqa: B006
    latitude: Annotated[Latitude | None, Query(description="The patient's place, instead of what they prefer.")] = None,
    longitude: Longitude | None = None,
    max_km: Annotated[MaxKm | None, Query(description="How far the patient can travel.")] = None,
    service: Annotated[Code | None, Query(description="Which price counts; visit when left out.")] = None,
    see_by: Annotated[Instant | None, Query(description="The need's clock when left out.")] = None,
) -> Asked:
    return Asked(
        specialty=specialty,
        modalities=frozenset(modality),
        home=matching.place(latitude, longitude),
        max_km=max_km,
        service=service,
        see_by=see_by,
    )


AskedToo = Annotated[Asked, Depends(_asked)]


@router.get("/needs/{need_id}/candidates", operation_id="needs.candidates")
async def candidates(
    need_id: UUID,
    tx: ReadTx,
    now: Now,
    asked: AskedToo,
    excluded: Annotated[bool, Query(description="Show those nearest to eligible too, with their reasons.")] = True,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many eligible, and so many excluded.")] = 50,
) -> CandidatesRead:
    """Who can meet this need: the eligible by rank (whom the patient asks for, preferred networks, patient's cost,
    earliest slot, distance, record, age of the capacity figure), then the excluded. Every candidate says why; what is
    not known is said to be unknown."""
    return await matching.candidates(tx, need_id, replace(asked, excluded=excluded, limit=limit), now=now)


@router.get("/needs/{need_id}/excluded-candidates", operation_id="needs.excluded")
async def excluded_candidates(
    need_id: UUID, request: Request, response: Response, page: PageAsked, tx: ReadTx, now: Now, asked: AskedToo
) -> Page[CandidateRead]:
    """Everybody of the directory who cannot meet this need, each with every reason, in the order they were told. A page
    looks through a thousand entries at most: it may be short, and still have a next one."""
    found = await exclusions.excluded(tx, need_id, asked, limit=page.limit, cursor=page.cursor, now=now)
    return paged(response, request, found)


@router.get("/needs/{need_id}/candidates/{specialist_id}", operation_id="needs.candidate")
async def candidate(need_id: UUID, specialist_id: UUID, tx: ReadTx, now: Now, asked: AskedToo) -> CandidateRead:
    """One specialist against this need, wherever they stand in the directory, with every reason for or against."""
    return await matching.candidate(tx, need_id, specialist_id, asked, now=now)
