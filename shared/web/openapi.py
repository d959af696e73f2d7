"""What the door asks of every request, said once in the OpenAPI document."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI

from shared.kit.policy import Policy
from shared.kit.settings import Settings
from shared.vocabulary import Role
from shared.web.examples import fill
from shared.web.route import DoorRoute, flat

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details; `code` is stable, `detail` says what to do.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
    },
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "A fresh UUID per new request; a repeat with the same key gets the first answer again.",
}
_NOW = {
    "name": "Careweave-Now",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "format": "date-time"},
    "description": "Development only: the instant this request takes as now.",
}
_ORGANIZATION = {
    "name": "Careweave-Organization",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "format": "uuid"},
    "description": "With a service's token only, whose token names no organization: whom the call is about.",
}
KEYLESS = "x-keyless"
"""Marks a write that refuses a key, because its answer must not be kept."""
_LAST = ("fhir", "ops", "health")
_WRITES = frozenset({"post", "put", "patch", "delete"})


def describe_door(app: FastAPI, policy: Policy) -> None:
    """Extend the app's document with the bearer scheme, the door's headers, the problem type, and who may do what."""
    plain = app.openapi
    actions = {route.operation_id for route in flat(app.routes) if isinstance(route, DoorRoute)}

    settings: Settings = app.state.settings

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = plain()
        _extend(document, actions, policy, simulated=settings.simulated_time)
        if settings.examples_file is not None and not fill(document, Path(settings.examples_file), settings.service):
            # The demo data are still being made: ask again next time.
            app.openapi_schema = None
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _extend(document: dict[str, Any], actions: set[str | None], policy: Policy, *, simulated: bool) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    _order(document)
    for path in document["paths"].values():
        for method, operation in path.items():
            operation["summary"] = _summed_up(operation.get("description", operation["summary"]))
            if operation.get("operationId") in actions:
                _extend_operation(method, operation, simulated=simulated)
                _tell_roles(operation, policy)


def _order(document: dict[str, Any]) -> None:
    """The subject matter first; what operators and machines ask comes last."""
    found = {tag: None for path in document["paths"].values() for each in path.values() for tag in each["tags"]}
    document["tags"] = [
        {"name": tag} for tag in sorted(found, key=lambda tag: _LAST.index(tag) if tag in _LAST else -1)
    ]


def _summed_up(description: str) -> str:
    """The first sentence, which says more than the name of the function."""
    return description.partition("\n")[0].partition(". ")[0].rstrip(".")


def _extend_operation(method: str, operation: dict[str, Any], *, simulated: bool) -> None:
    operation["security"] = [{"bearer": []}]
    keyed = method in _WRITES and not operation.pop(KEYLESS, False)
    headers = ([_KEY] if keyed else []) + ([_NOW] if simulated else [])
    # Copies: each operation gets an example of its own.
    operation["parameters"] = [*operation.get("parameters", []), *map(dict, headers)]
    responses = operation["responses"]
    responses.pop("422", None)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses["default"] = {"description": "A refusal, with its code and what to do.", "content": content}


def _tell_roles(operation: dict[str, Any], policy: Policy) -> None:
    rule = policy.get(operation["operationId"])
    roles = [role for role in Role if rule is not None and role in rule.roles]
    if Role.SERVICE in roles:
        operation["parameters"].append(dict(_ORGANIZATION))
    operation["x-roles"] = [str(role) for role in roles]
    operation["description"] = f"{operation.get('description', '')}\n\n**For:** {', '.join(roles)}".strip()
