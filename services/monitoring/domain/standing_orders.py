"""Standing orders: when one is in force, and what a version must say before it is signed (clinical §6)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import Role, StandingOrderState

LONGEST = timedelta(days=366)
_NURSES = frozenset({Role.CASE_MANAGER, Role.PHARMACIST})


class OrderRefused(Problem):
    """A standing order that contradicts itself or holds for more than a year is not kept."""

    code = "standing-order.refused"
    title = "The standing order cannot stand like this"


class WrongOrderState(Conflict):
    """Drafts are signed, signed orders are revoked and used."""

    code = "standing-order.wrong-state"
    title = "The standing order is not in a state for this"


class AlreadyUnderOrder(Conflict):
    """One signature for a patient and an order at a time."""

    code = "standing-order.patient-already-under"
    title = "The order is signed for this patient already"


class BoundsTooWide(Problem):
    """A patient's bounds lie within the order's."""

    code = "standing-order.bounds-too-wide"
    title = "The bounds reach beyond the order's"


def state_on(kept: StandingOrderState, effective: date, expires: date, day: date) -> StandingOrderState:
    """The state on a local day: a signed order outside its dates does not hold."""
    if kept is StandingOrderState.SIGNED and not effective <= day <= expires:
        return StandingOrderState.EXPIRED
    return kept


def faults(
    *,
    effective: date,
    expires: date,
    singles: tuple[Decimal, Decimal],
    max_daily: Decimal,
    roles: Sequence[Role],
    numbers: set[str],
    known_numbers: frozenset[str],
    labs: tuple[int | None, int | None],
) -> Iterator[str]:
    """What keeps a version from being kept, each in a sentence."""
    if not effective < expires <= effective + LONGEST:
        yield "An order expires after it takes effect, within 12 months."
    if singles[0] > singles[1]:
        yield "The smallest single dose is above the largest."
    if max_daily < singles[1]:
        yield "The day's maximum is below the largest single dose."
    if not set(roles) <= _NURSES:
        yield f"An order is used by {', '.join(sorted(_NURSES))}: others may not assess."
    if unknown := numbers - known_numbers:
        yield f"The rule has no numbers {', '.join(sorted(unknown))}; it has: {', '.join(sorted(known_numbers))}."
    if (labs[0] is None) != (labs[1] is None) or (labs[0] or 0) > (labs[1] or 0):
        yield "The window of labs needs its first day before its last."
