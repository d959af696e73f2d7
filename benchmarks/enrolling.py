"""Enrolled patients in their thousands: one of each protocol enrolled over HTTP, then multiplied row by row.

``tests/api/monitoring/test_bulk_enrollment.py`` holds a multiplied patient to be what the API makes of another person:
the same rows in the same tables, but for ids, the identifier's value and what the database counts.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import md5
from typing import Any
from uuid import UUID

import asyncpg
import httpx

ZONE = "America/New_York"
PROTOCOLS = ("diabetes", "heart-failure", "asthma", "copd", "hypertension", "ckd")
BASELINES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "heart-failure": (("dry_weight", "81.0", "kg"),),
    "asthma": (("pef_best", "420", "L/min"),),
    "copd": (("spo2", "94", "%"),),
}
"""What a nurse sets when she enrolls: without it the rules that compare with it look at nothing."""

# Every row that enrolling one patient makes, but for its audit row, which tells of a request.
TABLES = ("patients", "patient_identifiers", "enrollments", "enrollment_acts", "panel_entries")
MINE = {
    "patients": "x.id = $1",
    "enrollment_acts": "x.enrollment_id IN (SELECT e.id FROM enrollments e WHERE e.patient_id = $1)",
}
_COLUMNS = (
    "SELECT a.attname, format_type(a.atttypid, NULL) = 'uuid' AS is_id FROM pg_attribute a"
    " WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = ''"
)
_SAME = frozenset({"organization_id"})


def person(number: int) -> dict[str, Any]:
    """A plainly fictional person with an identifier of their own."""
    return {
        "version": 1,
        "identifiers": [{"system": "https://example.org/mrn", "value": f"B-{number}"}],
        "family": "Bench",
        "given": "Pat",
        "birth_date": "1960-01-01",
        "sex": "female",
        "time_zone": ZONE,
    }


async def through_api(nurse: httpx.AsyncClient, protocol: str, number: int, at: datetime) -> UUID:
    """Enroll one person as a clinic does; the patient's id."""
    agreed = {"purpose": "monitoring", "given_by": "patient", "given_at": at.isoformat(), "mode": "verbal"}
    baselines = [
        {"metric": metric, "value": value, "unit": unit, "set_at": at.isoformat()}
        for metric, value, unit in BASELINES.get(protocol, ())
    ]
    asked = {"protocol": protocol, "tier": "stable", "reason": "benchmark", "consents": [agreed]}
    body = {"patient": person(number), "baselines": baselines, **asked}
    answer = await nurse.post("/v1/enrollments", json=body)
    return UUID(answer.raise_for_status().json()["patient_id"])


def copy_of(known: UUID, number: int) -> UUID:
    """The id of a copy's row; ids of rows that refer to each other go on doing so."""
    return UUID(bytes=md5(f"{number} {known}".encode(), usedforsecurity=False).digest())


async def multiply(owner: asyncpg.Connection, patient_id: UUID, first: int, last: int) -> None:
    """Copies of an enrolled patient under the numbers ``first`` to ``last``; ``owner`` is a superuser."""
    # What a copied row refers to is copied as well: looking for each of them again takes a sixth of the time.
    await owner.execute("SET session_replication_role = replica")
    for table in TABLES:
        values: dict[str, str] = {}
        for name, is_id in await owner.fetch(_COLUMNS, table):
            new = is_id and name not in _SAME
            values[name] = f"md5(n || ' ' || x.{name})::uuid" if new else f"x.{name}"
        if table == "patient_identifiers":
            values["value"] = "x.value || '-' || n"
        mine = MINE.get(table, "x.patient_id = $1")
        await owner.execute(
            f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())}"
            f" FROM {table} x, generate_series($2::int, $3::int) n WHERE {mine}",
            patient_id, first, last,
        )  # fmt: skip
    await owner.execute("RESET session_replication_role")


async def enroll(
    nurse: httpx.AsyncClient, owner: asyncpg.Connection, counts: Mapping[str, int], at: datetime
) -> dict[str, list[UUID]]:
    """So many patients under each protocol, enrolled at an instant; their ids by protocol."""
    enrolled: dict[str, list[UUID]] = {}
    for number, (protocol, count) in enumerate(counts.items()):
        first = await through_api(nurse, protocol, number, at)
        await multiply(owner, first, 1, count - 1)
        enrolled[protocol] = [first, *(copy_of(first, copy) for copy in range(1, count))]
    await owner.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    return enrolled
