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
    """``rank`` is null for the excluded; ``patient_cost`` is null when unknown; ages are in days."""

    specialist_id: UUID
    name: str
    specialty: Specialty
    eligible: bool
    rank: int | None
    patient_cost: Decimal | None
    currency: str | None
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
    """What was asked, and everybody's answer: the eligible by rank, then the excluded."""

    need_id: UUID
    specialties: list[Specialty]
    see_by: datetime | None
    candidates: list[CandidateRead]
