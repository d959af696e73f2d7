"""A whole panel of needs against the directory at once: what a pair costs, what counts as late, who fits whom.

Everything is an integer, so that a solver's sums are exact: money in hundredths of the currency, time in minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from uuid import UUID

from services.coordination.domain.offers import Offer, Wanted
from shared.vocabulary import Priority

UNITS = 10  # [default] of one specialist's places, the soonest that a proposal gives away
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is weighed against what [default]; amounts in the currency in which costs are compared.

    ``late_day``: what a day beyond a need's clock weighs. ``unknown_cost`` is taken for a cost that is not known, so
    that it is never nothing. A place without a time weighs like one ``untimed_days`` late. ``max_late``: beyond this
    the clock is a hard filter, as it is for one need alone.
    """

    late_day: Decimal = Decimal(50)
    unknown_cost: Decimal = Decimal(200)
    untimed_days: Decimal = Decimal(1)
    max_late: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Asking:
    """A need of the panel."""

    need_id: UUID
    priority: Priority
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Unit:
    """One place for one patient: an open slot, or one of the free places a specialist told of, without a time."""

    specialist_id: UUID
    slot_id: UUID | None
    starts_at: datetime | None
    number: int = 0


class Pair(NamedTuple):
    """A need in a place. ``weight`` is what the panel minimizes; ``cost`` is None when it is not known.

    ``place`` numbers the units of a panel.
    """

    unit: Unit
    cost: Decimal | None
    late_minutes: int
    weight: int
    place: int


@dataclass(frozen=True, slots=True)
class Panel:
    """Who may go where. ``pairs`` holds each need's in the order of weight, ``heaviest`` is the most any weighs.

    ``unfit`` says why others do not fit.
    """

    askings: tuple[Asking, ...]
    pairs: tuple[tuple[Pair, ...], ...]
    unfit: tuple[Mapping[str, int], ...]
    heaviest: int

    def penalty(self, index: int) -> int:
        """What leaving a need out weighs: more than any panel's worth of pairs, and more the more pressing it is."""
        return (self.heaviest * len(self.askings) + 1) * (self.askings[index].priority.rank + 1)

    def weight(self, chosen: Mapping[int, Pair]) -> int:
        """What a choice weighs, with what it leaves out."""
        left_out = (index for index in range(len(self.askings)) if index not in chosen)
        return sum(pair.weight for pair in chosen.values()) + sum(map(self.penalty, left_out))


def units(offer: Offer) -> tuple[Unit, ...]:
    """What an offer can give away: its soonest slots, or without any the places it said are free."""
    slots = sorted(offer.openings, key=lambda slot: (slot.starts_at, slot.id))[:UNITS]
    if slots:
        return tuple(Unit(offer.id, slot.id, slot.starts_at) for slot in slots)
    return tuple(Unit(offer.id, None, None, number) for number in range(min(offer.capacity or 0, UNITS)))


def minutes_late(unit: Unit, see_by: datetime | None) -> int:
    """How far a place lies beyond the need's clock, in begun minutes; 0 where either has no time."""
    if unit.starts_at is None or see_by is None or unit.starts_at <= see_by:
        return 0
    return -((see_by - unit.starts_at) // _MINUTE)


def hundredths(amount: Decimal) -> int:
    """An amount as a whole number of hundredths, halves up."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def greedy(found: Panel) -> dict[int, Pair]:
    """Down the worklist: the most pressing need first, each takes the best place that is left."""
    taken: set[int] = set()
    chosen: dict[int, Pair] = {}
    for index in sorted(range(len(found.askings)), key=lambda one: _pressing(found.askings[one])):
        pair = next((pair for pair in found.pairs[index] if pair.place not in taken), None)
        if pair is not None:
            taken.add(pair.place)
            chosen[index] = pair
    return chosen


def _pressing(asking: Asking) -> tuple[object, ...]:
    due = asking.wanted.see_by
    return -asking.priority.rank, due is None, due.timestamp() if due else 0.0, asking.need_id


def why_not(found: Panel, index: int) -> str:
    """Why a need is left without a place."""
    reasons = found.unfit[index]
    fitting = {pair.unit.specialist_id for pair in found.pairs[index]}
    if fitting:
        return (
            f"All {len(found.pairs[index])} places of the {len(fitting)} specialists who fit go to needs that are more "
            "pressing, or to whom nobody else fits."
        )
    if not reasons:
        return "Nobody in the directory is of the specialty that is wanted."
    said = ", ".join(f"{count} by {code}" for code, count in sorted(reasons.items(), key=lambda one: (-one[1], one[0])))
    return f"Nobody of the specialty that is wanted fits: {said}."
