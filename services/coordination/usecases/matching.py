"""Candidates for a need: the directory against what is wanted, judged by the domain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.coordination.domain import matching
from services.coordination.domain.clocks import seen_by
from services.coordination.domain.matching import Candidate
from services.coordination.domain.offers import (
    MAX_KM,
    SPECIALTIES,
    Cover,
    HalfAPlace,
    Offer,
    Opening,
    Place,
    Price,
    Reason,
    Site,
    Wanted,
)
from services.coordination.store import needs, patients, slots, specialists
from services.coordination.store.need_codec import clocks_of
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.store.slots import SlotRow
from services.coordination.store.specialists import SpecialistRow
from shared.contracts.coordination.matching import CandidateRead, CandidatesRead, OpeningRead, ReasonRead
from shared.db import audit
from shared.db.base import Session
from shared.kit.zones import age_on, local_day
from shared.vocabulary import Modality, NeedKind, Specialty

CONSIDERED = 1000
"""How many entries of the directory are judged for one need, those of the wanted specialties first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the coordinator adds to what the need and the patient say; None leaves it to them."""

    specialty: Specialty | None = None
    modalities: frozenset[Modality] = frozenset()
    home: Place | None = None
    max_km: Decimal = MAX_KM
    service: str | None = None
    see_by: datetime | None = None
    excluded: bool = True


async def candidates(tx: Session, need_id: UUID, asked: Asked, *, now: datetime) -> CandidatesRead:
    """Everybody in the directory against one need: the eligible by rank, then the excluded with their reasons."""
    need = await needs.get(tx, need_id)
    patient = await patients.get(tx, need.patient_id)
    audit.saw(tx, patient.id, need.id)
    wanted, found = await judged(tx, need, patient, asked, now=now)
    return CandidatesRead(
        need_id=need.id,
        specialties=list(wanted.specialties),
        see_by=wanted.see_by,
        candidates=[_read(candidate) for candidate in found if candidate.eligible or asked.excluded],
    )


async def judged(
    tx: Session, need: NeedRow, patient: PatientRow, asked: Asked, *, also: UUID | None = None, now: datetime
) -> tuple[Wanted, list[Candidate]]:
    """What a need asks for, and the directory ranked against it; ``also`` is judged wherever it stands."""
    wanted = _wanted(need, patient, asked, now)
    rows = list(await specialists.to_match(tx, wanted.specialties, limit=CONSIDERED))
    if also is not None and also not in {row.id for row in rows}:
        rows.append(await specialists.get(tx, also))
    return wanted, matching.rank(wanted, await _offers(tx, rows, now), now)


def _wanted(need: NeedRow, patient: PatientRow, asked: Asked, now: datetime) -> Wanted:
    usual = SPECIALTIES.get(NeedKind(need.kind), ())
    return Wanted(
        specialties=(asked.specialty,) if asked.specialty else usual,
        age=age_on(patient.birth_date, local_day(now, patient.time_zone)),
        covers=tuple(_own_cover(coverage) for coverage in patient.coverage),
        language=patient.language,
        interpreter_needed=patient.interpreter_needed,
        modalities=asked.modalities,
        home=asked.home,
        max_km=asked.max_km,
        see_by=asked.see_by or seen_by(clocks_of(need)),
        service=asked.service,
    )


def _own_cover(coverage: Mapping[str, Any]) -> Cover:
    plan = coverage.get("plan")
    return Cover(coverage["payer"], frozenset() if plan is None else frozenset({plan}))


async def _offers(tx: Session, rows: Sequence[SpecialistRow], now: datetime) -> list[Offer]:
    ids = [row.id for row in rows]
    openings = await slots.first_open(tx, ids, now)
    loops = await specialists.loops(tx, ids)
    return [_offer(row, openings.get(row.id, []), loops.get(row.id, (0, 0))) for row in rows]


def _offer(row: SpecialistRow, openings: Iterable[SlotRow], loops: tuple[int, int]) -> Offer:
    return Offer(
        id=row.id,
        name=row.name,
        specialty=Specialty(row.specialty),
        languages=frozenset(row.languages),
        interpreter=row.interpreter,
        modalities=frozenset(Modality(modality) for modality in row.modalities),
        min_age=row.min_age,
        max_age=row.max_age,
        covers=tuple(Cover(cover["payer"], frozenset(cover["plans"])) for cover in row.coverages),
        prices=tuple(Price(**{**price, "amount": Decimal(price["amount"])}) for price in row.prices),
        sites=tuple(_site(site) for site in row.sites),
        openings=tuple(Opening(slot.id, slot.starts_at, Modality(slot.modality), slot.site_id) for slot in openings),
        capacity=row.capacity,
        capacity_as_of=row.capacity_as_of,
        loops_sent=row.sent_before + loops[0],
        loops_closed=row.closed_before + loops[1],
    )


def _site(site: Mapping[str, Any]) -> Site:
    where = None
    if site["latitude"] is not None:
        where = Place(Decimal(site["latitude"]), Decimal(site["longitude"]))
    return Site(UUID(site["id"]), site["name"], where)


def _read(found: Candidate) -> CandidateRead:
    return CandidateRead(
        specialist_id=found.offer.id,
        name=found.offer.name,
        specialty=found.offer.specialty,
        eligible=found.eligible,
        rank=found.rank,
        patient_cost=found.cost.amount,
        currency=found.cost.currency,
        earliest=_opening(found.earliest),
        distance_km=found.distance_km,
        loop_rate=None if found.loop_rate is None else found.loop_rate.quantize(Decimal("0.01")),
        capacity=found.offer.capacity,
        capacity_age_days=None if found.capacity_age is None else max(found.capacity_age.days, 0),
        reasons=[_reason(reason) for reason in found.reasons],
    )


def _opening(slot: Opening | None) -> OpeningRead | None:
    if slot is None:
        return None
    return OpeningRead(slot_id=slot.id, starts_at=slot.starts_at, modality=slot.modality, site_id=slot.site_id)


def _reason(reason: Reason) -> ReasonRead:
    return ReasonRead(code=reason.code, passed=reason.passed, text=reason.text)


def place(latitude: Decimal | None, longitude: Decimal | None) -> Place | None:
    """The patient's place as asked.

    Raises:
        HalfAPlace: only one of the two was given.
    """
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise HalfAPlace("Give latitude and longitude together, or neither.")
    return Place(latitude, longitude)
