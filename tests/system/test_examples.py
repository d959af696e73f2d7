"""Every operation of both documents has an example that runs as it stands against the demo data (domain §8).

And README's first tour, as whoever reads it types it.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from tests.support import postgres
from tests.support.demo_run import DemoRun, demo_run
from tests.support.shown import Shown, shown

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


README = Path(__file__).parents[2] / "README.md"
MARK = "\n-- next block --\n"


def first_tour(run: DemoRun) -> str:
    """The shell of README's first tour, against these ports; the event stream is followed for a second only."""
    tour = README.read_text().partition("## A first tour\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```$", tour, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    script = f"printf '%s' '{MARK}'\n".join(blocks).replace("stream?seconds=60", "stream?seconds=1")
    # What `make token` runs, in this environment.
    script = re.sub(r"make -s token ROLE=(\w+)", rf"{sys.executable} -m deploy.local.token --role \1", script)
    for name, port in (("coordination", 8001), ("monitoring", 8002)):
        script = script.replace(f"http://127.0.0.1:{port}", run.url(name))
    return script


async def test_the_first_tour_runs_as_readme_tells_it(run: DemoRun, tmp_path: Path) -> None:
    (tmp_path / ".curlrc").write_text("fail-with-body\n")
    environment = {**os.environ, "CAREWEAVE_FOLDER": str(run.folder), "CURL_HOME": str(tmp_path)}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    pipe = asyncio.subprocess.PIPE
    shell = await asyncio.create_subprocess_exec(
        "bash", "-e", "-o", "pipefail", "-c", first_tour(run), env=environment, stdout=pipe, stderr=pipe
    )
    said, wrong = await asyncio.wait_for(shell.communicate(), PATIENCE)
    assert shell.returncode == 0, said.decode() + wrong.decode()
    plan, reading, screen = said.decode().split(MARK)
    assert '"explanation"' in plan
    (alert,) = json.loads(reading)["alerts"]
    assert "2.9" in alert["arithmetic"], alert
    assert alert["rule"]
    assert alert["citation"]
    assert [each["metric"] for each in alert["evidence"]] == ["body_weight"]
    assert "event: " in screen
