"""Stays and visits together, the way encounters are asked for."""

from collections.abc import Sequence
from uuid import UUID

from services.coordination.domain.external_identifiers import Named
from services.coordination.store import stay_search
from services.coordination.store import visits as visit_store
from services.coordination.usecases import naming, stays, visits
from shared.contracts.base import Page
from shared.contracts.coordination.stays import StayRead
from shared.contracts.coordination.visits import VisitRead
from shared.contracts.paging import page_of
from shared.db.base import Session
from shared.kit.actor import Actor
from shared.kit.paging import after_id
from shared.kit.problems import NotFound
from shared.kit.searches import EncounterSearch

EncounterRead = StayRead | VisitRead


async def get(tx: Session, encounter_id: UUID, *, actor: Actor) -> EncounterRead:
    """The stay or the visit with this id.

    Raises:
        NotFound: there is neither in this organization.
    """
    try:
        return await visits.get(tx, encounter_id)
    except NotFound:
        return await stays.read(tx, encounter_id, actor=actor)


async def find(
    tx: Session,
    *,
    of_stays: EncounterSearch | None,
    of_visits: EncounterSearch | None,
    limit: int,
    cursor: str | None,
    actor: Actor,
) -> Page[EncounterRead]:
    """A page of the stays and visits that fit, in the order they were recorded; raises BadCursor."""
    last = after_id(cursor)
    found: list[EncounterRead] = []
    if of_stays is not None:
        rows = await stay_search.page(tx, of_stays, after=last, limit=limit + 1)
        found += [stays.view(tx, row, actor) for row in rows]
    if of_visits is not None:
        others = await visit_store.page(tx, of_visits, after=last, limit=limit + 1)
        found += [visits.view(tx, row) for row in others]
    return page_of(sorted(found, key=lambda one: one.id), limit, lambda one: one)


async def owners(tx: Session, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Which stays or visits carry which of these identifiers."""
    return await stay_search.owners(tx, pairs) | await naming.owners(tx, Named.VISIT, pairs)
