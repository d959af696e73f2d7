"""What readmission scores mean for how closely a patient is followed (clinical §1.10, project default)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.coordination.domain.hospital import BANDS as HOSPITAL_BANDS
from services.coordination.domain.lace import BANDS as LACE_BANDS
from services.coordination.domain.risk import Score, band_of
from shared.vocabulary import RiskAlgorithm, RiskTier

HIGH_LACE = 10
_LACE = frozenset({RiskAlgorithm.LACE_2010, RiskAlgorithm.LACE_TOOL})


@dataclass(frozen=True, slots=True)
class Tier:
    """The tier, when the scores decide one, and the sentence that says why."""

    tier: RiskTier | None
    because: str


def tier_of(scores: Sequence[Score]) -> Tier:
    """High from a LACE of 10 by either table; the least possible total counts where something is missing."""
    highest = max((score.least for score in scores if score.algorithm in _LACE), default=0)
    if highest >= HIGH_LACE:
        return Tier(RiskTier.HIGH, f"LACE {highest} is {HIGH_LACE} or more (project default)")
    if any(score.most >= HIGH_LACE for score in scores if score.algorithm in _LACE):
        return Tier(None, "LACE may reach 10: tell what is missing")
    return Tier(None, f"LACE below {HIGH_LACE} leads to no tier by itself")


def disagree(scores: Sequence[Score]) -> bool:
    """Whether scores put the patient into steps of different height; bands count from the bottom."""
    return len({_height(score) for score in scores if score.band is not None}) > 1


def _height(score: Score) -> int:
    bands = LACE_BANDS if score.algorithm in _LACE else HOSPITAL_BANDS
    return [band for _, band in bands].index(band_of(bands, score.least))
