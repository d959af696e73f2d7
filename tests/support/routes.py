"""The routes of both services, as their applications have them."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.web.route import DoorRoute, flat

# Probes and the statement of what FHIR offers tell nothing of anybody. A reply link stands in for a token: a receiver
# without an account has none (docs/decisions, "Who holds a letter answers it"); tests/api/coordination/test_replies.py.
REPLIES = {"replies.open", "replies.unlock", "replies.act", "replies.document"}
PUBLIC = {"health.live", "health.ready", "health.metrics", "health.alerting", "fhir.metadata", *REPLIES}


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
