"""The published documents are those of the applications, and each service calls what the other offers (S20)."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.coordination import app as coordination
from services.monitoring import app as monitoring
from shared.kit.settings import from_environment

APPS = {"coordination": coordination, "monitoring": monitoring}
PEER = {"coordination": "monitoring", "monitoring": "coordination"}


@cache
def document(service: str) -> dict[str, dict[str, object]]:
    environ = {f"{service.upper()}_DATABASE_URL": "postgresql://nobody@/none"}
    app = APPS[service].create(from_environment(service, PEER[service], environ))
    found: dict[str, dict[str, object]] = app.openapi()
    return found


@pytest.mark.parametrize("service", APPS)
def test_the_published_document_is_the_applications_own(service: str) -> None:
    published = json.loads(Path(f"docs/openapi/{service}.json").read_text())
    assert published == json.loads(json.dumps(document(service))), "run make openapi"


@pytest.mark.parametrize("service", APPS)
def test_every_call_of_the_client_is_an_operation_of_the_other_service(service: str) -> None:
    text = Path(f"services/{service}/clients/{PEER[service]}.py").read_text()
    calls = re.findall(r'method="(\w+)", path=f?"([^"]+)"', text)
    offered = {
        (method.upper(), re.sub(r"\{[^}]+\}", "{}", path))
        for path, operations in document(PEER[service])["paths"].items()
        for method in operations  # type: ignore[attr-defined]
    }
    assert calls
    assert {(method, re.sub(r"\{.+\}", "{}", path)) for method, path in calls} <= offered


@pytest.mark.parametrize("service", APPS)
def test_an_operation_is_summed_up_by_its_first_sentence_and_says_who_may(service: str) -> None:
    found = document(service)
    tags = [tag["name"] for tag in found["tags"]]  # type: ignore[index]
    assert tags[-3:] == ["fhir", "ops", "health"]
    for operations in found["paths"].values():
        for operation in operations.values():  # type: ignore[attr-defined]
            assert operation["description"].startswith(operation["summary"])
            assert operation.get("x-roles") or not operation.get("security"), operation["operationId"]


# FHIR lets a sender know more of a resource than we keep: tests/contracts/test_validation.py says what becomes of it.
FHIR = "application/fhir+json"
# A draft is kept as it was written and told what is wrong with it: tests/api/monitoring/test_protocol_versions.py.
DRAFTS = {"protocol-versions.draft", "protocol-versions.revise"}


def open_objects(schema: object, schemas: dict[str, object], seen: set[str]) -> Iterator[str]:
    """Titles of objects within a schema that would take a field which is not theirs."""
    if isinstance(schema, list):
        for each in schema:
            yield from open_objects(each, schemas, seen)
    if not isinstance(schema, dict):
        return
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name and name not in seen:
        seen.add(name)
        yield from open_objects(schemas[name], schemas, seen)
    # A map names the schema of its keys or values; an object of fields takes these and no other.
    free = schema.get("additionalProperties", schema.get("patternProperties", True))
    if schema.get("type") == "object" and (free is True or ("properties" in schema and free is not False)):
        yield str(schema.get("title", schema))
    for key, value in schema.items():
        if key not in ("example", "examples", "default", "enum", "const"):
            yield from open_objects(value, schemas, seen)


@pytest.mark.parametrize("service", APPS)
def test_no_body_takes_a_field_that_is_not_its_own(service: str) -> None:
    """S4, for every model that any operation reads, down to the last."""
    found: Any = document(service)
    seen: set[str] = set()
    open_ones: dict[str, str] = {}
    asked = 0
    for operations in found["paths"].values():
        for operation in operations.values():
            for medium, body in operation.get("requestBody", {}).get("content", {}).items():
                if medium != FHIR:
                    asked += 1
                    for title in open_objects(body["schema"], found["components"]["schemas"], seen):
                        open_ones.setdefault(operation["operationId"], title)
    assert {action: title for action, title in open_ones.items() if action not in DRAFTS} == {}
    assert asked > 80
    assert len(seen) > 100
