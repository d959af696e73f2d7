"""FHIR ServiceRequest: orders of another system, which are placed and taken back, and referrals, which are read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.coordination.api.fhir import order_words as words
from services.coordination.api.fhir import referral
from services.coordination.domain.external_identifiers import Named
from services.coordination.usecases import encounters, naming, orders, practitioners
from shared.contracts.coordination.orders import PlaceOrder
from shared.contracts.coordination.stays import StayRead
from shared.contracts.paging import page_of
from shared.fhir import finding
from shared.fhir.kind import Asked, Draft, Hits, Kind, Stored, as_id, linked, there
from shared.fhir.outcome import Note
from shared.fhir.problems import CodeUnknown, MethodNotOffered
from shared.fhir.query import Kind as Param
from shared.fhir.query import Query, TokenAsked, as_uuids
from shared.fhir.workflow import ServiceRequest
from shared.kit.problems import NotFound
from shared.kit.searches import OrderSearch
from shared.vocabulary import OrderState

PARAMETERS = {
    "identifier": Param.TOKEN,
    "patient": Param.REFERENCE,
    "subject": Param.REFERENCE,
    "status": Param.TOKEN,
    "code": Param.TOKEN,
    "authored": Param.DATE,
}
_OF_ORDERS_ALONE = ("identifier", "code")


async def create(asked: Asked, draft: Draft[ServiceRequest]) -> Stored:
    """Place an order."""
    if words.state(draft.resource) is not OrderState.ACTIVE:
        raise CodeUnknown("Only an order that stands is taken: active.", expression="ServiceRequest.status")
    body, notes = await _order(asked, draft)
    read = await orders.place(asked.tx, body, actor=asked.actor, now=asked.now)
    return Stored(str(read.id), read.version, notes=(*draft.notes, *notes))


async def update(asked: Asked, resource_id: str, version: int, draft: Draft[ServiceRequest]) -> Stored:
    """Take an order back; raises MethodNotOffered for a referral."""
    order_id = as_id(resource_id, "service request")
    try:
        await orders.get(asked.tx, order_id)
    except NotFound:
        await referral.read_request(asked, resource_id)
        raise MethodNotOffered("A referral is changed by its acts, at /v1/referrals.") from None
    state, (body, notes) = words.state(draft.resource), await _order(asked, draft)
    read, kept = await orders.change(
        asked.tx, order_id, body, state, version=version, actor=asked.actor, now=asked.now
    )  # fmt: skip
    if kept is not None:
        notes += (Note("need.kept", f"Its need stays: {kept}.", "ServiceRequest.status"),)
    return Stored(str(read.id), read.version, created=False, notes=(*draft.notes, *notes))


async def _order(asked: Asked, draft: Draft[ServiceRequest]) -> tuple[PlaceOrder, tuple[Note, ...]]:
    found, request = draft.links, draft.resource
    who = linked(found, request.requester, "Practitioner")
    name = None
    if who is not None:
        person = await practitioners.get(asked.tx, who)
        name = f"{person.given} {person.family}"
    where = linked(found, request.encounter, "Encounter")
    at = None if where is None else await encounters.get(asked.tx, where, actor=asked.actor)
    return words.to_contract(request, found, draft.origin, requester=name, in_stay=isinstance(at, StayRead))


async def read(asked: Asked, resource_id: str) -> ServiceRequest:
    """One order or referral; raises NotFound."""
    try:
        return words.to_fhir(await orders.get(asked.tx, as_id(resource_id, "service request")))
    except NotFound:
        return await referral.read_request(asked, resource_id)


async def search(asked: Asked, query: Query) -> Hits:
    """A page of orders and referrals, newest first."""
    found: list[ServiceRequest] = []
    more = replace(query, count=query.count + 1)
    page = await orders.find(asked.tx, _wanted(query), limit=more.count, cursor=query.cursor)
    found += [words.to_fhir(one) for one in page.items]
    if not any(query.tokens.get(name) for name in _OF_ORDERS_ALONE):
        hits = await referral.search_requests(asked, more)
        found += [one for one in hits.resources if isinstance(one, ServiceRequest)]
    newest: list[Any] = sorted(found, key=lambda one: one.id or "", reverse=True)
    shown = page_of(newest, query.count, lambda one: one)
    return Hits(shown.items, shown.next_cursor)


def _wanted(query: Query) -> OrderSearch:
    patients, codes, status = query.one_reference("patient", "subject"), query.one_token("code"), _status(query)
    return OrderSearch(
        ids=query.ids(),
        identifiers=finding.identifiers(query.one_token("identifier")),
        patient_ids=None if patients is None else as_uuids(patients),
        codes=None if codes is None else [(one.system, one.code) for one in codes],
        states=status,
        ordered=finding.between(query, "authored"),
        changed=finding.between(query, "_lastUpdated"),
    )


def _status(query: Query) -> list[OrderState] | None:
    asked: Sequence[TokenAsked] | None = query.one_token("status")
    return None if asked is None else [OrderState(one.code) for one in asked if one.code in list(OrderState)]


async def known(asked: Asked, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Stored]:
    """Which of these identifiers are taken."""
    return there(await naming.owners(asked.tx, Named.ORDER, pairs))


KIND = Kind(
    ServiceRequest, PARAMETERS, read, search, create=create, update=update, known=known, links=words.links
)  # fmt: skip
