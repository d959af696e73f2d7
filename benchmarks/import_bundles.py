"""import_bundles_per_s: real patient Bundles through both services' FHIR doors, against parsing the same files."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks import place
from benchmarks.report import Figure, figure
from deploy.local import bundles
from deploy.local.sending import Sender
from deploy.local.tally import Tally
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.running import SERVICES, Running, running

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "synthea_r4_2019"
PATIENTS = 24


async def run() -> list[Figure]:
    """Import, then import again; needs real input beside the project and says so where there is none."""
    if not FOLDER.is_dir():
        print(f"import_bundles_per_s left out: there is no {FOLDER.name} beside the project")
        return []
    hospitals, patients = bundles.files_of(FOLDER)
    files = sorted(patients)[:PATIENTS]
    async with place.server() as server:
        await asyncio.to_thread(postgres.make_templates, server)
        with tempfile.TemporaryDirectory() as folder:
            async with running(server, Path(folder), *SERVICES, copied=False) as pair:
                await _sent(pair, hospitals)
                first, entries = await _sent(pair, files)
                again, _ = await _sent(pair, files)
    setup = (
        f"{len(files)} patients' Bundles, {entries:,} entries sent to both services by `make import`'s sender; "
        f"a second import of the same: {len(files) / again:.2f} Bundles/s"
    )
    parsed = _parsed(files)
    return [
        figure("import_bundles_per_s", len(files) / first, "Bundles/s", baseline="reading and parsing the same files",
               against=len(files) / parsed, setup=setup)
    ]  # fmt: skip


async def _sent(pair: Running, files: Sequence[Path]) -> tuple[float, int]:
    at = {service: pair.url(service) for service in SERVICES}
    headers = {**pair.client("coordination", Role.INTEGRATION).headers, "Content-Type": "application/fhir+json"}
    tally = Tally()
    async with httpx.AsyncClient(headers=headers, timeout=120) as http:
        taken = {}
        for service, url in at.items():
            offered = (await http.get(f"{url}/fhir/R4/metadata")).raise_for_status().json()
            taken[service] = frozenset(resource["type"] for resource in offered["rest"][0]["resource"])
        started = time.perf_counter()
        await Sender(http, at, taken, None, tally).send_all(files, lambda: None)
        took = time.perf_counter() - started
    assert not tally.unread, tally.unread
    return took, sum(tally.sent.values())


def _parsed(files: Sequence[Path]) -> float:
    started = time.perf_counter()
    for path in files:
        bundles.read(path)
    return time.perf_counter() - started
