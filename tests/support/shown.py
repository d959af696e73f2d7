"""What /docs would send when somebody presses Execute: the request that an OpenAPI document shows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shared.vocabulary import Role


@dataclass(frozen=True)
class Shown:
    """The example of one operation for one medium of its body; ``missing`` names what it must show and does not."""

    operation: str
    method: str
    path: str
    role: Role | None
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes | None
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.operation})"


def shown(document: dict[str, Any]) -> Iterator[Shown]:
    """Every example of a document: parameters that have one, each body."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            bodies = operation.get("requestBody", {}).get("content", {"": {}})
            for medium, body in bodies.items():
                yield _request(path, method, operation, medium, body)


def _request(path: str, method: str, operation: dict[str, Any], medium: str, body: dict[str, Any]) -> Shown:
    query: dict[str, str] = {}
    headers = {"Content-Type": medium} if medium else {}
    # As /docs does it: what the operation answers with is what is asked for.
    if any("text/event-stream" in each.get("content", {}) for each in operation["responses"].values()):
        headers["Accept"] = "text/event-stream"
    missing = []
    for parameter in operation.get("parameters", []):
        name, place = parameter["name"], parameter["in"]
        value = parameter.get("example")
        if value is None:
            missing += [name] if parameter.get("required") else []
        elif place == "path":
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        else:
            (query if place == "query" else headers)[name] = value
    if medium and "example" not in body:
        missing.append("the body")
    if "ndjson" in medium and "Idempotency-Key" in headers:
        # A second medium is a second request.
        headers["Idempotency-Key"] += "-ndjson"
    role = operation.get("x-example-role")
    content = None if not medium else _written(body.get("example"))
    who = role and Role(role)
    return Shown(operation["operationId"], method.upper(), path, who, query, headers, content, tuple(missing))


def _written(example: Any) -> bytes:
    return example.encode() if isinstance(example, str) else json.dumps(example).encode()
