"""Candidates as the caller reads them."""

from datetime import datetime
from decimal import Decimal

from services.coordination.domain.costs import price_age
from services.coordination.domain.matching import Candidate
from services.coordination.domain.offers import Opening
from shared.contracts.coordination.matching import CandidateRead, OpeningRead, ReasonRead

_HUNDREDTH = Decimal("0.01")


def view(found: Candidate, cheapest: Decimal | None, now: datetime) -> CandidateRead:
    """One candidate; ``cheapest`` is what the cheapest adequate one costs, None when unknown."""
    cost, price = found.cost.amount, found.cost.price
    return CandidateRead(
        specialist_id=found.offer.id,
        name=found.offer.name,
        specialty=found.offer.specialty,
        eligible=found.eligible,
        rank=found.rank,
        tier=found.tier,
        patient_cost=cost,
        currency=found.cost.currency,
        above_cheapest=None if cost is None or cheapest is None else cost - cheapest,
        price_told_by=None if price is None else price.told_by,
        price_age_days=price_age(price, now.date()),
        earliest=_opening(found.earliest),
        distance_km=found.distance_km,
        loop_rate=None if found.loop_rate is None else found.loop_rate.quantize(_HUNDREDTH),
        capacity=found.offer.capacity,
        capacity_age_days=None if found.capacity_age is None else max(found.capacity_age.days, 0),
        reasons=[ReasonRead(code=one.code, passed=one.passed, text=one.text) for one in found.reasons],
    )


def _opening(slot: Opening | None) -> OpeningRead | None:
    if slot is None:
        return None
    return OpeningRead(slot_id=slot.id, starts_at=slot.starts_at, modality=slot.modality, site_id=slot.site_id)
