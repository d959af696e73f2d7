"""FHIR MedicationRequest beside changes of the list of medicines: read and search."""

from uuid import UUID

from services.monitoring.api.fhir.medication_words import ORDER, PROPOSAL, status_of, to_fhir
from services.monitoring.store.plan_change_requests import Standing, Wanted
from services.monitoring.usecases import plan_change_requests
from shared.fhir import finding
from shared.fhir.kind import Asked, Hits, Kind, as_id
from shared.fhir.plans import MedicationRequest
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, as_uuids
from shared.kit.problems import NotFound
from shared.vocabulary import PlanChangeState

PARAMETERS = {
    "patient": Param.REFERENCE,
    "subject": Param.REFERENCE,
    "status": Param.TOKEN,
    "intent": Param.TOKEN,
    "authoredon": Param.DATE,
}


async def read(asked: Asked, resource_id: str) -> MedicationRequest:
    """One request; raises NotFound."""
    change_id, decided = _named(resource_id)
    return to_fhir(
        await plan_change_requests.get(asked.tx, change_id, decided=decided, actor=asked.actor, now=asked.now)
    )


async def search(asked: Asked, query: Query) -> Hits:
    """A page of requests, the newest change first."""
    patients, ids = query.one_reference("patient", "subject"), query.one_token("_id")
    wanted = Wanted(
        ids=None if ids is None else [known for one in ids if (known := _known(one.code or "")) is not None],
        patient_ids=None if patients is None else as_uuids(patients),
        standings=_standings(query),
        authored=finding.between(query, "authoredon"),
        changed=finding.between(query, "_lastUpdated"),
    )
    page = await plan_change_requests.find(
        asked.tx, wanted, limit=query.count, cursor=query.cursor, actor=asked.actor, now=asked.now
    )
    return Hits([to_fhir(each) for each in page.items], page.next_cursor)


def _named(resource_id: str) -> tuple[UUID, bool]:
    change_id, dot, part = resource_id.partition(".")
    if dot and part != ORDER:
        raise NotFound("medication request")
    return as_id(change_id, "medication request"), bool(dot)


def _known(resource_id: str) -> tuple[UUID, bool] | None:
    try:
        return _named(resource_id)
    except NotFound:
        return None


def _standings(query: Query) -> list[Standing] | None:
    statuses, intents = query.one_token("status"), query.one_token("intent")
    if statuses is None and intents is None:
        return None
    return [
        (intent, state, over)
        for intent in (PROPOSAL, ORDER)
        for state in PlanChangeState
        for over in (False, True)
        if (intents is None or intent in {one.code for one in intents})
        and (statuses is None or status_of(intent, state, over=over) in {one.code for one in statuses})
    ]


KIND = Kind(MedicationRequest, PARAMETERS, read, search)
