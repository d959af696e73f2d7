"""Who can meet a need: hard filters, then a ranking; every candidate carries its reasons (domain §4).

Pure: offers and the wanted care come in as values. Amounts are Decimal, distances kilometres, instants UTC.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from services.coordination.domain.clocks import Clock
from services.coordination.domain.costs import patient_cost
from services.coordination.domain.matching_checks import CHECKS, earliest, nearest_km, network, wish
from services.coordination.domain.offers import Cost, Offer, Opening, Reason, Wanted

NEVER = timedelta.max
_FAR = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer judged: ``rank`` counts from 1 among the eligible; excluded candidates have none.

    ``tier``: 0 whom the patient asks for, 1 of a preferred network, 2 everybody else. ``loop_rate`` is closed loops
    per sent referral, None when nothing was ever sent. ``capacity_age`` is how old the capacity figure is.
    """

    offer: Offer
    eligible: bool
    reasons: tuple[Reason, ...]
    tier: int
    cost: Cost
    earliest: Opening | None
    distance_km: Decimal | None
    loop_rate: Decimal | None
    capacity_age: timedelta | None
    rank: int | None = None


def judge(wanted: Wanted, offer: Offer, now: datetime) -> Candidate:
    """One offer against what is wanted: every hard filter speaks, also after one has failed."""
    checked = tuple(said for check in CHECKS if (said := check(wanted, offer)) is not None)
    cost = patient_cost(wanted, offer)
    loop_rate = None if not offer.loops_sent else Decimal(offer.loops_closed) / offer.loops_sent
    age = None if offer.capacity_as_of is None else now - offer.capacity_as_of
    told = (*checked, cost.reason, _loop_reason(offer, loop_rate), _age_reason(age))
    return Candidate(
        offer=offer,
        eligible=all(reason.passed is not False for reason in checked),
        reasons=told,
        tier=tier(checked),
        cost=cost,
        earliest=earliest(wanted, offer),
        distance_km=nearest_km(wanted, offer),
        loop_rate=loop_rate,
        capacity_age=age,
    )


def outset(wanted: Wanted, offer: Offer) -> tuple[Any, ...]:
    """The head of :func:`order`, known from the directory alone, before slots and records are looked up."""
    cost = patient_cost(wanted, offer).amount
    found = tier(said for check in (wish, network) if (said := check(wanted, offer)) is not None)
    return found, cost is None, cost or Decimal(0)


def tier(checked: Iterable[Reason]) -> int:
    """Which of the eligible come first whatever they cost: the patient's own, then preferred networks."""
    passed = {reason.code for reason in checked if reason.passed}
    return 0 if "wish" in passed else 1 if "network" in passed else 2


def rank(wanted: Wanted, offers: Iterable[Offer], now: datetime) -> list[Candidate]:
    """The eligible in order, numbered from 1, then the excluded, nearest to eligible first.

    The order: whom the patient asks for, preferred networks, everybody else; within these the patient's cost
    (unknown after known), earliest slot, distance, loop-closure record (unknown after known), age of the capacity
    figure; the name and id break ties, so the list is stable.
    """
    return ordered(judge(wanted, offer, now) for offer in offers)


def ordered(judged: Iterable[Candidate]) -> list[Candidate]:
    """Judged candidates in the order of :func:`rank`."""
    known = list(judged)
    eligible = sorted((candidate for candidate in known if candidate.eligible), key=order)
    excluded = sorted((c for c in known if not c.eligible), key=lambda c: (_failures(c), *order(c)))
    return [replace(found, rank=place) for place, found in enumerate(eligible, 1)] + excluded


def order(candidate: Candidate) -> tuple[Any, ...]:
    """The place of a candidate among those of its kind: the smaller, the better."""
    opening = candidate.earliest
    return (
        candidate.tier,
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


def cheapest(candidates: Iterable[Candidate]) -> Candidate | None:
    """The adequate one that costs the patient least; None when no cost is known."""
    priced = (one for one in candidates if one.eligible and one.cost.amount is not None)
    return min(priced, key=lambda one: (one.cost.amount, one.rank), default=None)


def _failures(candidate: Candidate) -> int:
    return sum(reason.passed is False for reason in candidate.reasons)


def _loop_reason(offer: Offer, rate: Decimal | None) -> Reason:
    if rate is None:
        return Reason("loop-record", None, "No referral was sent here yet: loop closure unknown")

    def said() -> str:
        share = (rate * 100).quantize(Decimal(1))
        return f"{offer.loops_closed} of {offer.loops_sent} referrals closed the loop ({share} %)"

    return Reason("loop-record", True, said)


def _age_reason(age: timedelta | None) -> Reason:
    if age is None:
        return Reason("capacity-age", None, "No capacity figure: ask")
    return Reason("capacity-age", True, lambda: f"The capacity figure is {max(age.days, 0)} days old")


def seen_by(clocks: Iterable[Clock]) -> datetime | None:
    """By when the patient must be seen: the earliest due instant, but for the clock of sending the request."""
    due = [clock.due_at for clock in clocks if clock.key != "request" and clock.due_at is not None]
    return min(due, default=None)
