"""Whom the protocols' defaults do not fit (clinical §1.8): blocked, or followed only under a named prescriber."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a circumstance does to an enrollment."""

    BLOCKS = "blocks"  # not under this protocol, whoever signs
    NEEDS_PRESCRIBER = "needs-prescriber"  # only with a named prescriber who takes responsibility
    ADJUSTS = "adjusts"  # enrolled; rules or their reading change as the sentence says


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One row of §1.8 for one protocol. ``fact`` is the code a requester sends among the circumstances."""

    fact: str
    effect: Effect
    sentence: str
    source: str = "clinical §1.8"


UNDER_18 = "under-18"


def exclusions(
    rows: Iterable[Exclusion], facts: Iterable[str], *, prescriber: str | None = None
) -> tuple[Exclusion, ...]:
    """The rows that keep a patient with these facts from being enrolled; empty when nothing does.

    A named ``prescriber`` lifts what needs one, and never what blocks.
    """
    known = set(facts)
    stops = {Effect.BLOCKS} if prescriber else {Effect.BLOCKS, Effect.NEEDS_PRESCRIBER}
    return tuple(row for row in rows if row.fact in known and row.effect in stops)
