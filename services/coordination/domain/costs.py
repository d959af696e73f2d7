"""What a visit costs the patient, from coverage and price; what is not known is said to be unknown, never nothing."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from services.coordination.domain.offers import Cost, Cover, NetworkRule, Offer, Price, Reason, Wanted, key_of


def patient_cost(wanted: Wanted, offer: Offer) -> Cost:
    """What the patient would pay: the share under their coverage; the list price only without coverage."""
    own = _plans_by_payer(wanted.covers)
    paid = [price for price in offer.prices if _of_service(price, wanted) and _pays(price, own)]
    found = _cheapest(paid, wanted.currency)
    if found is not None:
        return Cost(found.amount, found.currency, Reason("cost", True, lambda: _known(found)), found)
    return Cost(None, None, Reason("cost", None, lambda: _unknown(wanted, offer)))


def _known(price: Price) -> str:
    what = "Share under the patient's coverage" if price.payer else "List price, no coverage recorded"
    return f"{what}: {price.amount} {price.currency} ({price.service}){told(price)}"


def told(price: Price) -> str:
    """Where a price comes from and of what day it is, as far as that was said."""
    by = "" if price.told_by is None else f", told by {price.told_by}"
    return by if price.as_of is None else f"{by}, as of {price.as_of:%Y-%m-%d}"


def _unknown(wanted: Wanted, offer: Offer) -> str:
    text = "The patient's cost is unknown"
    listed = [price for price in offer.prices if _of_service(price, wanted) and price.payer is None]
    if listed:
        text += f": the list price is {listed[0].amount} {listed[0].currency}, the plan's share is not recorded"
    return text


def price_age(price: Price | None, today: date) -> int | None:
    """How many days ago a price was told; None when that is not known."""
    return None if price is None or price.as_of is None else max((today - price.as_of).days, 0)


# Asked of every entry of a directory for the same few coverages.
@lru_cache(maxsize=1024)
def _plans_by_payer(covers: tuple[Cover, ...]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for cover in covers:
        payer = key_of(cover.payer)
        found[payer] = found.get(payer, frozenset()) | {key_of(plan) for plan in cover.plans}
    return found


def _of_service(price: Price, wanted: Wanted) -> bool:
    return wanted.service is None or price.service == wanted.service


def _pays(price: Price, own: Mapping[str, frozenset[str]]) -> bool:
    """Whether a price is the share under one's own coverage; without coverage, whether it is the list price."""
    if price.payer is None or not own:
        return price.payer is None and not own
    plans = own.get(key_of(price.payer))
    return plans is not None and (price.plan is None or key_of(price.plan) in plans)


def _cheapest(prices: list[Price], currency: str) -> Price | None:
    comparable = [price for price in prices if price.currency == currency]
    if len(comparable) < 2:
        return comparable[0] if comparable else None
    # A share for the very plan says more than one for the payer at large.
    return min(comparable, key=lambda price: (price.plan is None, price.amount, price.service))


def cover_text(cover: Cover) -> str:
    """A coverage as people read it."""
    return " ".join((cover.payer, *sorted(cover.plans)))


def own_rules(wanted: Wanted) -> list[NetworkRule]:
    """The preferred networks that count for this patient's coverage."""
    payers = _plans_by_payer(wanted.covers) if wanted.networks else {}
    return [rule for rule in wanted.networks if rule.payer is None or key_of(rule.payer) in payers]
