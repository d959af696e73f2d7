"""The routes of both services, as their applications have them."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.web.route import DoorRoute, flat

PUBLIC = {"health.live", "health.ready", "health.metrics", "health.alerting", "fhir.metadata"}


@dataclass(frozen=True)
class Found:
    """One method of one route."""

    service: str
    method: str
    path: str
    action: str
    behind_the_door: bool


def routes_of(service: str, app: FastAPI) -> Iterator[Found]:
    """Every HTTP route the application answers, walked down through included routers."""
    for route in flat(app.routes):
        if isinstance(route, APIRoute):
            for method in sorted(route.methods or ()):
                yield Found(service, method, route.path, str(route.operation_id), isinstance(route, DoorRoute))
