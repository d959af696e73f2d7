"""Searching Observations: by patient, newest first, or by id."""

from collections.abc import Sequence

from services.monitoring.api.fhir.categories import metrics_in
from services.monitoring.api.fhir.measured import OWN_CODES
from services.monitoring.api.fhir.observation_words import to_fhir
from services.monitoring.domain.metrics import by_code
from services.monitoring.usecases import reading_search, readings
from shared.contracts.monitoring.readings import ReadingRead
from shared.fhir import finding
from shared.fhir.codes import LOINC, OBSERVATION_CATEGORY, READING_STATUS
from shared.fhir.kind import Asked, Hits
from shared.fhir.problems import SearchRefused
from shared.fhir.query import Kind, Query, TokenAsked, as_uuids
from shared.kit.problems import NotFound
from shared.kit.searches import ReadingSearch
from shared.vocabulary import Metric

PARAMETERS = {
    "identifier": Kind.TOKEN,
    "patient": Kind.REFERENCE,
    "subject": Kind.REFERENCE,
    "code": Kind.TOKEN,
    "category": Kind.TOKEN,
    "date": Kind.DATE,
    "status": Kind.TOKEN,
}
# What a panel's code stands for among metrics; each of its values is an Observation of its own here.
_PANELS = {
    "85354-9": (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC),
    "55284-4": (Metric.BP_SYSTOLIC, Metric.BP_DIASTOLIC),
    "96607-7": (Metric.BP_AVERAGE_SYSTOLIC, Metric.BP_AVERAGE_DIASTOLIC),
}


async def search(asked: Asked, query: Query) -> Hits:
    """A page of Observations.

    Raises:
        SearchRefused: neither a patient, nor an id, nor an identifier was asked for.
    """
    patients = query.one_reference("patient", "subject")
    if patients is not None:
        wanted = _wanted(query, patients)
        page = await reading_search.find(asked.tx, wanted, limit=query.count, cursor=query.cursor)
        return Hits([to_fhir(item) for item in page.items if _has_id(item, query)], page.next_cursor)
    found = await _by_name(asked, query)
    if found is None:
        raise SearchRefused("Search Observations with patient, _id or identifier.")
    return Hits([to_fhir(item) for item in found])


async def _by_name(asked: Asked, query: Query) -> list[ReadingRead] | None:
    ids, identifiers = query.one_token("_id"), query.one_token("identifier")
    if ids is not None:
        return [read for one in ids if (read := await _get(asked, one.code or "")) is not None]
    if identifiers is None:
        return None
    if not all(one.system and one.code for one in identifiers):
        raise SearchRefused("Search an Observation's identifier as system|value.")
    pairs = [(one.system or "", value) for one in identifiers for value in _parts(one.code or "")]
    return await reading_search.by_external(asked.tx, pairs)


async def _get(asked: Asked, reading_id: str) -> ReadingRead | None:
    try:
        return await readings.get(asked.tx, reading_id)
    except NotFound:
        return None


def _parts(value: str) -> list[str]:
    # The readings of a pressure panel are kept under its identifier and the code of each component.
    return [value, f"{value}#8480-6", f"{value}#8462-4"]


def _has_id(read: ReadingRead, query: Query) -> bool:
    ids = query.one_token("_id")
    return ids is None or any(read.id == one.code for one in ids)


def _wanted(query: Query, patients: Sequence[str]) -> ReadingSearch:
    statuses = query.one_token("status")
    known = [one.code for one in statuses or () if READING_STATUS.knows(one.code) and one.code]
    return ReadingSearch(
        patient_ids=as_uuids(patients),
        metrics=_metrics(query),
        statuses=None if statuses is None else [READING_STATUS.read(code, at="status") for code in known],
        observed=finding.between(query, "date"),
        received=finding.between(query, "_lastUpdated"),
    )


def _metrics(query: Query) -> list[Metric] | None:
    asked = [{metric for one in any_of for metric in _coded(one)} for any_of in query.tokens.get("code", ())]
    asked += [{metric for one in any_of for metric in _in_category(one)} for any_of in query.tokens.get("category", ())]
    return sorted(set.intersection(*asked)) if asked else None


def _coded(asked: TokenAsked) -> set[Metric]:
    code = asked.code or ""
    if asked.system == OWN_CODES:
        return {Metric(code)} if code in set(Metric) else set()
    found = by_code(code) if asked.system in (None, LOINC) else None
    if found is not None:
        return {found.metric}
    return set(_PANELS.get(code, ())) if asked.system in (None, LOINC) else set()


def _in_category(asked: TokenAsked) -> set[Metric]:
    return metrics_in(asked.code or "") if asked.system in (None, OBSERVATION_CATEGORY) else set()
