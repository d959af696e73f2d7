"""What a choice among candidates cost beside what it could have cost, kept as it stood when it was made."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from uuid import UUID

from services.coordination.domain.matching import Candidate

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Choice:
    """The patient's cost of the chosen specialist, of the cheapest and of the median adequate one, in ``currency``.

    Adequate is who passed every hard filter. A cost that is not known is None and counts nowhere; ``priced`` says
    how many of the ``adequate`` had one. ``chosen_rank`` is None when the chosen one was not adequate.
    """

    specialist_id: UUID
    chosen_rank: int | None
    chosen_cost: Decimal | None
    cheapest_id: UUID | None
    cheapest_cost: Decimal | None
    median_cost: Decimal | None
    adequate: int
    priced: int
    currency: str


def compare(candidates: Sequence[Candidate], specialist_id: UUID, currency: str) -> Choice:
    """The choice of ``specialist_id`` among ``candidates``; amounts in other currencies were left unknown before."""
    chosen = next((one for one in candidates if one.offer.id == specialist_id), None)
    adequate = [one for one in candidates if one.eligible]
    costs = {one.offer.id: one.cost.amount for one in adequate if one.cost.amount is not None}
    cheapest = min(costs, key=lambda found: (costs[found], found), default=None)
    return Choice(
        specialist_id=specialist_id,
        chosen_rank=None if chosen is None else chosen.rank,
        chosen_cost=None if chosen is None else chosen.cost.amount,
        cheapest_id=cheapest,
        cheapest_cost=None if cheapest is None else costs[cheapest],
        median_cost=median(list(costs.values())),
        adequate=len(adequate),
        priced=len(costs),
        currency=currency,
    )


def median(amounts: Sequence[Decimal]) -> Decimal | None:
    """The middle amount, or half way between the two middle ones, to the cent; None of none."""
    return median_of(Counter(amounts)) if amounts else None


def median_of(counts: Mapping[Decimal, int]) -> Decimal:
    """The same of amounts that each come so many times."""
    ordered = sorted(counts)
    reached = list(accumulate(counts[amount] for amount in ordered))
    low, high = (ordered[bisect_right(reached, place)] for place in ((reached[-1] - 1) // 2, reached[-1] // 2))
    return ((low + high) / 2).quantize(_CENT, ROUND_HALF_UP)
