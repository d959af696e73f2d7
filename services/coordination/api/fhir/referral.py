"""FHIR ServiceRequest, Task and Appointment beside referrals: read and search."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from services.coordination.api.fhir.referral_words import BSER, to_appointment, to_request, to_task
from services.coordination.domain.referral_table import BUSINESS, Stage, states_by
from services.coordination.store.referrals import ReferralFilter
from services.coordination.usecases import referral_requests
from shared.contracts.base import Page
from shared.contracts.coordination.referral_requests import ReferralRequest
from shared.fhir import finding
from shared.fhir.kind import Asked, Hits, Kind, as_id
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, TokenAsked, as_uuids
from shared.fhir.workflow import Appointment, ServiceRequest, Task
from shared.kit.problems import NotFound
from shared.vocabulary import ReferralState

_TASK = {
    "patient": Param.REFERENCE,
    "status": Param.TOKEN,
    "business-status": Param.TOKEN,
    "focus": Param.REFERENCE,
    "authored-on": Param.DATE,
}
_APPOINTMENT = {"patient": Param.REFERENCE, "status": Param.TOKEN, "date": Param.DATE}


async def read_request(asked: Asked, resource_id: str) -> ServiceRequest:
    """One referral as an order; raises NotFound."""
    return to_request(await referral_requests.get(asked.tx, as_id(resource_id, "service request")))


async def search_requests(asked: Asked, query: Query) -> Hits:
    """A page of orders."""
    states = _states(query.one_token("status"), lambda stage: stage.request)
    wanted = replace(_wanted(query), states=states, ordered=finding.between(query, "authored"))
    page = await _find(asked, query, wanted)
    return Hits([to_request(one) for one in page.items], page.next_cursor)


async def read_task(asked: Asked, resource_id: str) -> Task:
    """One round of a referral; raises NotFound."""
    found, number = _round_of(resource_id)
    read = await referral_requests.get(asked.tx, found)
    if number == read.round:
        return to_task(read)
    ended_as = await referral_requests.end_of_round(asked.tx, found, number)
    if ended_as is None:
        raise NotFound("task")
    return to_task(read, ended_as=ended_as, number=number)


async def search_tasks(asked: Asked, query: Query) -> Hits:
    """A page of the rounds that are under way, or were the last."""
    states, business = _states(query.one_token("status"), lambda stage: stage.task), query.one_token("business-status")
    if business is not None:
        codes = [one.code for one in business if one.code and one.system in (None, BSER)]
        fits = states_by(lambda stage: BUSINESS[stage.state], codes)
        states = [state for state in fits if states is None or state in states]
    focus, tokens = query.one_reference("focus"), query.one_token("_id")
    ids = None if tokens is None else _tasks(tokens)
    if focus is not None:
        asked_for = as_uuids(focus)
        ids = asked_for if ids is None else [one for one in ids if one in asked_for]
    wanted = replace(_wanted(query, ids=False), ids=ids, states=states, ordered=finding.between(query, "authored-on"))
    page = await _find(asked, query, wanted)
    return Hits([to_task(one) for one in page.items], page.next_cursor)


async def read_appointment(asked: Asked, resource_id: str) -> Appointment:
    """The visit of a referral; raises NotFound."""
    read = await referral_requests.get(asked.tx, as_id(resource_id, "appointment"))
    if read.visit_starts_at is None:
        raise NotFound("appointment")
    return to_appointment(read)


async def search_appointments(asked: Asked, query: Query) -> Hits:
    """A page of visits that were booked."""
    states = _states(query.one_token("status"), lambda stage: stage.visit)
    wanted = replace(_wanted(query), states=states, visit=finding.between(query, "date"), with_visit=True)
    page = await _find(asked, query, wanted)
    return Hits([to_appointment(one) for one in page.items], page.next_cursor)


def _wanted(query: Query, *, ids: bool = True) -> ReferralFilter:
    patients = query.one_reference("patient", "subject")
    return ReferralFilter(
        ids=query.ids() if ids else None,
        patient_ids=None if patients is None else as_uuids(patients),
        changed=finding.between(query, "_lastUpdated"),
    )


async def _find(asked: Asked, query: Query, wanted: ReferralFilter) -> Page[ReferralRequest]:
    return await referral_requests.find(asked.tx, wanted, cursor=query.cursor, limit=query.count)


def _states(asked: Sequence[TokenAsked] | None, what: Callable[[Stage], str | None]) -> list[ReferralState] | None:
    return None if asked is None else states_by(what, [one.code for one in asked if one.code])


def _round_of(resource_id: str) -> tuple[UUID, int]:
    text, dash, number = resource_id.rpartition("-")
    if not (dash and number.isascii() and number.isdigit() and len(number) < 6):
        raise NotFound("task")
    found = as_id(text, "task"), int(number)
    # Each task has one id: hyphens too many or a zero before the number would be another.
    if f"{found[0]}-{found[1]}" != resource_id:
        raise NotFound("task")
    return found


def _tasks(tokens: Sequence[TokenAsked]) -> list[UUID]:
    return as_uuids((one.code or "").rpartition("-")[0] for one in tokens)


TASK = Kind(Task, _TASK, read_task, search_tasks)
APPOINTMENT = Kind(Appointment, _APPOINTMENT, read_appointment, search_appointments)
