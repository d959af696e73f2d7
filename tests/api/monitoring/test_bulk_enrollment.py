"""The patients that benchmarks measure against are rows as the API makes them."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from benchmarks import enrolling
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.apps import Api
from tests.support.makers_monitoring import local

AT = local("2026-09-04 15:20")
_ABOUT_PEOPLE = (
    "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN pg_class k ON k.relname = c.table_name"
    " WHERE c.table_schema = 'public' AND c.column_name IN ('patient_id', 'enrollment_id') AND NOT k.relispartition"
)
_COUNTED = frozenset({"seq"})


async def rows(owner: asyncpg.Connection, patient: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row about a patient by table, in words that do not name them."""
    enrollment = await owner.fetchval("SELECT id FROM enrollments WHERE patient_id = $1", patient)
    wanted = {(table, column) for table, column in await owner.fetch(_ABOUT_PEOPLE)} | {("patients", "id")}
    found: dict[str, list[dict[str, Any]]] = {}
    for table, column in sorted(wanted):
        about = enrollment if column == "enrollment_id" else patient
        for (text,) in await owner.fetch(f"SELECT to_jsonb(x) FROM {table} x WHERE x.{column} = $1", about):
            found.setdefault(table, []).append(plain(json.loads(text), patient, enrollment))
    return found


def plain(row: dict[str, Any], patient: UUID, enrollment: UUID) -> dict[str, Any]:
    """A row without what has to differ; ids of the two are named, so that they must be in the right place."""
    names = {str(patient): "the patient", str(enrollment): "the enrollment"}
    said = {name: names.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
    if "system" in said:
        assert said["value"].startswith("B-")
        said["value"] = "B"
    if said.get("id") not in names.values():
        said.pop("id", None)
    return {name: value for name, value in said.items() if name not in _COUNTED}


@pytest.mark.parametrize("protocol", enrolling.PROTOCOLS)
async def test_a_multiplied_patient_is_what_the_api_makes_of_another_person(
    monitoring: Api, server: postgres.Server, databases: dict[str, str], protocol: str
) -> None:
    name = databases["monitoring"].rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    nurse = monitoring.as_(Role.CASE_MANAGER, now=AT)
    first = await enrolling.through_api(nurse, protocol, 1, AT)
    other = await enrolling.through_api(nurse, protocol, 2, AT)
    await enrolling.multiply(owner, first, 1, 3)
    copy = enrolling.copy_of(first, 2)
    by_api = await rows(owner, other)
    assert set(by_api) == set(enrolling.TABLES)
    assert await rows(owner, copy) == by_api
    await owner.close()
    seen = await nurse.get("/v1/enrollments", params={"patient_id": str(copy)})
    assert [each["state"] for each in seen.json()["items"]] == ["active"]


async def test_a_multiplied_patient_is_followed_through_the_api(
    monitoring: Api, server: postgres.Server, databases: dict[str, str]
) -> None:
    name = databases["monitoring"].rsplit("/", 1)[1].split("?")[0]
    owner = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    nurse = monitoring.as_(Role.CASE_MANAGER, now=AT)
    enrolled = await enrolling.enroll(nurse, owner, {"diabetes": 3, "asthma": 2}, AT)
    await owner.close()
    assert {key: len(set(ids)) for key, ids in enrolled.items()} == {"diabetes": 3, "asthma": 2}
    low = {"metric": "glucose_smbg", "value": 50, "unit": "mg/dL", "source": "meter"}
    low |= {"patient_id": str(enrolled["diabetes"][2]), "observed_at": (AT + timedelta(hours=1)).isoformat()}
    device = monitoring.as_(Role.INTEGRATION, now=AT + timedelta(hours=2))
    answer = await device.post("/v1/readings", json=low)
    assert answer.status_code == 201
    assert answer.json()["alerts"], answer.text
