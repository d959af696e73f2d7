"""Candidates for a need: the directory against what is wanted, judged by the domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from services.coordination.domain import matching
from services.coordination.domain.matching import Candidate
from services.coordination.domain.offers import (
    MAX_KM,
    Cover,
    HalfAPlace,
    NetworkRule,
    Place,
    Wanted,
    Wishes,
)
from services.coordination.domain.specialties import specialties_of
from services.coordination.store import directory_sieve, needs, patients
from services.coordination.store.need_codec import clocks_of, reasons_of
from services.coordination.store.needs import NeedRow
from services.coordination.store.patients import PatientRow
from services.coordination.usecases import offers, preferences
from services.coordination.usecases.candidate_views import view
from shared.contracts.coordination.matching import CandidateRead, CandidatesRead
from shared.contracts.coordination.preferences import CarePreferences
from shared.db import audit
from shared.db.base import Session
from shared.kit.problems import NotFound
from shared.kit.zones import age_on, local_day
from shared.vocabulary import Modality, NeedKind, Specialty

EXPLAINED = 1000
"""How many entries are judged to find the excluded ones nearest to eligible, the wanted specialties first."""
_SOME = 8  # judged beside as many as are still wanted: some of those who passed the sieve are excluded
_MOST = 1_000
_CHEAPEST_OF = 64
SERVICE = "visit"
"""Whose price counts when nobody says another: what one meeting costs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the coordinator adds to what the need, the patient and their wishes say; None leaves it to them."""

    specialty: Specialty | None = None
    modalities: frozenset[Modality] = frozenset()
    home: Place | None = None
    max_km: Decimal | None = None
    service: str | None = None
    see_by: datetime | None = None
    excluded: bool = True
    limit: int = 50


@dataclass(slots=True)
class Search:
    """One need against the directory: whom the sieve let through, and who of them was judged so far."""

    tx: Session
    wanted: Wanted
    now: datetime
    waiting: list[tuple[tuple[Any, ...], Any]] = field(default_factory=list)
    judged: list[Candidate] = field(default_factory=list)

    async def begin(self) -> None:
        """Let the directory through the sieve, and put it in the order in which it can be eligible."""
        rows = await directory_sieve.outlines(self.tx, offers.sieve_of(self.wanted))
        placed = [(matching.outset(self.wanted, offers.outline(row)), row) for row in rows]
        self.waiting = sorted(placed, key=lambda one: one[0])

    async def go_on(self, limit: int | None) -> None:
        """Judge until ``limit`` are eligible and nobody who waits can rank among them; None judges everybody."""
        found = 0
        while self.waiting and (limit is None or found < limit):
            await self._judge_outlined(self._next(len(self.waiting) if limit is None else limit - found + _SOME))
            found = sum(one.eligible for one in self.judged)

    def _next(self, count: int) -> list[Any]:
        # Whoever shares a place with the last one is judged with them: slots decide between equals.
        taken: list[Any] = []
        for _, same in groupby(self.waiting, key=lambda one: one[0]):
            taken += [row for _, row in same]
            if len(taken) >= min(count, _MOST):
                break
        self.waiting = self.waiting[len(taken) :]
        return taken

    async def find_cheapest(self) -> Candidate | None:
        """The cheapest adequate one, also behind those who rank before it for other reasons than cost."""
        best = matching.cheapest(self.ranked())
        self.waiting.sort(key=lambda one: one[0][1:])
        while self.waiting:
            (_, unknown, cost), _ = self.waiting[0]
            if unknown or (best is not None and best.cost.amount is not None and cost >= best.cost.amount):
                break
            nearest, self.waiting = self.waiting[:_CHEAPEST_OF], self.waiting[_CHEAPEST_OF:]
            await self._judge_outlined([row for _, row in nearest])
            best = matching.cheapest(self.ranked())
        return best

    async def judge_also(self, specialist_id: UUID) -> None:
        """Judge one entry wherever it stands.

        Raises:
            NotFound: it is not in this organization's directory.
        """
        if specialist_id in {one.offer.id for one in self.judged}:
            return
        row = await directory_sieve.one(self.tx, specialist_id)
        if row is None:
            raise NotFound("specialist")
        await self._judge([row])

    async def excluded(self, limit: int) -> list[Candidate]:
        """The excluded that are nearest to eligible."""
        rows = await directory_sieve.first(self.tx, self.wanted.specialties, limit=EXPLAINED)
        found = await offers.whole(self.tx, rows, self.now)
        ranked = matching.rank(self.wanted, found, self.now)
        return [one for one in ranked if not one.eligible][:limit]

    def ranked(self) -> list[Candidate]:
        """Everybody judged so far, in order."""
        return matching.ordered(self.judged)

    async def _judge_outlined(self, outlines: Sequence[Any]) -> None:
        await self._judge(await directory_sieve.these(self.tx, [row.id for row in outlines]))

    async def _judge(self, rows: Sequence[Any]) -> None:
        found = await offers.whole(self.tx, rows, self.now)
        self.judged += [matching.judge(self.wanted, offer, self.now) for offer in found]


async def candidates(tx: Session, need_id: UUID, asked: Asked, *, now: datetime) -> CandidatesRead:
    """The directory against one need: the eligible by rank, then the excluded with their reasons."""
    search = await begun(tx, await needs.get(tx, need_id), asked, now=now)
    await search.go_on(asked.limit)
    eligible = [one for one in search.ranked() if one.eligible]
    cheapest = await search.find_cheapest()
    shown = eligible[: asked.limit]
    excluded = await search.excluded(asked.limit) if asked.excluded else []
    least = None if cheapest is None else cheapest.cost.amount
    return CandidatesRead(
        need_id=need_id,
        specialties=list(search.wanted.specialties),
        see_by=search.wanted.see_by,
        cheapest_id=None if cheapest is None else cheapest.offer.id,
        cheapest_cost=least,
        more=len(eligible) > len(shown) or bool(search.waiting),
        candidates=[view(one, least, now) for one in (*shown, *excluded)],
    )


async def candidate(tx: Session, need_id: UUID, specialist_id: UUID, asked: Asked, *, now: datetime) -> CandidateRead:
    """One specialist against one need, with every reason; ranked among all when eligible.

    Raises:
        NotFound: no such need, or no such specialist.
    """
    search = await begun(tx, await needs.get(tx, need_id), asked, now=now)
    await search.go_on(None)
    await search.judge_also(specialist_id)
    ranked = search.ranked()
    cheapest = matching.cheapest(ranked)
    found = next(one for one in ranked if one.offer.id == specialist_id)
    return view(found, None if cheapest is None else cheapest.cost.amount, now)


async def judged(
    tx: Session, need: NeedRow, asked: Asked, *, also: UUID, now: datetime
) -> tuple[Wanted, list[Candidate]]:
    """What a need asks for, and everybody who may be eligible ranked against it, with ``also`` wherever it stands."""
    search = await begun(tx, need, asked, now=now)
    await search.go_on(None)
    await search.judge_also(also)
    return search.wanted, search.ranked()


async def begun(tx: Session, need: NeedRow, asked: Asked, *, now: datetime) -> Search:
    """A search for a need, with the directory through the sieve."""
    search = Search(tx, await wanted_by(tx, need, asked, now=now), now)
    await search.begin()
    return search


async def wanted_by(tx: Session, need: NeedRow, asked: Asked, *, now: datetime) -> Wanted:
    """What a need asks for, with what its patient says and what the coordinator adds."""
    patient = await patients.get(tx, need.patient_id)
    audit.saw(tx, patient.id, need.id)
    said, rules = await preferences.wishes(tx, patient.id), await preferences.rules(tx)
    return wanted(need, patient, said, rules, asked, now)


def wanted(
    need: NeedRow,
    patient: PatientRow,
    said: CarePreferences,
    rules: tuple[NetworkRule, ...],
    asked: Asked,
    now: datetime,
) -> Wanted:
    """What the need, the patient and their wishes ask for, with what the coordinator adds."""
    usual = specialties_of(NeedKind(need.kind), reasons_of(need))
    return Wanted(
        specialties=(asked.specialty,) if asked.specialty else usual,
        age=age_on(patient.birth_date, local_day(now, patient.time_zone)),
        covers=tuple(_own_cover(coverage) for coverage in patient.coverage),
        language=patient.language,
        interpreter_needed=patient.interpreter_needed,
        modalities=asked.modalities or frozenset(said.modalities),
        home=asked.home or place(said.latitude, said.longitude),
        max_km=asked.max_km or said.max_km or MAX_KM,
        see_by=asked.see_by or matching.seen_by(clocks_of(need)),
        service=asked.service or SERVICE,
        wishes=_wishes(said),
        networks=rules,
    )


def _wishes(said: CarePreferences) -> Wishes:
    return Wishes(
        gender=said.clinician_gender,
        gender_firm=said.gender_required,
        languages=tuple(said.languages),
        prefer=frozenset(said.prefer),
        avoid=frozenset(said.avoid),
    )


def _own_cover(coverage: Mapping[str, Any]) -> Cover:
    return Cover(coverage["payer"], frozenset(() if coverage.get("plan") is None else (coverage["plan"],)))


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
