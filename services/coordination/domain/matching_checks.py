"""The hard filters of matching, each a question with an answer in words; an unknown fact does not exclude."""

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from uuid import UUID

from services.coordination.domain.costs import cover_text, own_rules
from services.coordination.domain.distances import haversine_km
from services.coordination.domain.offers import Cover, Offer, Opening, Reason, Site, Wanted, key_of
from shared.vocabulary import Modality

Check = Callable[[Wanted, Offer], Reason | None]
"""A filter's answer; None where nothing was asked of it."""


def specialty(wanted: Wanted, offer: Offer) -> Reason:
    fits = not wanted.specialties or offer.specialty in wanted.specialties
    asked = wanted.specialties
    return Reason("specialty", fits, lambda: f"Is {offer.specialty}; wanted: {', '.join(asked) or 'any specialty'}")


def coverage(wanted: Wanted, offer: Offer) -> Reason:
    if not wanted.covers:
        return Reason("coverage", None, "The patient's coverage is not recorded: ask who pays")
    answers = [(own, _accepts(offer, own)) for own in wanted.covers]
    for own, answer in answers:
        if answer:
            return Reason("coverage", True, lambda own=own: f"Accepts {cover_text(own)}")  # type: ignore[misc]
    if any(answer is None for _, answer in answers):
        return Reason("coverage", None, "Accepts some plans of the payer, and the patient's plan is not recorded: ask")
    return Reason("coverage", False, lambda: f"Does not accept {' or '.join(map(cover_text, wanted.covers))}")


def _accepts(offer: Offer, own: Cover) -> bool | None:
    payer, plans = key_of(own.payer), {key_of(plan) for plan in own.plans}
    taken = [cover for cover in offer.covers if key_of(cover.payer) == payer]
    if any(not cover.plans or plans & {key_of(plan) for plan in cover.plans} for cover in taken):
        return True
    return None if taken and not plans else False


def age(wanted: Wanted, offer: Offer) -> Reason:
    low, high = offer.min_age or 0, offer.max_age
    ages = f"{low} to {high}" if high is not None else f"{low} and older"
    if wanted.age is None:
        return Reason("age", None, f"The patient's age is not known; sees ages {ages}")
    fits = low <= wanted.age and (high is None or wanted.age <= high)
    return Reason("age", fits, lambda: f"Sees ages {ages}; the patient is {wanted.age}")


def language(wanted: Wanted, offer: Offer) -> Reason:
    if wanted.language is None:
        return Reason("language", None, "The patient's language is not recorded")
    spoken = {primary(one) for one in offer.languages}
    for own in (wanted.language, *wanted.wishes.languages):
        if primary(own) in spoken:
            return Reason("language", True, f"Speaks {own}")
    if offer.interpreter:
        return Reason("language", True, f"Has an interpreter for {wanted.language}")
    return Reason("language", False, f"Neither speaks {wanted.language} nor has an interpreter")


def primary(tag: str) -> str:
    """The language of a BCP 47 tag, without region or script."""
    return tag.partition("-")[0].lower()


def modality(wanted: Wanted, offer: Offer) -> Reason:
    def said() -> str:
        offered = f"Sees patients {', '.join(sorted(offer.modalities))}"
        return offered if ways else f"{offered} only; wanted: {', '.join(sorted(wanted.modalities))}"

    ways = usable(wanted, offer)
    return Reason("modality", bool(ways), said)


def usable(wanted: Wanted, offer: Offer) -> frozenset[Modality]:
    """The ways of meeting that both sides have."""
    return offer.modalities & wanted.modalities if wanted.modalities else offer.modalities


def nearest_km(wanted: Wanted, offer: Offer) -> Decimal | None:
    """The distance to the nearest site; None when the patient's home or every site's place is unknown."""
    home = wanted.home
    if home is None:
        return None
    return min((haversine_km(home, site.place) for site in offer.sites if site.place), default=None)


def distance(wanted: Wanted, offer: Offer) -> Reason:
    if Modality.VIDEO in usable(wanted, offer):
        return Reason("distance", True, "Sees patients by video: distance does not matter")
    nearest = nearest_km(wanted, offer)
    if nearest is None:
        return Reason("distance", None, "The distance is not known: a place is missing on the patient or the sites")
    near = nearest <= wanted.max_km
    return Reason("distance", near, lambda: f"The nearest site is {nearest} km away; the limit is {wanted.max_km} km")


