"""The published documents are those of the applications, and each service calls what the other offers (S20)."""

import json
import re
from pathlib import Path

import pytest

from services.coordination import app as coordination
from services.monitoring import app as monitoring
from shared.kit.settings import from_environment

APPS = {"coordination": coordination, "monitoring": monitoring}
PEER = {"coordination": "monitoring", "monitoring": "coordination"}


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
