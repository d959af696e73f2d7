"""Readmission risk scores, with the inputs they were computed from."""

from datetime import datetime
from uuid import UUID

from shared.contracts.base import In, Out
from shared.contracts.coordination.examples import example
from shared.vocabulary import LengthOfStay, RiskAlgorithm, RiskBand, RiskTier


class CalculateRisk(In):
    """Compute the scores of a discharge again, from what is stored now. Earlier ones stay."""

    model_config = example({"length_of_stay": "midnights"})

    length_of_stay: LengthOfStay = LengthOfStay.MIDNIGHTS


class PointsRead(Out):
    """One component: what was known, the points it gave, the most it can give. No points: not known, not zero."""

    key: str
    known: str
    points: int | None
    most: int
    because: str


class RiskScoreRead(Out):
    """One score as it was calculated; a later calculation is another one.

    ``total`` is null while a component is missing; the score then lies from ``least`` to ``most``, and ``band`` is
    given only when it is the same at both ends.
    """

    id: UUID
    patient_id: UUID
    stay_id: UUID
    algorithm: RiskAlgorithm
    total: int | None
    least: int
    most: int
    band: RiskBand | None
    points: list[PointsRead]
    missing: list[str]
    caveats: list[str]
    source: str
    calculated_at: datetime
    calculated_by: str


class RiskRead(Out):
    """The scores of one discharge side by side, and the tier they lead to (null where they lead to none)."""

    tier: RiskTier | None
    because: str
    disagree: bool
    scores: list[RiskScoreRead]
