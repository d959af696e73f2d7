"""Batch and transaction Bundles: dependency order, conditions, and what became of each entry."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from shared.db.session import known_failures
from shared.fhir import entries, search
from shared.fhir.conditions import Conditions, look_up
from shared.fhir.entries import Entry
from shared.fhir.kind import Asked, Draft, Kind, Kinds, Result, Stored, render
from shared.fhir.outcome import entry_root, from_notes, from_problem
from shared.fhir.problems import BundleInvalid, BundleTooLarge, TransactionRefused
from shared.fhir.references import References
from shared.fhir.searchset import searchset
from shared.kit.problems import Problem

Json = dict[str, Any]

MAX_ENTRIES = 5_000  # [default] the largest Bundle of a Synthea history has 1 244
MAX_READS = 100  # [default] reads of one Bundle: each may answer a page of 200
# What may be referred to comes first; nothing refers backwards among what is taken.
ORDER = (
    "Organization", "Practitioner", "Location", "PractitionerRole", "HealthcareService", "Schedule", "Slot",
    "Patient", "Encounter", "Condition", "ServiceRequest", "Observation",
)  # fmt: skip

Outcomes = dict[int, Result | Json]


async def process(asked: Asked, raw: Json, kinds: Kinds) -> Json:
    """Do what a Bundle asks, and answer the Bundle that says what became of each entry, in the order sent.

    A transaction stores all or nothing; in a batch each entry stands for itself. In both, entries may refer to
    one another by fullUrl, whatever their order.

    Raises:
        BundleInvalid: neither a batch nor a transaction, or entries that cannot be told apart.
        BundleTooLarge: more than ``MAX_ENTRIES`` entries, or ``MAX_READS`` of them that read.
        TransactionRefused: an entry of a transaction was refused; nothing is stored.
    """
    together = _check(raw) == "transaction"
    asked = replace(asked, each_alone=not together)
    outcomes: Outcomes = {}
    read = _read(asked, raw.get("entry", []), kinds, outcomes)
    _all_or_nothing(together, outcomes)
    references = References(asked, kinds, beside=[entry.resource for entry in read if entry.resource is not None])
    for entry in raw.get("entry", []):
        if isinstance(entry, dict) and isinstance(entry.get("fullUrl"), str):
            references.expect(entry["fullUrl"])
    for name in ORDER:
        group = [entry for entry in read if entry.kind.name == name and entry.method == "POST"]
        await _create(asked, references, group, outcomes)
        await _update(
            asked, references, [one for one in read if one.kind.name == name and one.method == "PUT"], outcomes
        )
        _all_or_nothing(together, outcomes)
    for entry in read:
        if entry.method == "GET":
            outcomes[entry.index] = await _get(asked, entry)
    _all_or_nothing(together, outcomes)
    methods = {entry.index: entry for entry in read}
    answered = [_answer(index, outcomes[index], methods) for index in sorted(outcomes)]
    kind = "transaction-response" if together else "batch-response"
    return {"resourceType": "Bundle", "type": kind} | ({"entry": answered} if answered else {})


def _check(raw: Json) -> str:
    if raw.get("resourceType") != "Bundle" or raw.get("type") not in ("batch", "transaction"):
        raise BundleInvalid("Send a Bundle of type batch or transaction here.", expression="Bundle.type")
    if "implicitRules" in raw:
        raise BundleInvalid("Rules named from outside are not understood here.", expression="Bundle.implicitRules")
    found = raw.get("entry", [])
    if not isinstance(found, list) or ("entry" in raw and not found):
        raise BundleInvalid("Bundle.entry is an array that is not empty.", expression="Bundle.entry")
    if len(found) > MAX_ENTRIES:
        raise BundleTooLarge(f"Send at most {MAX_ENTRIES} entries at once: split the Bundle.")
    reads = [entry for entry in found if isinstance(entry, dict) and _is_read(entry)]
    if len(reads) > MAX_READS:
        raise BundleTooLarge(f"Send at most {MAX_READS} reads and searches at once: split the Bundle.")
    urls = [entry["fullUrl"] for entry in found if isinstance(entry, dict) and isinstance(entry.get("fullUrl"), str)]
    if len(set(urls)) < len(urls):
        raise BundleInvalid("Two entries have the same fullUrl (bdl-7).", expression="Bundle.entry")
    kind: str = raw["type"]
    return kind


def _is_read(entry: Json) -> bool:
    request = entry.get("request")
    return isinstance(request, dict) and request.get("method") in ("GET", "HEAD")


def _read(asked: Asked, found: Sequence[Any], kinds: Kinds, outcomes: Outcomes) -> list[Entry]:
    read: list[Entry] = []
    for index, raw in enumerate(found):
        try:
            read.append(entries.read(asked, kinds, index, raw))
        except Problem as problem:
            outcomes[index] = problem
    return read


def _all_or_nothing(together: bool, outcomes: Outcomes) -> None:
    refused = [(index, found) for index, found in sorted(outcomes.items()) if isinstance(found, Problem)]
    if together and refused:
        raise TransactionRefused(refused)


@dataclass(frozen=True, slots=True)
class _Making:
    """What every entry of a group needs on its way to a draft."""

    asked: Asked
    references: References
    conditions: Conditions

    async def draft(self, entry: Entry) -> Draft[Any] | Stored:
        """The resource with its references resolved, or what its condition found."""
        found = await self.conditions.find(entry)
        if found is not None:
            return found
        links, notes = await self.references.resolve(entry.kind.links(entry.resource))
        return Draft(entry.resource, links, entry.origin, tuple(notes), self.references.beside)


async def _create(asked: Asked, references: References, group: Sequence[Entry], outcomes: Outcomes) -> None:
    if not group:
        return
    kind: Kind[Any] = group[0].kind
    making = _Making(asked, references, await look_up(asked, kind, group))
    if kind.create_many is None:
        for entry in group:
            outcomes[entry.index] = await _create_one(making, kind, entry)
    else:
        await _create_many(making, kind, group, outcomes)
    for entry in group:
        found = outcomes[entry.index]
        if entry.full_url is not None and isinstance(found, Stored):
            references.settle(entry.full_url, found)


async def _create_one(making: _Making, kind: Kind[Any], entry: Entry) -> Result:
    assert kind.create is not None
    try:
        draft = await making.draft(entry)
        if isinstance(draft, Stored):
            return draft
        with known_failures():
            async with _alone(making.asked):
                return await kind.create(making.asked, draft)
    except Problem as problem:
        return problem


async def _create_many(making: _Making, kind: Kind[Any], group: Sequence[Entry], outcomes: Outcomes) -> None:
    assert kind.create_many is not None
    drafts: dict[int, Draft[Any]] = {}
    for entry in group:
        try:
            draft = await making.draft(entry)
        except Problem as problem:
            outcomes[entry.index] = problem
            continue
        if isinstance(draft, Stored):
            outcomes[entry.index] = draft
        else:
            drafts[entry.index] = draft
    if drafts:
        results = await kind.create_many(making.asked, list(drafts.values()))
        outcomes.update(zip(drafts, results, strict=True))


async def _update(asked: Asked, references: References, group: Sequence[Entry], outcomes: Outcomes) -> None:
    for entry in group:
        outcomes[entry.index] = found = await _update_one(asked, references, entry)
        if entry.full_url is not None and isinstance(found, Stored):
            references.settle(entry.full_url, found)


async def _update_one(asked: Asked, references: References, entry: Entry) -> Result:
    kind = entry.kind
    assert kind.update is not None
    assert entry.resource is not None
    assert entry.id is not None
    try:
        links, notes = await references.resolve(kind.links(entry.resource))
        draft: Draft[Any] = Draft(entry.resource, links, None, tuple(notes), references.beside)
        with known_failures():
            async with _alone(asked):
                return await kind.update(asked, entry.id, entry.version or 0, draft)
    except Problem as problem:
        return problem


def _alone(asked: Asked) -> AbstractAsyncContextManager[object]:
    return asked.tx.begin_nested() if asked.each_alone else nullcontext()


async def _get(asked: Asked, entry: Entry) -> Json | Problem:
    try:
        if entry.id is not None:
            return render(await entry.kind.read(asked, entry.id))
        pairs = parse_qsl(entry.query, keep_blank_values=True)
        query = search.parse(pairs, entry.kind.parameters)
        hits = await entry.kind.search(asked, query)
        return searchset(hits, entry.kind.name, base=asked.base, asked=entry.query)
    except Problem as problem:
        return problem


def _answer(index: int, found: Result | Json, entries_read: Mapping[int, Entry]) -> Json:
    if isinstance(found, Problem):
        said = from_problem(found, root=entry_root(index, found))
        return {"response": {"status": status_line(found.status), "outcome": said}}
    if isinstance(found, Stored):
        name = entries_read[index].kind.name
        response: Json = {
            "status": status_line(201 if found.created else 200),
            "location": f"{name}/{found.id}",
        }
        if found.version is not None:
            response["etag"] = f'W/"{found.version}"'
        notes = from_notes(found.notes, root=f"Bundle.entry[{index}].resource")
        return {"response": response | ({"outcome": notes} if notes else {})}
    return {"resource": found, "response": {"status": status_line(200)}}


def status_line(status: int) -> str:
    """A status with its words, as Bundle.entry.response.status wants it."""
    return f"{status} {HTTPStatus(status).phrase}"
