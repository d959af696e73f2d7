"""A clinic to measure against: enrolled patients in a running monitoring service, and what their devices send."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from benchmarks import enrolling, place
from benchmarks.cgm_panel import owner
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

ENROLLED = datetime(2026, 3, 1, 12, tzinfo=UTC)
PER_PROTOCOL = 1_000
PATIENTS = PER_PROTOCOL * len(enrolling.PROTOCOLS)
PROCESSES = (1, 2)
BATCH = 1_000
Measured = tuple[tuple[str, float, str], ...]
"""Metric, value and unit of what one device sends at one moment."""


def _pressure(usual: random.Random, chance: random.Random, mean: float) -> Measured:
    systolic = usual.gauss(mean, 8) + chance.gauss(0, 9)
    diastolic = usual.gauss(mean * 0.6, 5) + chance.gauss(0, 6)
    high, low = round(max(85, systolic)), round(max(45, diastolic))
    return (("bp_systolic", max(high, low + 20), "mm[Hg]"), ("bp_diastolic", low, "mm[Hg]"))


def _laboratory(usual: random.Random, chance: random.Random) -> Measured:
    # A laboratory value a month beside the pressure of every day.
    if chance.random() < 1 / 30:
        return (("potassium", round(usual.gauss(4.6, 0.3) + chance.gauss(0, 0.2), 1), "mmol/L"),)
    return _pressure(usual, chance, 132)


# Each patient has a usual value of their own (the first argument, the same every day) and varies around it.
SENT: Mapping[str, Callable[[random.Random, random.Random], Measured]] = {
    "diabetes": lambda _, chance: (("glucose_smbg", max(30, round(chance.gauss(140, 35))), "mg/dL"),),
    "heart-failure": lambda _, chance: (("body_weight", round(chance.gauss(81.0, 0.5), 1), "kg"),),
    "asthma": lambda usual, chance: (("pef", round(usual.gauss(385, 15) + chance.gauss(0, 18)), "L/min"),),
    "copd": lambda usual, chance: (("spo2", min(99, round(usual.gauss(93.5, 0.7) + chance.gauss(0, 1))), "%"),),
    "hypertension": lambda usual, chance: _pressure(usual, chance, 126),
    "ckd": _laboratory,
}


@dataclass
class Panel:
    """As many patients under each of the six protocols; each is enrolled and live."""

    pair: Running
    server: postgres.Server
    patients: list[tuple[str, str]]

    def client(self, *roles: Role, now: datetime | None = None) -> httpx.AsyncClient:
        """A client of the monitoring service."""
        return self.pair.client("monitoring", *roles, now=now.isoformat() if now else None)

    def headers(self, now: datetime) -> dict[str, str]:
        """What a device's requests carry: its token, and the simulated time."""
        found = self.client(Role.INTEGRATION, now=now).headers
        return {name: found[name] for name in ("authorization", "careweave-now")}

    def readings(self, day: int, *, seed: int = 1) -> list[dict[str, Any]]:
        """What every patient sends on a day: mostly usual values, some that raise alerts, as a clinic sees them."""
        chance = random.Random(f"{seed}-{day}")
        return [item for number in range(len(self.patients)) for item in self._sent(number, day, chance)]

    def _sent(self, number: int, day: int, chance: random.Random) -> list[dict[str, Any]]:
        protocol, patient_id = self.patients[number]
        minute = ENROLLED + timedelta(days=day, minutes=number % 60, seconds=number % 59)
        shared = {"patient_id": patient_id, "observed_at": minute.isoformat(), "source": "device-1"}
        measured = SENT[protocol](random.Random(patient_id), chance)
        return [{**shared, "metric": metric, "value": value, "unit": unit} for metric, value, unit in measured]

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
            async with running(server, Path(folder), "monitoring", workers=processes, copied=False) as pair:
                yield Panel(pair, server, await _enrolled(pair, server))


async def _enrolled(pair: Running, server: postgres.Server) -> list[tuple[str, str]]:
    connection = await owner(server, pair)
    counts = dict.fromkeys(enrolling.PROTOCOLS, PER_PROTOCOL)
    async with pair.client("monitoring", Role.CASE_MANAGER, now=ENROLLED.isoformat()) as nurse:
        enrolled = await enrolling.enroll(nurse, connection, counts, ENROLLED)
    await connection.close()
    found = [(protocol, str(patient_id)) for protocol, ids in enrolled.items() for patient_id in ids]
    # Gateways know nothing of protocols.
    random.Random("patients").shuffle(found)
    return found


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
