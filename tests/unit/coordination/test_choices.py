"""What a choice cost beside the adequate others."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.choices import compare, median
from services.coordination.domain.matching import rank
from services.coordination.domain.offers import Offer, Price
from tests.support.matching import CARDIOLOGIST, NOW, WANTED

amounts = st.decimals(0, 10_000, places=2)


def priced(number: int, amount: Decimal | None, **change: object) -> Offer:
    prices = () if amount is None else (Price("visit", amount, "USD", payer="Medicare"),)
    return replace(CARDIOLOGIST, id=UUID(int=number), name=f"dr {number}", prices=prices, **change)  # type: ignore[arg-type]


def test_the_chosen_the_cheapest_and_the_median_of_the_adequate() -> None:
    offers = [priced(1, Decimal("90")), priced(2, Decimal("40")), priced(3, Decimal("55")), priced(4, None)]
    too_young = priced(5, Decimal("1"), max_age=60)
    found = compare(rank(WANTED, [*offers, too_young], NOW), UUID(int=1), "USD")
    assert (found.chosen_cost, found.chosen_rank) == (Decimal("90"), 3)
    assert (found.cheapest_id, found.cheapest_cost, found.median_cost) == (UUID(int=2), Decimal("40"), Decimal("55"))
    assert (found.adequate, found.priced) == (4, 3)


def test_what_is_unknown_is_not_nothing() -> None:
    found = compare(rank(WANTED, [priced(1, None)], NOW), UUID(int=1), "USD")
    assert (found.chosen_cost, found.cheapest_cost, found.median_cost, found.cheapest_id) == (None, None, None, None)
    assert (found.adequate, found.priced, found.chosen_rank) == (1, 0, 1)


def test_who_was_chosen_against_the_filters_has_no_rank() -> None:
    offers = [priced(1, Decimal("10"), max_age=60), priced(2, Decimal("40"))]
    found = compare(rank(WANTED, offers, NOW), UUID(int=1), "USD")
    assert (found.chosen_rank, found.chosen_cost, found.cheapest_cost) == (None, Decimal("10"), Decimal("40"))


@given(st.lists(amounts, min_size=1, max_size=9))
def test_half_of_the_amounts_lie_on_either_side_of_the_median(known: list[Decimal]) -> None:
    found = median(known)
    assert found is not None
    assert sum(one < found for one in known) <= len(known) / 2
    assert sum(one > found for one in known) <= len(known) / 2
