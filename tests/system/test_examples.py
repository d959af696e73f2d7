"""Every operation of both documents has an example that runs as it stands against the demo data (domain §8)."""

from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any

import httpx
import pytest

from tests.support import postgres
from tests.support.demo_run import DemoRun, demo_run
from tests.support.shown import Shown, shown

pytestmark = pytest.mark.xdist_group("processes")
SERVICES = ("coordination", "monitoring")
# A clinic has one switch for standing orders, so its acts have no record each: they follow one another, at the end.
IN_TURN = ("protocol-path.disable", "protocol-path.enable", "protocol-path.sign")
PATIENCE = 60.0
ADVICE = """\
Each of these examples must run as it stands against the demo data. Give the operation a record of its own, in a state
in which it is allowed, in deploy/local/examples/<noun>.py (CONTRIBUTING.md, "To add an endpoint"):
"""


@pytest.fixture(scope="module")
async def run(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoRun]:
    async with demo_run(server, tmp_path_factory.mktemp("demo")) as found:
        yield found


async def document(run: DemoRun, service: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        found: dict[str, Any] = (await client.get(f"{run.url(service)}/openapi.json")).raise_for_status().json()
    return found


async def answer(client: httpx.AsyncClient, run: DemoRun, example: Shown) -> httpx.Response:
    headers = dict(example.headers)
    if example.role is not None:
        headers["Authorization"] = await run.bearer(example.role)
    return await client.request(
        example.method, example.path, params=example.query, headers=headers, content=example.content
    )


def parts(found: httpx.Response) -> Iterator[str]:
    """What of an answer is a refusal: its own status, and those within a batch that was answered 200."""
    if not found.is_success:
        yield f"{found.status_code} {found.text[:400]}"
    elif (
        found.request.method == "POST"
        and found.headers.get("content-type", "").startswith("application/")
        and found.content
    ):
        told = found.json()
        within = told if isinstance(told, dict) else {}
        yield from (str(each) for each in within.get("items", []) if each.get("outcome") in ("refused", "quarantined"))
        entries = (each.get("response", {}) for each in within.get("entry", []))
        yield from (str(each) for each in entries if not each.get("status", "200").startswith("2"))


@pytest.mark.parametrize("service", SERVICES)
async def test_every_example_runs_as_it_stands(run: DemoRun, service: str) -> None:
    examples = list(shown(await document(run, service)))
    # Each example has a record of its own: whatever somebody tries first, the others still run.
    Random(service).shuffle(examples)
    examples.sort(key=lambda each: IN_TURN.index(each.operation) if each.operation in IN_TURN else -1)
    failing = []
    async with httpx.AsyncClient(base_url=run.url(service), timeout=PATIENCE) as client:
        for example in examples:
            if example.missing:
                failing.append(f"{example}: nothing is shown for {', '.join(example.missing)}")
                continue
            refused = parts(await answer(client, run, example))
            failing += [f"{example} as {example.role}: {refusal}" for refusal in refused]
    if failing:
        pytest.fail(ADVICE + "\n".join(sorted(failing)), pytrace=False)
    assert len(examples) > 50
