"""Every operation of both documents has an example that runs as it stands against the demo data (domain §8).

The data are those of a first load that was killed again and again and finished by the next one.
Of each write it is watched that its answer starts after its commit (L14) and that its key has one effect (F2, F3).
And README's first tour runs as whoever reads it types it.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from deploy.local.demo import NORTH
from deploy.local.demo_directory import directory
from deploy.local.demo_people import Course, people
from deploy.local.stories.engine import Mark
from deploy.local.story import Which
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.broken_load import KILLED_AFTER, Broken, broken_load
from tests.support.demo_run import DemoRun
from tests.support.shown import shown
from tests.support.tried import Tried, same, trial

SERVICES = ("coordination", "monitoring")
# A clinic has one switch for standing orders, so its acts have no record each: they follow one another, at the end.
IN_TURN = ("protocol-path.disable", "protocol-path.enable", "protocol-path.sign")
PATIENCE = 60.0
ONE_EFFECT = [["done"], ["replayed"]]
SHOWN_ONCE = frozenset({"secret"})
ADVICE = """\
Each of these examples must run as it stands against the demo data. Give the operation a record of its own, in a state
in which it is allowed, in deploy/local/examples/<noun>.py (CONTRIBUTING.md, "To add an endpoint"):
"""


@pytest.fixture(scope="module")
async def broken(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broken]:
    async with broken_load(server, tmp_path_factory.mktemp("demo")) as found:
        yield found


@pytest.fixture(scope="module")
def run(broken: Broken) -> DemoRun:
    return broken.run


def once(found: Mapping[str, list[Any]]) -> None:
    """Everybody and everything of the demo is there, and nothing twice."""
    mrn = {each["id"]: each["identifiers"][0]["value"] for each in found["patients"]}
    everybody = {person.mrn["value"]: person for person in people(NORTH)}
    assert everybody.keys() <= set(mrn.values())
    assert len(mrn) == len(set(mrn.values()))
    failing = {number for number, person in everybody.items() if person.course is Course.HEART_FAILURE}
    stays = Counter(mrn[each["patient_id"]] for each in found["stays"])
    assert {number: stays[number] for number in failing} == dict.fromkeys(failing, 1)
    doctors = Counter(each["name"] for each in (*found["specialists"], *found["retired"]))
    assert {entry.entry["name"]: 1 for entry in directory(NORTH, datetime.now(UTC))}.items() <= doctors.items()
    followed = Counter((each["patient_id"], each["protocol"]) for each in found["enrollments"])
    assert set(followed.values()) == {1}


def test_a_load_that_is_killed_again_and_again_is_finished_by_the_next_one(broken: Broken) -> None:
    assert "somebody has worked with them" in broken.before
    *killed, finished, again = broken.ended
    assert [(each.code, each.whole) for each in killed] == [(-signal.SIGKILL, False)] * len(KILLED_AFTER), killed
    assert (finished.code, finished.whole) == (0, True), finished.said
    assert (again.code, again.whole) == (0, True), again.said
    once(broken.found)
    once(broken.again)
    assert {name: len(each) for name, each in broken.again.items()} == {
        name: len(each) for name, each in broken.found.items()
    }


async def document(run: DemoRun, service: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        found: dict[str, Any] = (await client.get(f"{run.url(service)}/openapi.json")).raise_for_status().json()
    return found


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


def refused(found: httpx.Response) -> bool:
    """Whether a key that was used before is said to be so, natively or as an OperationOutcome."""
    told = found.json()
    issues = [coding["code"] for issue in told.get("issue", ()) for coding in issue["details"]["coding"]]
    return found.status_code == 422 and "idempotency-key.reused" in (told.get("code"), *issues)


@pytest.fixture(scope="module", params=SERVICES)
async def tried(run: DemoRun, request: pytest.FixtureRequest) -> list[Tried]:
    """Every example of a service, sent."""
    service = str(request.param)
    examples = list(shown(await document(run, service)))
    # Each example has a record of its own: whatever somebody tries first, the others still run.
    Random(service).shuffle(examples)
    examples.sort(key=lambda each: IN_TURN.index(each.operation) if each.operation in IN_TURN else -1)
    async with trial(run, service) as sending:
        return [Tried(each, []) if each.missing else await sending.of(each) for each in examples]


async def test_every_example_runs_as_it_stands(tried: list[Tried]) -> None:
    failing = []
    for each in tried:
        example = each.example
        if example.missing:
            failing.append(f"{example}: nothing is shown for {', '.join(example.missing)}")
        refusals = {refusal for found in each.answers for refusal in parts(found)}
        failing += [f"{example} as {example.role}: {refusal}" for refusal in refusals]
    if failing:
        pytest.fail(ADVICE + "\n".join(sorted(failing)), pytrace=False)
    assert len(tried) > 50


async def test_every_write_is_committed_before_its_answer_starts(tried: list[Tried]) -> None:
    """L14: as the first byte of the answer leaves, another connection sees what the write left."""
    writes = [each for each in tried if each.example.method != "GET"]
    early = {str(each.example): each.visible for each in writes if not all(each.visible)}
    assert early == {}
    assert {outcome for each in writes for seen in each.visible for outcome in seen} == {"done", "replayed"}
    assert len(writes) > 50


async def test_every_key_stands_for_one_effect(tried: list[Tried]) -> None:
    """F2, F3: twice at once has one effect, a repeat gets the answer again, another body under the key is refused."""
    keyed = [each for each in tried if each.keyed]
    doubled = {str(each.example): each.visible for each in keyed if sorted(each.visible) != ONE_EFFECT}
    assert doubled == {}
    wrong = {}
    for each in keyed:
        first, second = sorted(each.answers, key=lambda found: "Idempotency-Replayed" in found.headers)
        repeats = [found for found in (second, each.again) if found is not None]
        if not all(same(first, found, SHOWN_ONCE) for found in repeats):
            wrong[str(each.example)] = [found.text[:300] for found in (first, *repeats)]
    assert wrong == {}
    assert all(each.again.headers.get("Idempotency-Replayed") == "true" for each in keyed if each.again is not None)
    reused = {
        str(each.example): each.other.text for each in keyed if each.other is not None and not refused(each.other)
    }
    assert reused == {}
    assert len(keyed) > 40


KEPT = (("coordination", "/v1/patients"), ("coordination", "/v1/specialists"), ("monitoring", "/v1/enrollments"))
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


async def test_make_story_plays_against_the_running_pair_and_prints_what_came(run: DemoRun) -> None:
    environment = {**os.environ, "CAREWEAVE_FOLDER": str(run.folder), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "deploy.local.story", "--only", Which.TRANSFER]
    pipe = asyncio.subprocess.PIPE
    playing = await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe)
    said, wrong = await asyncio.wait_for(playing.communicate(), PATIENCE)
    assert playing.returncode == 0, said.decode() + wrong.decode()
    *rows, last = said.decode().strip().splitlines()
    counts = re.fullmatch(r"(\d+) rows as expected, 0 different, (\d+) later\.", last)
    assert counts is not None, last
    assert int(counts[1]) >= 7
    marked = [line for line in rows if line.rstrip().endswith(Mark.AGREES)]
    assert len(marked) == int(counts[1])


async def what_is_kept(run: DemoRun) -> dict[str, list[str]]:
    """The ids on the first pages of what the demo made."""
    found = {}
    for service, path in KEPT:
        headers = {"Authorization": await run.bearer(Role.SUPERVISOR)}
        async with httpx.AsyncClient(base_url=run.url(service), headers=headers, timeout=PATIENCE) as client:
            page = (await client.get(path, params={"limit": "200"})).raise_for_status().json()
        found[path] = [each["id"] for each in page["items"]]
    return found


async def test_a_second_start_keeps_what_there_is_and_is_ready_soon(run: DemoRun) -> None:
    before = await what_is_kept(run)
    assert all(before.values())
    seconds, said = await run.again(DEMO="yes")
    print(f"ready again after {seconds:.1f} s")
    assert "demo data" not in said, "nothing is seeded a second time"
    assert await what_is_kept(run) == before
