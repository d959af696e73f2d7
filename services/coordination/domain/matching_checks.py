"""The hard filters of matching, each a question with an answer in words; an unknown fact does not exclude."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from services.coordination.domain.offers import (
    Cost,
    Cover,
    Offer,
    Opening,
    Place,
    Price,
    Reason,
    Site,
    Wanted,
)
from shared.vocabulary import Modality

Check = Callable[[Wanted, Offer], Reason]
_EARTH_KM = 6371.0088  # mean radius, IUGG
_TENTH = Decimal("0.1")


def haversine_km(a: Place, b: Place) -> Decimal:
    """Great-circle distance in kilometres, to a tenth."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_long = math.radians(b.longitude - a.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_long) ** 2
    return Decimal(2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))).quantize(_TENTH)


def specialty(wanted: Wanted, offer: Offer) -> Reason:
    asked = ", ".join(wanted.specialties) or "any specialty"
    fits = not wanted.specialties or offer.specialty in wanted.specialties
    return Reason("specialty", fits, f"Is {offer.specialty}; wanted: {asked}")


def coverage(wanted: Wanted, offer: Offer) -> Reason:
    if not wanted.covers:
        return Reason("coverage", None, "The patient's coverage is not recorded: ask who pays")
    for own in wanted.covers:
        if any(_accepts(taken, own) for taken in offer.covers):
            return Reason("coverage", True, f"Accepts {_cover_text(own)}")
    asked = " or ".join(_cover_text(own) for own in wanted.covers)
    return Reason("coverage", False, f"Does not accept {asked}")


def _accepts(taken: Cover, own: Cover) -> bool:
    return taken.payer == own.payer and (not taken.plans or not own.plans or bool(own.plans & taken.plans))


def _cover_text(cover: Cover) -> str:
    return " ".join((cover.payer, *sorted(cover.plans)))


def age(wanted: Wanted, offer: Offer) -> Reason:
    low, high = offer.min_age or 0, offer.max_age
    ages = f"{low} to {high}" if high is not None else f"{low} and older"
    if wanted.age is None:
        return Reason("age", None, f"The patient's age is not known; sees ages {ages}")
    fits = low <= wanted.age and (high is None or wanted.age <= high)
    return Reason("age", fits, f"Sees ages {ages}; the patient is {wanted.age}")


def language(wanted: Wanted, offer: Offer) -> Reason:
    if wanted.language is None:
        return Reason("language", None, "The patient's language is not recorded")
    spoken = {_primary(one) for one in offer.languages}
    if _primary(wanted.language) in spoken:
        return Reason("language", True, f"Speaks {wanted.language}")
    if offer.interpreter:
        return Reason("language", True, f"Has an interpreter for {wanted.language}")
    return Reason("language", False, f"Neither speaks {wanted.language} nor has an interpreter")


def _primary(tag: str) -> str:
    return tag.split("-")[0].lower()


def modality(wanted: Wanted, offer: Offer) -> Reason:
    ways = usable(wanted, offer)
    offered = ", ".join(sorted(offer.modalities))
    if ways:
        return Reason("modality", True, f"Sees patients {offered}")
    return Reason("modality", False, f"Sees patients {offered} only; wanted: {', '.join(sorted(wanted.modalities))}")


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
    return Reason("distance", near, f"The nearest site is {nearest} km away; the limit is {wanted.max_km} km")


def in_time(wanted: Wanted, offer: Offer) -> Reason:
    first = earliest(wanted, offer)
    if first is not None:
        fits = wanted.see_by is None or first.starts_at <= wanted.see_by
        by = "" if wanted.see_by is None else f"; wanted by {wanted.see_by:%Y-%m-%d %H:%M} UTC"
        return Reason("in-time", fits, f"The earliest usable slot is {first.starts_at:%Y-%m-%d %H:%M} UTC{by}")
    if offer.capacity:
        return Reason("in-time", None, f"No open slot is published; {offer.capacity} places were free: ask")
    if wanted.see_by is None:
        return Reason("in-time", None, "No open slot is published and the need has no clock: ask")
    return Reason("in-time", False, "No open slot and no free capacity before the need's clock")


def earliest(wanted: Wanted, offer: Offer) -> Opening | None:
    """The first open slot the patient can use: by a wanted way, and within reach when in person."""
    ways = usable(wanted, offer)
    sites = {site.id: site for site in offer.sites}
    open_ = (slot for slot in offer.openings if slot.modality in ways and _reachable(wanted, slot, sites))
    return min(open_, key=lambda slot: (slot.starts_at, slot.id), default=None)


def _reachable(wanted: Wanted, slot: Opening, sites: Mapping[UUID, Site]) -> bool:
    site = None if slot.site_id is None else sites.get(slot.site_id)
    if slot.modality is not Modality.IN_PERSON or wanted.home is None or site is None or site.place is None:
        return True
    return haversine_km(wanted.home, site.place) <= wanted.max_km


def patient_cost(wanted: Wanted, offer: Offer) -> Cost:
    """What the patient would pay: the share under their coverage; the list price only without coverage."""
    prices = [price for price in offer.prices if wanted.service in (None, price.service)]
    own = [price for price in prices if any(_share(price, cover) for cover in wanted.covers)]
    listed = [price for price in prices if price.payer is None]
    found = _cheapest(own if wanted.covers else listed, wanted.currency)
    if found is not None:
        what = "Share under the patient's coverage" if found.payer else "List price, no coverage recorded"
        text = f"{what}: {found.amount} {found.currency} ({found.service})"
        return Cost(found.amount, found.currency, Reason("cost", True, text))
    text = "The patient's cost is unknown"
    if listed:
        text += f": the list price is {listed[0].amount} {listed[0].currency}, the plan's share is not recorded"
    return Cost(None, None, Reason("cost", None, text))


def _share(price: Price, cover: Cover) -> bool:
    return price.payer == cover.payer and (price.plan is None or price.plan in cover.plans)


def _cheapest(prices: list[Price], currency: str) -> Price | None:
    comparable = (price for price in prices if price.currency == currency)
    # A share for the very plan says more than one for the payer at large.
    return min(comparable, key=lambda price: (price.plan is None, price.amount, price.service), default=None)


CHECKS: tuple[Check, ...] = (specialty, coverage, age, language, modality, distance, in_time)
"""Every hard filter, in the order in which its reason is shown."""
