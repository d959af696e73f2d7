"""A whole panel of needs against the directory at once: what a pair costs, what counts as late, who fits whom.

Everything is an integer, so that a solver's sums are exact: money in hundredths of the currency, time in minutes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from services.coordination.domain.costs import patient_cost
from services.coordination.domain.matching_checks import CHECKS, in_time, reachable, usable
from services.coordination.domain.offers import Offer, Wanted
from shared.vocabulary import Priority, Specialty

UNITS = 10  # [default] of one specialist's places, the soonest that a proposal gives away
_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 24 * 60
_FILTERS = tuple(check for check in CHECKS if check is not in_time)


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


@dataclass(frozen=True, slots=True)
class Pair:
    """A need in a place. ``weight`` is what the panel minimizes; ``cost`` is None when it is not known."""

    unit: Unit
    cost: Decimal | None
    late_minutes: int
    weight: int


@dataclass(frozen=True, slots=True)
class Panel:
    """Who may go where. ``pairs`` holds each need's in the order of weight; ``unfit`` says why others do not fit."""

    askings: tuple[Asking, ...]
    pairs: tuple[tuple[Pair, ...], ...]
    unfit: tuple[Mapping[str, int], ...]

    def penalty(self, index: int) -> int:
        """What leaving a need out weighs: more than any panel's worth of pairs, and more the more pressing it is."""
        heaviest = max((pairs[-1].weight for pairs in self.pairs if pairs), default=0)
        return (heaviest * len(self.askings) + 1) * (self.askings[index].priority.rank + 1)

    def weight(self, chosen: Mapping[int, Pair]) -> int:
        """What a choice weighs, with what it leaves out."""
        left_out = (index for index in range(len(self.askings)) if index not in chosen)
        return sum(pair.weight for pair in chosen.values()) + sum(map(self.penalty, left_out))


def panel(askings: Sequence[Asking], offers: Sequence[Offer], terms: Terms) -> Panel:
    """Every need with every place that passes its hard filters; in the order of ids, so that it is always the same."""
    asked = tuple(sorted(askings, key=lambda one: one.need_id))
    by_specialty: dict[Specialty, list[Offer]] = {}
    for offer in sorted(offers, key=lambda one: one.id):
        by_specialty.setdefault(offer.specialty, []).append(offer)
    places = {offer.id: units(offer) for offer in offers}
    found: list[tuple[Pair, ...]] = []
    unfit: list[Mapping[str, int]] = []
    for asking in asked:
        wanted = asking.wanted
        looked_at = wanted.specialties or tuple(sorted(by_specialty))
        reasons: Counter[str] = Counter()
        mine = [
            pair
            for specialty in dict.fromkeys(looked_at)
            for offer in by_specialty.get(specialty, ())
            for pair in _pairs(wanted, offer, places[offer.id], terms, reasons)
        ]
        found.append(tuple(sorted(mine, key=_order)))
        unfit.append(reasons)
    return Panel(asked, tuple(found), tuple(unfit))


def units(offer: Offer) -> tuple[Unit, ...]:
    """What an offer can give away: its soonest slots, or without any the places it said are free."""
    slots = sorted(offer.openings, key=lambda slot: (slot.starts_at, slot.id))[:UNITS]
    if slots:
        return tuple(Unit(offer.id, slot.id, slot.starts_at) for slot in slots)
    return tuple(Unit(offer.id, None, None, number) for number in range(min(offer.capacity or 0, UNITS)))


def _pairs(wanted: Wanted, offer: Offer, places: Sequence[Unit], terms: Terms, reasons: Counter[str]) -> Iterable[Pair]:
    for check in _FILTERS:
        said = check(wanted, offer)
        if said is not None and said.passed is False:
            reasons[said.code] += 1
            return
    cost = patient_cost(wanted, offer).amount
    base = hundredths(terms.unknown_cost if cost is None else cost)
    usable_ = _usable(wanted, offer)
    fits = False
    for unit in places:
        late = minutes_late(unit, wanted.see_by)
        if late * _MINUTE <= terms.max_late and usable_(unit):
            fits = True
            yield Pair(unit, cost, late, base + _late_weight(unit, late, terms))
    if not fits:
        reasons["in-time"] += 1


def _usable(wanted: Wanted, offer: Offer) -> Callable[[Unit], bool]:
    ways = usable(wanted, offer)
    sites = {site.id: site for site in offer.sites}
    good = {slot.id for slot in offer.openings if slot.modality in ways and reachable(wanted, slot, sites)}
    return lambda unit: unit.slot_id is None or unit.slot_id in good


def minutes_late(unit: Unit, see_by: datetime | None) -> int:
    """How far a place lies beyond the need's clock, in begun minutes; 0 where either has no time."""
    if unit.starts_at is None or see_by is None or unit.starts_at <= see_by:
        return 0
    return -((see_by - unit.starts_at) // _MINUTE)


def _late_weight(unit: Unit, late: int, terms: Terms) -> int:
    if unit.starts_at is None:
        return hundredths(terms.late_day * terms.untimed_days)
    return hundredths(terms.late_day * late / _DAY_MINUTES)


def hundredths(amount: Decimal) -> int:
    """An amount as a whole number of hundredths, halves up."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _order(pair: Pair) -> tuple[object, ...]:
    unit = pair.unit
    at = unit.starts_at.timestamp() if unit.starts_at else 0.0
    return pair.weight, unit.starts_at is None, at, unit.specialist_id, str(unit.slot_id), unit.number


def greedy(found: Panel) -> dict[int, Pair]:
    """Down the worklist: the most pressing need first, each takes the best place that is left."""
    taken: set[Unit] = set()
    chosen: dict[int, Pair] = {}
    for index in sorted(range(len(found.askings)), key=lambda one: _pressing(found.askings[one])):
        pair = next((pair for pair in found.pairs[index] if pair.unit not in taken), None)
        if pair is not None:
            taken.add(pair.unit)
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
