"""The directory finds the route that trying all of them in turn would have found, for any method and address."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Match

from services.coordination.app import SERVICE as COORDINATION
from services.monitoring.app import SERVICE as MONITORING
from shared.web.directory import Directory
from shared.web.route import flat

SERVICES = {"coordination": COORDINATION, "monitoring": MONITORING}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ODD = ("", "x", "batch", "R4", "v1", "x\n", "a b", "é", ".", "..", "{patient_id}", "$summary")


async def usual(*_: Any) -> None:
    raise AssertionError("not called")


@cache
def routes(service: str) -> Sequence[APIRoute]:
    found = [route for router in SERVICES[service].routers for route in flat(router.routes)]
    return [route for route in found if isinstance(route, APIRoute)]


@cache
def directory(service: str) -> Directory:
    return Directory(routes(service), usual)


def in_turn(service: str, method: str, path: str) -> tuple[APIRoute, dict[str, Any]] | None:
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    for route in routes(service):
        match, found = route.matches(scope)
        if match == Match.FULL:
            return route, found["path_params"]
    return None


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_found_by_its_own_address(service: str) -> None:
    assert len(routes(service)) > 100
    for route in routes(service):
        path = "/".join("one" if word.startswith("{") else word for word in route.path.split("/"))
        for method in route.methods or ():
            found = directory(service).find(method, path)
            assert found is not None, f"{method} {route.path} goes the long way"
            assert found == in_turn(service, method, path)


@pytest.mark.parametrize("path", ["", "*", "/", "//", "v1/patients"])
def test_what_is_no_address_leads_nowhere(path: str) -> None:
    for method in METHODS:
        assert directory("coordination").find(method, path) is None


words = st.one_of(st.sampled_from(ODD), st.text(max_size=5))


@pytest.mark.parametrize("service", SERVICES)
@given(draw=st.data())
def test_any_address_leads_where_trying_in_turn_leads(service: str, draw: st.DataObject) -> None:
    parts = draw.draw(st.sampled_from(routes(service))).path.split("/")
    path = "/".join(
        draw.draw(words) if word.startswith("{") or draw.draw(st.integers(0, 9)) == 0 else word for word in parts
    )
    method = draw.draw(st.sampled_from(METHODS))
    found = directory(service).find(method, path)
    if path.endswith("\n") and found is None:
        # A pattern's end matches before a last line feed; such an address may go the usual way.
        return
    assert found == in_turn(service, method, path)
