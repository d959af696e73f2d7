"""Who fits whom in a panel of needs: a directory asked by many needs, so that nothing is worked out twice.

Most of what decides about a pair is the same for many of them: patients share payers, ages and languages, slots share
sites. What is asked of a pair is what ``matching_checks`` asks of one need.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from services.coordination.domain.assignment import Asking, Pair, Panel, Terms, Unit, hundredths, minutes_late, units
from services.coordination.domain.costs import patient_cost
from services.coordination.domain.matching_checks import CHECKS, READS, Check, in_time, reachable, usable
from services.coordination.domain.offers import Offer, Opening, Site, Wanted
from shared.vocabulary import Modality, Specialty

_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 24 * 60
_FILTERS = tuple(check for check in CHECKS if check is not in_time)


def panel(askings: Sequence[Asking], offers: Sequence[Offer], terms: Terms) -> Panel:
    """Every need with every place that passes its hard filters; in the order of ids, so that it is always the same."""
    asked = tuple(sorted(askings, key=lambda one: one.need_id))
    directory = Directory(offers, terms)
    judged = [directory.asked(asking.wanted) for asking in asked]
    heaviest = max((pairs[-1].weight for pairs, _ in judged if pairs), default=0)
    return Panel(asked, tuple(pairs for pairs, _ in judged), tuple(reasons for _, reasons in judged), heaviest)


@dataclass(slots=True)
class _Place:
    """A unit; ``way`` is the number of the way to it among its offer's, None for a free place without a time."""

    unit: Unit
    way: int | None
    number: int = 0


@dataclass(slots=True)
class _Entry:
    """An offer with its places and what it answered so far, by the number of the question.

    ``ways``: a slot for each pair of modality and site there is; who can use one can use all that share them.
    """

    offer: Offer
    places: list[_Place]
    ways: list[Opening]
    sites: dict[UUID, Site]
    failed: dict[int, str | None] = field(default_factory=dict)
    costs: dict[int, tuple[Decimal | None, int]] = field(default_factory=dict)

    def usable(self, wanted: Wanted) -> list[bool]:
        """Which ways the patient can go: as is wanted, and within reach when in person."""
        good = usable(wanted, self.offer)
        return [slot.modality in good and reachable(wanted, slot, self.sites) for slot in self.ways]


class Directory:
    """Offers by specialty, with what was answered to each question."""

    def __init__(self, offers: Sequence[Offer], terms: Terms) -> None:
        self._terms = terms
        self._by_specialty: dict[Specialty, list[_Entry]] = {}
        for offer in sorted(offers, key=lambda one: one.id):
            self._by_specialty.setdefault(offer.specialty, []).append(_entry(offer))
        entries = [entry for group in self._by_specialty.values() for entry in group]
        ordered = sorted((place for entry in entries for place in entry.places), key=lambda place: _order(place.unit))
        for number, place in enumerate(ordered):
            place.number = number
        self._numbers: dict[Hashable, int] = {}
        self._late: dict[int, int] = {}

    def asked(self, wanted: Wanted) -> tuple[tuple[Pair, ...], Mapping[str, int]]:
        """A need's places in the order of weight, and how many offers do not fit for which reason."""
        questions = [(check, self._number((check, READS[check](wanted)))) for check in _FILTERS]
        paid = self._number((patient_cost, wanted.service, wanted.covers, wanted.currency))
        reasons: Counter[str] = Counter()
        found: list[Pair] = []
        for specialty in dict.fromkeys(wanted.specialties or sorted(self._by_specialty)):
            for entry in self._by_specialty.get(specialty, ()):
                why = _first_failed(entry, wanted, questions)
                if why is None:
                    before = len(found)
                    self._add_pairs(found, wanted, entry, paid)
                    why = "in-time" if len(found) == before else None
                if why is not None:
                    reasons[why] += 1
        return tuple(sorted(found, key=lambda pair: (pair.weight, pair.place))), reasons

    def _number(self, question: Hashable) -> int:
        # Questions are long tuples of a patient's facts: hashed once a need, not once a pair.
        return self._numbers.setdefault(question, len(self._numbers))

    def _add_pairs(self, found: list[Pair], wanted: Wanted, entry: _Entry, paid: int) -> None:
        if paid not in entry.costs:
            amount = patient_cost(wanted, entry.offer).amount
            entry.costs[paid] = amount, hundredths(self._terms.unknown_cost if amount is None else amount)
        cost, base = entry.costs[paid]
        open_ways = entry.usable(wanted)
        for place in entry.places:
            if place.way is not None and not open_ways[place.way]:
                continue
            late = minutes_late(place.unit, wanted.see_by)
            if late * _MINUTE <= self._terms.max_late:
                weight = base + self._late_weight(place.unit, late)
                found.append(Pair(place.unit, cost, late, weight, place.number))

    def _late_weight(self, unit: Unit, late: int) -> int:
        if unit.starts_at is None:
            return hundredths(self._terms.late_day * self._terms.untimed_days)
        if late not in self._late:
            self._late[late] = hundredths(self._terms.late_day * late / _DAY_MINUTES)
        return self._late[late]


def _entry(offer: Offer) -> _Entry:
    openings = {slot.id: slot for slot in offer.openings}
    ways: dict[tuple[Modality, UUID | None], int] = {}
    shown: list[Opening] = []
    places = []
    for unit in units(offer):
        slot = None if unit.slot_id is None else openings[unit.slot_id]
        if slot is not None and (slot.modality, slot.site_id) not in ways:
            ways[slot.modality, slot.site_id] = len(shown)
            shown.append(slot)
        places.append(_Place(unit, None if slot is None else ways[slot.modality, slot.site_id]))
    return _Entry(offer, places, shown, {site.id: site for site in offer.sites})


def _order(unit: Unit) -> tuple[object, ...]:
    """The turn of a place among those that weigh the same."""
    at = unit.starts_at.timestamp() if unit.starts_at else 0.0
    return unit.starts_at is None, at, unit.specialist_id, str(unit.slot_id), unit.number


def _first_failed(entry: _Entry, wanted: Wanted, questions: Sequence[tuple[Check, int]]) -> str | None:
    """The code of the first filter that excludes an offer."""
    answered = entry.failed
    for check, number in questions:
        if number not in answered:
            said = check(wanted, entry.offer)
            answered[number] = said.code if said is not None and said.passed is False else None
        why = answered[number]
        if why is not None:
            return why
    return None
