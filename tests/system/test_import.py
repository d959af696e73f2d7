"""``make import`` as it is typed: a folder of FHIR Bundles goes to both services, and a second time changes nothing."""

import asyncio
import csv
import gzip
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from shared.vocabulary import Role
from tests.support import postgres
from tests.support.makers_fhir import Json, a_bundle, a_condition, a_hospital_stay, a_patient, a_weight
from tests.support.running import Running, running

ROSA, WEIGHT, HEIGHT = (f"urn:uuid:11111111-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
ADMITTED, LEFT, AS_OF = "2024-01-15T11:00:00-05:00", "2024-01-20T15:00:00-05:00", "2024-01-31"
MRN = {"system": "https://example.org/mrn", "value": "IMPORT-1"}
COUNTS = {
    ("coordination", "Condition"): 1,
    ("coordination", "Encounter"): 1,
    ("coordination", "Organization"): 1,
    ("coordination", "Patient"): 1,
    ("coordination", "Practitioner"): 1,
    ("monitoring", "Observation"): 2,
    ("monitoring", "Patient"): 1,
}
REFUSED = {("monitoring", "Observation", "observation.not-a-metric"): 1}


@pytest.fixture(scope="module")
async def pair(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running(server, tmp_path_factory.mktemp("pair"), "coordination", "monitoring") as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hospital's directory, compressed, and one plainly fictional patient."""

    def entry(resource: Json, address: str | None = None) -> Json:
        return {"fullUrl": address or f"urn:uuid:{uuid4()}", "resource": resource}

    clinic: Json = {"resourceType": "Organization", "identifier": [{"system": MRN["system"], "value": "ORG-1"}]}
    clinic |= {"active": True, "name": "Example General"}
    doctor: Json = {"resourceType": "Practitioner", "identifier": [{"system": MRN["system"], "value": "DOC-1"}]}
    doctor |= {"active": True, "name": [{"family": "Example", "given": ["Dora"]}]}
    height = a_weight(ROSA, 170, "2024-01-21T07:00:00-05:00")
    height["code"] = {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]}
    height["valueQuantity"] |= {"unit": "cm", "code": "cm"}
    person = a_bundle(
        "collection",
        entry(a_patient(identifier=[MRN]), ROSA),
        entry(a_hospital_stay(ROSA, ADMITTED, LEFT, identifier=[{**MRN, "value": "STAY-1"}])),
        entry(a_condition(ROSA, identifier=[{**MRN, "value": "CONDITION-1"}])),
        entry(a_weight(ROSA, 81.0, "2024-01-21T07:00:00-05:00"), WEIGHT),
        entry(height, HEIGHT),
        entry({"resourceType": "Immunization", "status": "completed"}),
    )
    found = tmp_path / "bundles"
    found.mkdir()
    (found / "hospital.json.gz").write_bytes(
        gzip.compress(json.dumps(a_bundle("batch", entry(clinic), entry(doctor))).encode())
    )
    (found / "rosa.json").write_text(json.dumps(person))
    return found


async def imports(pair: Running, folder: Path, organization: UUID, *more: str) -> str:
    """The command; gives what it printed."""
    environment = {**os.environ, "CAREWEAVE_FOLDER": str(pair.folder), "COLUMNS": "180"}
    environment |= {f"{name.upper()}_PORT": str(port) for name, port in pair.ports.items()}
    command = [sys.executable, "-m", "deploy.local.importer", str(folder), "--org", str(organization), *more]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe)
    said, wrong = await process.communicate()
    assert process.returncode == 0, said.decode() + wrong.decode()
    return said.decode()


def rows(said: str, title: str) -> list[list[str]]:
    """The rows of one of the printed tables."""
    _, found, rest = said.partition(title)
    assert found, said
    table = rest.partition("└")[0].splitlines()
    return [[cell.strip() for cell in line.strip("│ ").split("│")] for line in table if line.startswith("│")]


def by_type(said: str) -> dict[tuple[str, str], tuple[int, ...]]:
    """Sent, stored, already there and refused, by service and type."""
    found = rows(said, "Sent, by service and resource type")
    return {(service, name): tuple(map(int, counts)) for service, name, *counts in found}


async def stored(pair: Running) -> dict[str, int]:
    """How many of each type both services hold for the organization."""
    found = {}
    for service, name in COUNTS:
        async with pair.client(service, Role.INTEGRATION) as client:
            query = {} if name != "Observation" else {"patient": await patient_of(client)}
            bundle = (await client.get(f"/fhir/R4/{name}", params=query)).raise_for_status().json()
        found[f"{service} {name}"] = len(bundle.get("entry", []))
    return found


async def patient_of(client: httpx.AsyncClient) -> str:
    """The service's reference to the one patient."""
    (one,) = (await client.get("/fhir/R4/Patient")).raise_for_status().json()["entry"]
    return f"Patient/{one['resource']['id']}"


async def needs(pair: Running) -> int:
    async with pair.client("coordination", Role.COORDINATOR) as nurse:
        return len((await nurse.get("/v1/needs")).raise_for_status().json()["items"])


async def test_a_folder_goes_in_once_and_the_tables_say_what_became_of_it(pair: Running, folder: Path) -> None:
    pair.organization = uuid4()
    said = await imports(pair, folder, pair.organization, "--as-of", AS_OF)
    refused = {key: sum(n for each, n in REFUSED.items() if each[:2] == key) for key in COUNTS}
    assert by_type(said) == {key: (n, n - refused[key], 0, refused[key]) for key, n in COUNTS.items()}
    assert {tuple(row[:3]): int(row[3]) for row in rows(said, "Refused, by reason")} == REFUSED
    assert "Taken by neither service: Immunization 1" in said
    with (pair.folder / "import.csv").open() as stream:
        listed = list(csv.DictReader(stream))
    assert [(row["file"], row["address"], row["reason"]) for row in listed] == [
        ("rosa.json", HEIGHT, "observation.not-a-metric")
    ]
    before, opened = await stored(pair), await needs(pair)
    assert before == {f"{service} {name}": n - refused[service, name] for (service, name), n in COUNTS.items()}
    assert opened > 0, "the stay ended within 30 days of AS_OF"

    again = await imports(pair, folder, pair.organization, "--as-of", AS_OF)
    assert by_type(again) == {key: (n, 0, n - refused[key], refused[key]) for key, n in COUNTS.items()}
    assert (await stored(pair), await needs(pair)) == (before, opened)


async def test_without_as_of_an_old_discharge_opens_no_work(pair: Running, folder: Path) -> None:
    pair.organization = uuid4()
    said = await imports(pair, folder, pair.organization)
    assert by_type(said)["coordination", "Encounter"] == (1, 1, 0, 0)
    assert await needs(pair) == 0
