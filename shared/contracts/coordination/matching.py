"""Candidates for a need: ranked, explained, the excluded ones too."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from shared.contracts.base import Out
from shared.vocabulary import Modality, Specialty


class ReasonRead(Out):
    """One thing said of a candidate; ``passed`` is null where a fact is unknown, which never excludes."""

    code: str
    passed: bool | None
    text: str


class OpeningRead(Out):
    """The earliest slot the patient can use."""

    slot_id: UUID
    starts_at: datetime
    modality: Modality
    site_id: UUID | None


class CandidateRead(Out):
    """``rank`` is null for the excluded; ``patient_cost`` is null when unknown; ages are in days.

    ``tier`` is 0 for whom the patient asks for, 1 in a preferred network, 2 for everybody else. ``above_cheapest`` is
    what the patient pays more here than with the cheapest adequate specialist. ``price_age_days`` is the age of the
    price behind the cost, and ``price_told_by`` its source.
    """

    specialist_id: UUID
    name: str
    specialty: Specialty
    eligible: bool
    rank: int | None
    tier: int
    patient_cost: Decimal | None
    currency: str | None
    above_cheapest: Decimal | None
    price_told_by: str | None
    price_age_days: int | None
    earliest: OpeningRead | None
    distance_km: Decimal | None
    loop_rate: Decimal | None
    capacity: int | None
    capacity_age_days: int | None
    reasons: list[ReasonRead]


class ChoiceRead(Out):
    """What a referral's choice cost the patient beside the adequate others, as it stood when it was made.

    Adequate is who passed every hard filter; ``priced`` of them had a known cost, and only those make the cheapest
    and the median. A cost is null when unknown. ``chosen_rank`` is null when the chosen one was not adequate.
    """

    referral_id: UUID
    specialist_id: UUID
    chosen_at: datetime
    chosen_rank: int | None
    chosen_cost: Decimal | None
    cheapest_id: UUID | None
    cheapest_cost: Decimal | None
    median_cost: Decimal | None
    adequate: int
    priced: int
    currency: str


class CandidatesRead(Out):
    """What was asked, and the answers: the eligible by rank, then the excluded that are nearest to eligible.

    ``more`` says that further eligible ones may stand behind the last: ask with a higher limit. The cheapest adequate
    specialist is named wherever it ranks; null when no cost is known.
    """

    need_id: UUID
    specialties: list[Specialty]
    see_by: datetime | None
    cheapest_id: UUID | None
    cheapest_cost: Decimal | None
    more: bool
    candidates: list[CandidateRead]
