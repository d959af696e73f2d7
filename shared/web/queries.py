"""Query parameters that nobody knows, or that come twice, are refused: the answer would be to another question."""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, get_args, get_origin

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams

from shared.kit.problems import Problem

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_FHIR = "/fhir"  # searches have rules of their own: see shared/fhir/search.py


class UnknownParameter(Problem):
    code = "query.unknown-parameter"
    title = "No such query parameter"


class RepeatedParameter(Problem):
    code = "query.repeated-parameter"
    title = "A query parameter came more than once"


def only_known(route: APIRoute, inner: _Handler) -> _Handler:
    """``inner``, after a look at the names in the address. Raises UnknownParameter, with the names that are known, and
    RepeatedParameter.
    """
    if route.path.startswith(_FHIR):
        return inner
    lists = dict(_names(route.dependant))
    known = frozenset(lists)

    async def handle(request: Request) -> Response:
        if request.url.query:
            _check(request.query_params, lists, known)
        return await inner(request)

    return handle


def _check(sent: QueryParams, lists: Mapping[str, bool], known: frozenset[str]) -> None:
    if not known.issuperset(sent):
        raise _refusal(known)
    names = [name for name, _ in sent.multi_items()]
    if len(names) > len(sent):
        twice = sorted(name for name in sent if names.count(name) > 1 and not lists[name])
        if twice:
            raise RepeatedParameter(f"{', '.join(twice)} takes one value here. Ask once for each.", repeated=twice)


def _names(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The names of query parameters, and whether each takes several values."""
    for parameter in dependant.query_params:
        yield parameter.alias, _takes_several(parameter.field_info.annotation)
    for each in dependant.dependencies:
        yield from _names(each)


def _takes_several(annotation: Any) -> bool:
    return any(get_origin(each) is list for each in (annotation, *get_args(annotation)))


def _refusal(known: frozenset[str]) -> UnknownParameter:
    # What was sent is not repeated: it could name a person.
    names = sorted(known)
    said = f"Known are: {', '.join(names)}." if names else "It takes none."
    return UnknownParameter(f"A query parameter is not known here; check the spelling. {said}", known=names)
