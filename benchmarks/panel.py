"""A clinic to measure against: enrolled patients in a running monitoring service, and what their devices send."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from benchmarks import place
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

ENROLLED = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENTS = 4_000
PROCESSES = (1, 2)
BATCH = 1_000
_AT_ONCE = 8
_AGREED = {"purpose": "monitoring", "given_by": "patient", "given_at": ENROLLED.isoformat(), "mode": "verbal"}


@dataclass
class Panel:
    """Half of the patients have diabetes, half heart failure; each is enrolled and live."""

    pair: Running
    server: postgres.Server
    patients: list[str]

    def client(self, *roles: Role, now: datetime | None = None) -> httpx.AsyncClient:
        """A client of the monitoring service."""
        return self.pair.client("monitoring", *roles, now=now.isoformat() if now else None)

    def headers(self, now: datetime) -> dict[str, str]:
        """What a device's requests carry: its token, and the simulated time."""
        found = self.client(Role.INTEGRATION, now=now).headers
        return {name: found[name] for name in ("authorization", "careweave-now")}

    def readings(self, day: int, *, seed: int = 1) -> list[dict[str, Any]]:
        """One reading per patient on a day: mostly usual values, some that raise alerts, as a clinic sees them."""
        chance = random.Random(f"{seed}-{day}")
        return [self._reading(number, day, chance) for number in range(len(self.patients))]

    def _reading(self, number: int, day: int, chance: random.Random) -> dict[str, Any]:
        minute = ENROLLED + timedelta(days=day, minutes=number % 60, seconds=number % 59)
        shared = {"patient_id": self.patients[number], "observed_at": minute.isoformat(), "source": "device-1"}
        if number % 2:
            return {**shared, "metric": "body_weight", "value": round(chance.gauss(81.0, 0.5), 1), "unit": "kg"}
        value = max(30, round(chance.gauss(140, 35)))
        return {**shared, "metric": "glucose_smbg", "value": value, "unit": "mg/dL"}

    async def alerts(self) -> int:
        """How many alerts the readings raised."""
        name = self.pair.databases["monitoring"].rsplit("/", 1)[1].split("?")[0]
        connection = await asyncpg.connect(self.server.url(name).replace("+asyncpg", ""))
        count: int = await connection.fetchval("SELECT count(*) FROM alerts")
        await connection.close()
        return count

    async def bare(self) -> asyncpg.Connection:
        """A connection of the owner to a second, empty database with the same tables."""
        url = await postgres.clone(self.server, "monitoring")
        name = url.rsplit("/", 1)[1].split("?")[0]
        return await asyncpg.connect(self.server.url(name).replace("+asyncpg", ""))

    async def another(self, connection: asyncpg.Connection) -> asyncpg.Connection:
        """One more connection to the same bare database."""
        name = await connection.fetchval("SELECT current_database()")
        return await asyncpg.connect(self.server.url(name).replace("+asyncpg", ""))


@asynccontextmanager
async def panel(processes: int) -> AsyncIterator[Panel]:
    """A running monitoring service with its enrolled patients."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        with tempfile.TemporaryDirectory() as folder:
            async with running(server, Path(folder), "monitoring", workers=processes) as pair:
                found = Panel(pair, server, [])
                found.patients = await _enrolled(found)
                yield found


async def _enrolled(panel: Panel) -> list[str]:
    limit = asyncio.Semaphore(_AT_ONCE)
    async with panel.client(Role.CASE_MANAGER, now=ENROLLED) as nurse:

        async def one(number: int) -> str:
            protocol = "heart-failure" if number % 2 else "diabetes"
            asked = {"protocol": protocol, "tier": "stable", "reason": "benchmark", "consents": [_AGREED]}
            async with limit:
                answer = await nurse.post("/v1/enrollments", json={"patient": _person(number), **asked})
            return str(answer.raise_for_status().json()["patient_id"])

        return list(await asyncio.gather(*(one(number) for number in range(PATIENTS))))


def _person(number: int) -> dict[str, Any]:
    return {
        "version": 1,
        "identifiers": [{"system": "https://example.org/mrn", "value": f"B-{number}"}],
        "family": "Bench",
        "given": f"Number {number}",
        "birth_date": "1960-01-01",
        "sex": "female",
        "time_zone": "America/New_York",
    }


COLUMNS = (
    "patient_id", "metric", "observed_at", "source", "value", "unit", "canonical", "offset_minutes",
    "received_at", "status", "flags", "version", "organization_id",
)  # fmt: skip


def as_rows(panel: Panel, items: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows a batch becomes, for PostgreSQL's own ways of storing them."""

    now = ENROLLED + timedelta(days=60)
    return [
        (
            UUID(item["patient_id"]), item["metric"], datetime.fromisoformat(item["observed_at"]), item["source"],
            Decimal(str(item["value"])), item["unit"], Decimal(str(item["value"])), 0,
            now, "final", [], 1, panel.pair.organization,
        )
        for item in items
    ]  # fmt: skip
