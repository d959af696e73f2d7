"""Resources written by others, good and bad: each is stored or refused in FHIR's words, and nothing breaks."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, Pair
from tests.support.makers_fhir import codes

TAKEN = {
    "coordination": {"Patient", "Encounter", "Condition", "Practitioner", "Organization"},
    "monitoring": {"Patient", "Observation"},
}


def strangers(folder: Path) -> Iterator[bytes]:
    yield from gzip.decompress(
        (folder / "hl7_r4_examples" / "hl7.fhir.r4.examples-4.0.1.instances.ndjson.gz").read_bytes()
    ).splitlines()
    yield from gzip.decompress((folder / "us_core_610" / "examples.ndjson.gz").read_bytes()).splitlines()
    for name in ("validator_cases", "ig_cgm", "ig_bser"):
        yield from (path.read_bytes() for path in sorted((folder / name).glob("*.json")) if path.name != "index.json")


def type_of(body: bytes) -> str | None:
    try:
        raw = json.loads(body)
    except ValueError:
        return None
    return raw.get("resourceType") if isinstance(raw, dict) else None


async def send(api: Api, address: str, body: bytes) -> tuple[int, Any]:
    client = api.as_(Role.INTEGRATION)
    answer = await client.post(address, content=body, headers={"content-type": "application/fhir+json"})
    assert answer.headers["content-type"] == "application/fhir+json"
    return answer.status_code, answer.json()


@pytest.mark.parametrize("service", TAKEN)
async def test_every_example_of_a_type_that_is_taken_is_stored_or_refused(
    service: str, pair: Pair, real_data: Path
) -> None:
    api: Api = getattr(pair, service)
    outcomes: dict[int, int] = {}
    for body in strangers(real_data):
        name = type_of(body)
        if name not in TAKEN[service] | {"Bundle"}:
            continue
        status, said = await send(api, "/fhir/R4" if name == "Bundle" else f"/fhir/R4/{name}", body)
        outcomes[status] = outcomes.get(status, 0) + 1
        if status >= 400:
            assert all(code for code in codes(said))
            assert status < 500
    assert outcomes.get(201, 0) > 0
    assert sum(outcomes.values()) > 50


async def test_what_is_no_json_and_no_resource_is_refused(pair: Pair, real_data: Path) -> None:
    for body in strangers(real_data):
        if type_of(body) is None:
            status, said = await send(pair.coordination, "/fhir/R4/Patient", body)
            assert (status, codes(said)) in [(400, ["body.not-json"]), (400, ["resource-type.mismatch"])]