def in_time(wanted: Wanted, offer: Offer) -> Reason:
    first = earliest(wanted, offer)
    if first is not None:
        fits = wanted.see_by is None or first.starts_at <= wanted.see_by
        return Reason("in-time", fits, lambda: _slot_text(wanted, first))
    if offer.capacity:
        return Reason("in-time", None, f"No open slot is published; {offer.capacity} places were free: ask")
    if wanted.see_by is None:
        return Reason("in-time", None, "No open slot is published and the need has no clock: ask")
    return Reason("in-time", False, "No open slot and no free capacity before the need's clock")


def _slot_text(wanted: Wanted, first: Opening) -> str:
    by = "" if wanted.see_by is None else f"; wanted by {wanted.see_by:%Y-%m-%d %H:%M} UTC"
    return f"The earliest usable slot is {first.starts_at:%Y-%m-%d %H:%M} UTC{by}"


def earliest(wanted: Wanted, offer: Offer) -> Opening | None:
    """The first open slot the patient can use: by a wanted way, and within reach when in person."""
    ways = usable(wanted, offer)
    sites = {site.id: site for site in offer.sites}
    open_ = (slot for slot in offer.openings if slot.modality in ways and reachable(wanted, slot, sites))
    return min(open_, key=lambda slot: (slot.starts_at, slot.id), default=None)


def reachable(wanted: Wanted, slot: Opening, sites: Mapping[UUID, Site]) -> bool:
    """Whether the patient can get to a slot; what is not known does not stop them."""
    site = None if slot.site_id is None else sites.get(slot.site_id)
    if slot.modality is not Modality.IN_PERSON or wanted.home is None or site is None or site.place is None:
        return True
    return haversine_km(wanted.home, site.place) <= wanted.max_km


def gender(wanted: Wanted, offer: Offer) -> Reason | None:
    asked = wanted.wishes.gender
    if asked is None:
        return None
    if offer.gender is None:
        return Reason("gender", None, f"The patient asks for a {asked} clinician; this one's gender is not recorded")
    if offer.gender is asked:
        return Reason("gender", True, f"Is {asked}, as the patient asks")
    firm = wanted.wishes.gender_firm
    return Reason(
        "gender", False if firm else None, f"Is {offer.gender}; the patient would rather see somebody {asked}"
    )


def wish(wanted: Wanted, offer: Offer) -> Reason | None:
    if offer.id in wanted.wishes.avoid:
        return Reason("wish", False, "The patient asks not to be sent here")
    return Reason("wish", True, "The patient asks for this one") if offer.id in wanted.wishes.prefer else None


def network(wanted: Wanted, offer: Offer) -> Reason | None:
    rules = own_rules(wanted)
    if not rules:
        return None
    mine = [rule.network for rule in rules if key_of(rule.network) in {key_of(name) for name in offer.networks}]
    if mine:
        return Reason("network", True, f"Is in the preferred network {mine[0]}")
    only = [rule.network for rule in rules if rule.only]
    if only:
        return Reason("network", False, f"Only {' or '.join(only)} may be used for this coverage")
    return Reason(
        "network", None, f"Is in no preferred network; preferred: {', '.join(rule.network for rule in rules)}"
    )


CHECKS: tuple[Check, ...] = (
    specialty, coverage, age, language, modality, distance, in_time, gender, wish, network,
)  # fmt: skip
"""Every hard filter, in the order in which its reason is shown."""
READS: Mapping[Check, Callable[[Wanted], Hashable]] = {
    specialty: lambda wanted: wanted.specialties,
    coverage: lambda wanted: wanted.covers,
    age: lambda wanted: wanted.age,
    language: lambda wanted: (wanted.language, wanted.wishes.languages),
    modality: lambda wanted: wanted.modalities,
    distance: lambda wanted: (wanted.modalities, wanted.home, wanted.max_km),
    in_time: lambda wanted: (wanted.modalities, wanted.home, wanted.max_km, wanted.see_by),
    gender: lambda wanted: (wanted.wishes.gender, wanted.wishes.gender_firm),
    wish: lambda wanted: (wanted.wishes.avoid, wanted.wishes.prefer),
    network: lambda wanted: (wanted.covers, wanted.networks),
}
"""What each filter reads of the care that is wanted: where that is the same, so is its answer about an offer."""
