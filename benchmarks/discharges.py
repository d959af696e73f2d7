"""discharge_p99_ms: heart-failure discharges over HTTP, 21 needs each, beside PostgreSQL storing the same rows bare."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from benchmarks import place
from benchmarks.report import Figure, figure, quantile
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import Running, running

DISCHARGES, WARM_UP = 300, 20
LEFT = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
BODY: dict[str, Any] = {
    "ended_at": LEFT.isoformat(),
    "diagnoses": [
        {"system": "icd-10-cm", "code": "I13.0", "role": "principal"},
        {"system": "icd-10-cm", "code": "I50.23"},
    ],
    "facts": {"lvef_percent": "30", "nyha": "II", "weight": {"value": "81.0", "unit": "kg"}},
}
COPIES = ("needs", "need_history", "obligations", "risk_scores", "stays")


async def run() -> list[Figure]:
    """Register and admit, then discharge one patient after the other; then the same rows, bare."""
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        with tempfile.TemporaryDirectory() as folder:
            async with running(server, Path(folder), "coordination", workers=1, copied=False) as pair:
                took = await _discharged(pair)
                needs, bare = await _bare(server, pair)
    setup = f"{DISCHARGES} discharges one after the other, {needs} needs each, one process, one client"
    return [
        figure(
            "discharge_p99_ms",
            quantile(took, 0.99),
            "ms",
            baseline=f"the rows of one discharge by INSERT … SELECT in one transaction, p99 ({', '.join(COPIES)})",
            against=quantile(bare, 0.99),
            setup=f"{setup}; median {quantile(took, 0.5):.3g} ms",
        )
    ]


async def _discharged(pair: Running) -> list[float]:
    took = []
    async with pair.client("coordination", Role.COORDINATOR, now=LEFT.isoformat()) as client:
        for number in range(WARM_UP + DISCHARGES):
            stay = await _admitted(client, number)
            headers = {"If-Match": '"1"', "Idempotency-Key": f"discharge-{number}"}
            begun = time.perf_counter()
            answer = await client.post(f"/v1/stays/{stay}/discharge", json=BODY, headers=headers)
            took.append((time.perf_counter() - begun) * 1000)
            answer.raise_for_status()
    return took[WARM_UP:]


async def _admitted(client: httpx.AsyncClient, number: int) -> str:
    person = {
        "identifiers": [{"system": "https://example.org/mrn", "value": f"B-{number}"}],
        "family": "Bench",
        "given": f"Number {number}",
        "birth_date": "1952-03-03",
        "sex": "male",
        "time_zone": "America/New_York",
    }
    patient = (await client.post("/v1/patients", json=person)).raise_for_status().json()["id"]
    body = {"patient_id": patient, "started_at": (LEFT - timedelta(days=5)).isoformat()}
    return str((await client.post("/v1/stays", json=body)).raise_for_status().json()["id"])


async def _bare(server: postgres.Server, pair: Running) -> tuple[int, list[float]]:
    """How many needs a discharge has, and what storing its rows once more takes, without anything of ours."""
    name = pair.databases["coordination"].rsplit("/", 1)[1].split("?")[0]
    connection = await asyncpg.connect(server.url(name).replace("+asyncpg", ""))
    stays = [row["patient_id"] for row in await connection.fetch("SELECT patient_id FROM stays ORDER BY id")]
    needs: int = await connection.fetchval("SELECT count(*) FROM needs WHERE patient_id = $1", stays[-1])
    for table in COPIES:
        await connection.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING DEFAULTS)")
        await connection.execute(f"CREATE INDEX ON bare_{table} (id)")
    took = []
    for patient in stays[-DISCHARGES:]:
        begun = time.perf_counter()
        async with connection.transaction():
            for table in COPIES:
                of = (
                    "need_id IN (SELECT id FROM needs WHERE patient_id = $1)"
                    if table == "need_history"
                    else ("patient_id = $1")
                )
                await connection.execute(f"INSERT INTO bare_{table} SELECT * FROM {table} WHERE {of}", patient)
        took.append((time.perf_counter() - begun) * 1000)
    await connection.close()
    return needs, took
