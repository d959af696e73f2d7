"""From the worklist and the directory to the panel that the solver is given."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.coordination.domain.assignment import UNITS, Asking
from services.coordination.domain.offers import NetworkRule, Offer
from services.coordination.domain.specialties import SPECIALTIES, specialties_of
from services.coordination.store import assignments as store
from services.coordination.store import directory_sieve, patients, slots
from services.coordination.store import preferences as preference_store
from services.coordination.store.directory_sieve import Sieve
from services.coordination.store.need_codec import reasons_of
from services.coordination.store.needs import NeedRow
from services.coordination.usecases import matching, offers, preferences
from shared.contracts.coordination.assignments import MOST, ProposeAssignment
from shared.contracts.coordination.preferences import CarePreferences
from shared.db import audit
from shared.db.base import Session
from shared.vocabulary import NeedKind, Priority


async def needs_of(tx: Session, body: ProposeAssignment) -> Sequence[NeedRow]:
    """The needs to place: of kinds that a specialist meets."""
    kinds = [kind for kind in SPECIALTIES if body.kind in (None, kind)]
    return await store.needs_to_place(
        tx,
        ids=body.need_ids,
        kinds=kinds,
        owner=body.owner,
        team=body.team,
        priority=body.priority,
        due_before=body.due_before,
        limit=MOST,
    )


async def askings(tx: Session, needs: Sequence[NeedRow], service: str | None, now: datetime) -> list[Asking]:
    """What each need asks for."""
    people = await patients.of_ids(tx, {need.patient_id for need in needs})
    said = await preference_store.of_patients(tx, people)
    rules: tuple[NetworkRule, ...] = await preferences.rules(tx)
    asked = matching.Asked(service=service)
    found = []
    for need in needs:
        audit.saw(tx, need.patient_id, need.id)
        wishes = CarePreferences.model_validate(said.get(need.patient_id, {}))
        wanted = matching.wanted(need, people[need.patient_id], wishes, rules, asked, now)
        found.append(Asking(need.id, Priority(need.priority), wanted))
    return found


async def directory(tx: Session, needs: Sequence[NeedRow], now: datetime) -> list[Offer]:
    """Everybody of the wanted specialties, with their soonest open slots, also those beyond every clock."""
    named = (specialties_of(NeedKind(need.kind), reasons_of(need)) for need in needs)
    specialties = sorted({specialty for each in named for specialty in each})
    rows = await directory_sieve.sift(tx, Sieve(specialties=specialties))
    openings = await slots.soonest(tx, specialties, now, each=UNITS)
    return [offers.offer(row, openings.get(row.id, ()), (0, 0)) for row in rows]


def passed_over(body: ProposeAssignment, needs: Sequence[NeedRow]) -> list[UUID]:
    """Needs that were named and cannot be placed."""
    found = {need.id for need in needs}
    return [need_id for need_id in dict.fromkeys(body.need_ids or ()) if need_id not in found]
