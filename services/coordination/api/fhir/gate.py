"""What a system reads over FHIR of patients who do not consent to it: nothing, and no hint that there is more."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.coordination.usecases import sharing
from shared.db import audit
from shared.fhir.elements import Resource
from shared.fhir.kind import Asked, Hits, Kind
from shared.fhir.query import Query
from shared.vocabulary import SharingPurpose

_PATIENT = "Patient/"


def gated(kind: Kind[Any]) -> Kind[Any]:
    """A kind that asks for consent before it is read or found by a system (role ``integration`` alone)."""

    async def read(asked: Asked, resource_id: str) -> Any:
        found = await kind.read(asked, resource_id)
        if sharing.is_system(asked.actor):
            for patient_id in _people(found):
                await sharing.check(asked.tx, patient_id, SharingPurpose.EXCHANGE, asked.actor.subject, asked.now)
        return found

    async def search(asked: Asked, query: Query) -> Hits:
        hits = await kind.search(asked, query)
        if not sharing.is_system(asked.actor):
            return hits
        pairs = {(person, asked.actor.subject) for each in hits.resources for person in _people(each)}
        fine = await sharing.shared_with(asked.tx, pairs, SharingPurpose.EXCHANGE, asked.now)
        kept = [each for each in hits.resources if all((one, asked.actor.subject) in fine for one in _people(each))]
        audit.seen(asked.tx).patients -= {person for person, _ in pairs - fine}
        return replace(hits, resources=kept)

    return replace(kind, read=read, search=search)


def _people(resource: Resource) -> Iterator[UUID]:
    """Whom a resource is about."""
    if type(resource).__name__ == "Patient":
        yield UUID(str(resource.id))
    references = [getattr(resource, "subject", None), getattr(resource, "for_", None)]
    references += [each.actor for each in getattr(resource, "participant", None) or () if hasattr(each, "actor")]
    for each in references:
        if each is not None and each.reference is not None and each.reference.startswith(_PATIENT):
            yield UUID(each.reference.removeprefix(_PATIENT))
