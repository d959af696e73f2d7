"""Every route is behind the door, is in the policy table, and is in the OpenAPI document (L12, S1, S20)."""

import importlib
import pkgutil

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from services.coordination import app as coordination
from services.monitoring import app as monitoring
from shared.kit.settings import Settings
from shared.web.route import flat
from tests.support.published import document
from tests.support.routes import PUBLIC, Found, routes_of

SERVICES = {"coordination": coordination, "monitoring": monitoring}


def settings(service: str) -> Settings:
    return Settings(
        service,
        False,
        "postgresql+asyncpg://nobody@/none",
        "http://issuer",
        "careweave",
        "http://peer",
        service,
        "secret",
        1,
        False,
        1_000_000,
        None,
    )


def found(service: str) -> list[Found]:
    return list(routes_of(service, SERVICES[service].create(settings(service))))


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_behind_the_door_or_named_public(service: str) -> None:
    open_routes = {route.action for route in found(service) if not route.behind_the_door}
    assert open_routes <= PUBLIC


@pytest.mark.parametrize("service", SERVICES)
def test_the_policy_table_names_exactly_the_actions_that_exist(service: str) -> None:
    actions = {route.action for route in found(service) if route.behind_the_door}
    table = set(SERVICES[service].POLICY)
    within_bundles = {action for action in table if action.startswith("fhir.")}
    assert actions <= table
    assert table - within_bundles <= actions


@pytest.mark.parametrize("service", SERVICES)
def test_no_two_routes_share_an_action(service: str) -> None:
    actions = [route.action for route in found(service)]
    assert len(actions) == len(set(actions))


@pytest.mark.parametrize("service", SERVICES)
def test_every_router_that_is_written_is_included(service: str) -> None:
    package = importlib.import_module(f"services.{service}.api")
    modules = [
        importlib.import_module(each.name) for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    written = {
        (module.__name__, route.endpoint)
        for module in modules
        for router in vars(module).values()
        if isinstance(router, APIRouter)
        for route in flat(router.routes)
        if isinstance(route, APIRoute)
    }
    answered = {
        route.endpoint
        for route in flat(SERVICES[service].create(settings(service)).routes)
        if isinstance(route, APIRoute)
    }
    assert {place for place, endpoint in written if endpoint not in answered} == set()
    assert len(written) > 50


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_describes_every_route_and_its_refusals(service: str) -> None:
    operations = {
        operation["operationId"]: operation
        for path in document(service)["paths"].values()
        for operation in path.values()
    }
    behind = {route.action for route in found(service) if route.behind_the_door}
    assert behind <= operations.keys()
    for action in behind:
        assert operations[action]["security"] == [{"bearer": []}]
        assert "default" in operations[action]["responses"]
        assert operations[action].get("description"), f"{action} needs a docstring"
