"""Who can meet a need: hard filters, then a ranking; every candidate carries its reasons (domain §4).

Pure: offers and the wanted care come in as values. Amounts are Decimal, distances kilometres, instants UTC.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from services.coordination.domain.matching_checks import CHECKS, earliest, nearest_km, patient_cost
from services.coordination.domain.offers import Cost, Offer, Opening, Reason, Wanted

NEVER = timedelta.max
_FAR = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer judged: ``rank`` counts from 1 among the eligible; excluded candidates have none.

    ``loop_rate`` is closed loops per sent referral, None when nothing was ever sent. ``capacity_age`` is
    how old the capacity figure is.
    """

    offer: Offer
    eligible: bool
    reasons: tuple[Reason, ...]
    cost: Cost
    earliest: Opening | None
    distance_km: Decimal | None
    loop_rate: Decimal | None
    capacity_age: timedelta | None
    rank: int | None = None


def judge(wanted: Wanted, offer: Offer, now: datetime) -> Candidate:
    """One offer against what is wanted: every hard filter speaks, also after one has failed."""
    checked = tuple(check(wanted, offer) for check in CHECKS)
    cost = patient_cost(wanted, offer)
    loop_rate = None if not offer.loops_sent else Decimal(offer.loops_closed) / offer.loops_sent
    age = None if offer.capacity_as_of is None else now - offer.capacity_as_of
    told = (*checked, cost.reason, _loop_reason(offer, loop_rate), _age_reason(age))
    return Candidate(
        offer=offer,
        eligible=all(reason.passed is not False for reason in checked),
        reasons=told,
        cost=cost,
        earliest=earliest(wanted, offer),
        distance_km=nearest_km(wanted, offer),
        loop_rate=loop_rate,
        capacity_age=age,
    )


def rank(wanted: Wanted, offers: Iterable[Offer], now: datetime) -> list[Candidate]:
    """The eligible in order, numbered from 1, then the excluded, nearest to eligible first.

    The order: the patient's cost (unknown after known), earliest slot, distance, loop-closure record (unknown
    after known), age of the capacity figure; the name and id break ties, so the list is stable.
    """
    judged = [judge(wanted, offer, now) for offer in offers]
    eligible = sorted((candidate for candidate in judged if candidate.eligible), key=_order)
    excluded = sorted((c for c in judged if not c.eligible), key=lambda c: (_failures(c), *_order(c)))
    return [replace(found, rank=place) for place, found in enumerate(eligible, 1)] + excluded


def _order(candidate: Candidate) -> tuple[object, ...]:
    opening = candidate.earliest
    return (
        candidate.cost.amount is None,
        candidate.cost.amount or Decimal(0),
        opening is None,
        opening.starts_at.timestamp() if opening else 0.0,
        _FAR if candidate.distance_km is None else candidate.distance_km,
        candidate.loop_rate is None,
        -(candidate.loop_rate or Decimal(0)),
        NEVER if candidate.capacity_age is None else candidate.capacity_age,
        candidate.offer.name,
        candidate.offer.id,
    )


def _failures(candidate: Candidate) -> int:
    return sum(reason.passed is False for reason in candidate.reasons)


def _loop_reason(offer: Offer, rate: Decimal | None) -> Reason:
    if rate is None:
        return Reason("loop-record", None, "No referral was sent here yet: loop closure unknown")
    share = (rate * 100).quantize(Decimal(1))
    text = f"{offer.loops_closed} of {offer.loops_sent} referrals closed the loop ({share} %)"
    return Reason("loop-record", True, text)


def _age_reason(age: timedelta | None) -> Reason:
    if age is None:
        return Reason("capacity-age", None, "No capacity figure: ask")
    return Reason("capacity-age", True, f"The capacity figure is {max(age.days, 0)} days old")
