"""The FHIR endpoint of a service: one set of routes for every resource type in its table."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from shared.db.turns import take_turn
from shared.fhir import entries, search, wire
from shared.fhir.bundle import process
from shared.fhir.capability import statement
from shared.fhir.examples import EXAMPLES
from shared.fhir.kind import Asked, Draft, Kind, Kinds, Stored, render
from shared.fhir.outcome import from_notes, from_problem
from shared.fhir.query import COMMON
from shared.fhir.references import References, already
from shared.fhir.searchset import searchset
from shared.fhir.validation import validate
from shared.kit.clock import read_instant
from shared.kit.policy import Policy
from shared.kit.problems import Problem
from shared.web.route import Router

PREFIX = "/fhir/R4"
AS_OF = "careweave-as-of"
_TAGS: list[Any] = ["fhir"]

Answer = Callable[..., Awaitable[Response]]


class MediaTypeNotTaken(Problem):
    status = 415
    code = "body.media-type"
    title = "The body is not FHIR JSON"


class BadAsOf(Problem):
    status = 400
    code = "as-of.invalid"
    title = "Careweave-As-Of is not an instant"


def fhir_routers(kinds: Kinds, policy: Policy, *, title: str) -> tuple[APIRouter, APIRouter]:
    """The routers of one endpoint: the public statement of what it offers, and everything behind the door."""
    public = APIRouter(prefix=PREFIX, tags=_TAGS)
    router = Router(prefix=PREFIX, tags=_TAGS)

    @public.get("/metadata", operation_id="fhir.metadata")
    async def metadata(request: Request) -> Response:
        """The CapabilityStatement: what this endpoint offers, made from the same table as its routes."""
        return _answer(statement(kinds, title=title, base=_base(request)))

    @router.post("", operation_id="fhir.bundle", openapi_extra=_body("Bundle"))
    async def bundle(request: Request) -> Response:
        """A batch (each entry for itself) or a transaction (all or nothing); entries may refer to one another."""
        return _answer(await process(_asked(request, policy), await _resource(request), kinds))

    for name in kinds:
        _add(router, kinds, kinds[name], policy)
    return public, router


def _add(router: Router, kinds: Kinds, kind: Kind[Any], policy: Policy) -> None:
    async def create(request: Request) -> Response:
        return await _create(request, kinds, kind, policy)

    async def find(request: Request) -> Response:
        asked = _asked(request, policy)
        lenient = "handling=lenient" in request.headers.get("prefer", "")
        query = request.url.query
        parsed = search.parse(parse_qsl(query, keep_blank_values=True), kind.parameters, lenient=lenient)
        hits = await kind.search(asked, parsed)
        return _answer(searchset(hits, kind.name, base=asked.base, asked=query, ignored=parsed.ignored))

    async def read(request: Request, resource_id: str) -> Response:
        return _read_answer(await kind.read(_asked(request, policy), resource_id))

    async def update(request: Request, resource_id: str) -> Response:
        asked = _asked(request, policy)
        version = entries.version_of(request.headers.get("if-match"))
        resource = entries.named(kind, resource_id, await _resource(request))
        links, notes = await References(asked, kinds).resolve(kind.links(resource))
        assert kind.update is not None
        draft: Draft[Any] = Draft(resource, links, None, tuple(notes))
        return await _created(request, asked, kind, await kind.update(asked, resource_id, version, draft))

    name = kind.name
    update.__doc__ = f"Replace a {name} whole; If-Match names the version you last read."
    create.__doc__ = f"Create a {name}; with If-None-Exist only when no other fits that search."
    find.__doc__ = f"Search for {name} by: {', '.join(sorted({**COMMON, **kind.parameters}))}."
    read.__doc__ = f"Read a {name}; its version is the ETag."
    made: list[tuple[Answer, str, str, str]] = [
        (create, "POST", f"/{name}", "create"),
        (find, "GET", f"/{name}", "search"),
        (read, "GET", f"/{name}/{{resource_id}}", "read"),
    ]
    if kind.update is not None:
        made.append((update, "PUT", f"/{name}/{{resource_id}}", "update"))
    shown = {"create": _body(name) if kind.creates else None, "update": _put(name) if kind.update else None}
    shown["search"] = _parameters(kind)
    for endpoint, method, path, act in made if kind.creates else made[1:]:
        router.add_api_route(
            path, endpoint, methods=[method], operation_id=kind.action(act), openapi_extra=shown.get(act),
            name=kind.action(act),
        )  # fmt: skip


async def _create(request: Request, kinds: Kinds, kind: Kind[Any], policy: Policy) -> Response:
    asked = _asked(request, policy)
    resource = validate(kind.model, await _resource(request))
    condition = request.headers.get("if-none-exist")
    if condition is not None:
        asked.allow(kind.action("search"))
        # Of two at the same moment, the second looks when the first is done.
        await take_turn(asked.tx, f"{kind.name}?{condition}")
        found = await already(asked, kind, condition)
        if found is not None:
            return await _created(request, asked, kind, found)
    links, notes = await References(asked, kinds).resolve(kind.links(resource))
    draft: Draft[Any] = Draft(resource, links, None, tuple(notes))
    if kind.create is not None:
        return await _created(request, asked, kind, await kind.create(asked, draft))
    assert kind.create_many is not None
    (result,) = await kind.create_many(asked, [draft])
    if isinstance(result, Problem):
        # Returned, not raised: what was put aside for a person to look at must outlive the request.
        return _answer(from_problem(result, root=kind.name), result.status)
    return await _created(request, asked, kind, result)


async def _created(request: Request, asked: Asked, kind: Kind[Any], stored: Stored) -> Response:
    headers = {"Location": f"{asked.base}/{kind.name}/{stored.id}"}
    if stored.version is not None:
        headers["ETag"] = f'W/"{stored.version}"'
    status = 201 if stored.created else 200
    prefer = request.headers.get("prefer", "")
    if "return=minimal" in prefer:
        return Response(None, status, headers)
    said = from_notes(stored.notes, root=kind.name)
    if said is not None and "return=representation" not in prefer:
        return _answer(said, status, headers)
    return _answer(render(await kind.read(asked, stored.id)), status, headers)


def _read_answer(resource: Any) -> Response:
    headers = {"ETag": f'W/"{resource.meta.version_id}"'}
    if resource.meta.last_updated is not None:
        moment = datetime.fromisoformat(resource.meta.last_updated)
        headers["Last-Modified"] = moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return _answer(render(resource), headers=headers)


def _answer(resource: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(wire.dump(resource), status, headers, media_type=wire.MEDIA_TYPE)


async def _resource(request: Request) -> dict[str, Any]:
    media = request.headers.get("content-type", wire.MEDIA_TYPE).partition(";")[0].strip().lower()
    if media not in (wire.MEDIA_TYPE, "application/json", "application/json+fhir"):
        raise MediaTypeNotTaken(f"Send {wire.MEDIA_TYPE}: XML and other forms are not taken.")
    return wire.parse(await request.body())


def _asked(request: Request, policy: Policy) -> Asked:
    state = request.state
    return Asked(state.tx, state.actor, state.now, policy, _as_of(request), _base(request))


def _as_of(request: Request) -> datetime | None:
    said = request.headers.get(AS_OF)
    if said is None:
        return None
    try:
        return read_instant(said)
    except ValueError:
        raise BadAsOf("Write it with its offset, like 2026-09-04T00:00:00-04:00 or …Z.") from None


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{PREFIX}"


def _body(name: str) -> dict[str, Any]:
    schema = {"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"const": name}}}
    content = {wire.MEDIA_TYPE: {"schema": schema, "example": EXAMPLES[name]}}
    return {"requestBody": {"required": True, "content": content}}


def _put(name: str) -> dict[str, Any]:
    if_match = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
    return {**_body(name), "parameters": [if_match]}


def _parameters(kind: Kind[Any]) -> dict[str, Any]:
    names = [*sorted({**COMMON, **kind.parameters}), "_count"]
    schema = {"type": "string"}
    return {"parameters": [{"name": name, "in": "query", "required": False, "schema": schema} for name in names]}
