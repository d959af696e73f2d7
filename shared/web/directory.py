"""Finds the route of an address by its fixed words; trying each route in turn took longer than reading a small row.

What is found here is what trying them in turn would have found. What is not found here goes the usual way, which also
says what is wrong with it: another method, another address.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter

from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

_Place = tuple[str, int, str, str | None]
"""A method, the number of words, and the first two of them; None where the second is a parameter."""


class Directory:
    """In front of a router: hands a request straight to its route, or to the router."""

    def __init__(self, routes: Iterable[BaseRoute], usual: ASGIApp) -> None:
        self.usual = usual
        self.known: dict[_Place, list[tuple[int, APIRoute]]] = defaultdict(list)
        for number, route in enumerate(routes):
            if not isinstance(route, APIRoute) or not _is_plain(route):
                # It may match what follows it, so the order counts from here on.
                break
            _, first, *more = words = route.path_format.split("/")
            second = None if more and "{" in more[0] else "".join(more[:1])
            for method in route.methods or ():
                self.known[method, len(words), first, second].append((number, route))

    def find(self, method: str, path: str) -> tuple[APIRoute, dict[str, str]] | None:
        """The first route of this method and address, with the parameters in the address."""
        if not path.startswith("/"):
            return None
        _, first, *more = words = path.split("/")
        within = method, len(words), first
        places = (*within, "".join(more[:1])), (*within, None)
        found = [each for place in places if place in self.known for each in self._matching(place, path)]
        if not found:
            return None
        _, route, parameters = min(found, key=itemgetter(0))
        return route, parameters

    def _matching(self, place: _Place, path: str) -> Iterator[tuple[int, APIRoute, dict[str, str]]]:
        for number, route in self.known[place]:
            if (match := route.path_regex.match(path)) is not None:
                yield number, route, match.groupdict()
                return

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        found = None
        if scope["type"] == "http" and not scope.get("root_path"):
            found = self.find(scope["method"], scope["path"])
        if found is None:
            await self.usual(scope, receive, send)
            return
        route, scope["path_params"] = found
        scope["route"], scope["endpoint"] = route, route.endpoint
        await route.app(scope, receive, send)


def _is_plain(route: APIRoute) -> bool:
    """Whether each parameter is one whole word, and the first word is none."""
    _, first, *more = route.path_format.split("/")
    whole = all("{" not in word or (word[0], word[-1], word.count("{")) == ("{", "}", 1) for word in more)
    texts = all(isinstance(kind, StringConvertor) for kind in route.param_convertors.values())
    return whole and texts and "{" not in first
