"""Query parameters that nobody knows are refused: a filter that is misspelt would answer with too much."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.kit.problems import Problem

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_FHIR = "/fhir"  # searches have rules of their own: see shared/fhir/search.py


class UnknownParameter(Problem):
    code = "query.unknown-parameter"
    title = "No such query parameter"


def only_known(route: APIRoute, inner: _Handler) -> _Handler:
    """``inner``, after a look at the names in the address. Raises UnknownParameter, with the names that are known."""
    if route.path.startswith(_FHIR):
        return inner
    known = frozenset(_names(route.dependant))

    async def handle(request: Request) -> Response:
        if request.url.query and not known.issuperset(request.query_params):
            raise _refusal(known)
        return await inner(request)

    return handle


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for each in dependant.dependencies:
        yield from _names(each)


def _refusal(known: frozenset[str]) -> UnknownParameter:
    # What was sent is not repeated: it could name a person.
    names = sorted(known)
    said = f"Known are: {', '.join(names)}." if names else "It takes none."
    return UnknownParameter(f"A query parameter is not known here; check the spelling. {said}", known=names)
