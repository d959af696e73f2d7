"""What a visit costs the patient, from coverage and price; what is not known is said to be unknown, never nothing."""

from datetime import date

from services.coordination.domain.offers import Cost, Cover, NetworkRule, Offer, Price, Reason, Wanted, key_of


def patient_cost(wanted: Wanted, offer: Offer) -> Cost:
    """What the patient would pay: the share under their coverage; the list price only without coverage."""
    prices = [price for price in offer.prices if wanted.service in (None, price.service)]
    own = [price for price in prices if any(_share(price, cover) for cover in wanted.covers)]
    listed = [price for price in prices if price.payer is None]
    found = _cheapest(own if wanted.covers else listed, wanted.currency)
    if found is not None:
        return Cost(found.amount, found.currency, Reason("cost", True, lambda: _known(found)), found)
    return Cost(None, None, Reason("cost", None, lambda: _unknown(listed)))


def _known(price: Price) -> str:
    what = "Share under the patient's coverage" if price.payer else "List price, no coverage recorded"
    return f"{what}: {price.amount} {price.currency} ({price.service}){told(price)}"


def told(price: Price) -> str:
    """Where a price comes from and of what day it is, as far as that was said."""
    by = "" if price.told_by is None else f", told by {price.told_by}"
    return by if price.as_of is None else f"{by}, as of {price.as_of:%Y-%m-%d}"


def _unknown(listed: list[Price]) -> str:
    text = "The patient's cost is unknown"
    if listed:
        text += f": the list price is {listed[0].amount} {listed[0].currency}, the plan's share is not recorded"
    return text


def price_age(price: Price | None, today: date) -> int | None:
    """How many days ago a price was told; None when that is not known."""
    return None if price is None or price.as_of is None else max((today - price.as_of).days, 0)


def _share(price: Price, cover: Cover) -> bool:
    if price.payer is None or key_of(price.payer) != key_of(cover.payer):
        return False
    return price.plan is None or key_of(price.plan) in {key_of(plan) for plan in cover.plans}


def _cheapest(prices: list[Price], currency: str) -> Price | None:
    comparable = (price for price in prices if price.currency == currency)
    # A share for the very plan says more than one for the payer at large.
    return min(comparable, key=lambda price: (price.plan is None, price.amount, price.service), default=None)


def cover_text(cover: Cover) -> str:
    """A coverage as people read it."""
    return " ".join((cover.payer, *sorted(cover.plans)))


def own_rules(wanted: Wanted) -> list[NetworkRule]:
    """The preferred networks that count for this patient's coverage."""
    payers = {key_of(cover.payer) for cover in wanted.covers}
    return [rule for rule in wanted.networks if rule.payer is None or key_of(rule.payer) in payers]
