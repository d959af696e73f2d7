"""GOLD groups of COPD (clinical §1.5), with the year of the scheme: GOLD 2026 counts one exacerbation, earlier two."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

_SCORE, _GRADE = Decimal(10), Decimal(2)


class Scheme(StrEnum):
    """Which edition's group E was used."""

    GOLD_2023 = "2023"
    GOLD_2026 = "2026"


class GoldGroup(StrEnum):
    """A few symptoms, B many, E exacerbations."""

    A = "A"
    B = "B"
    E = "E"


@dataclass(frozen=True, slots=True)
class Grouped:
    """The group, and the scheme it was made by."""

    group: GoldGroup
    scheme: Scheme


def group(
    *, moderate: int, hospitalised: int, mmrc: Decimal | None, cat: Decimal | None, scheme: Scheme = Scheme.GOLD_2026
) -> Grouped | None:
    """The group from exacerbations of the past year and symptoms; None when neither score is known and it is not E.

    Under 2023–2025 one moderate exacerbation is not E and is grouped by symptoms.
    """
    enough = 1 if scheme is Scheme.GOLD_2026 else 2
    if hospitalised >= 1 or moderate >= enough:
        return Grouped(GoldGroup.E, scheme)
    known = [score >= cut for score, cut in ((mmrc, _GRADE), (cat, _SCORE)) if score is not None]
    if not known:
        return None
    return Grouped(GoldGroup.B if any(known) else GoldGroup.A, scheme)
