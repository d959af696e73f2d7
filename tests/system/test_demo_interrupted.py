"""A first load of the demo data that is ended in the middle is finished by the next start, wherever it was ended."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local import seed
from deploy.local.demo import NORTH
from deploy.local.demo_directory import directory
from deploy.local.demo_http import Desk
from deploy.local.demo_journal import FILE as JOURNAL
from deploy.local.demo_journal import Journal, Request
from deploy.local.demo_people import Course, people
from deploy.local.examples import catalogue
from deploy.local.examples.catalogue import FILE as EXAMPLES
from deploy.local.files import write_whole
from deploy.local.trouble import Trouble
from shared.vocabulary import Role
from tests.support import postgres
from tests.support.demo_run import DemoRun, demo_run

# After so many more requests the load is killed: among the patients, the discharges, the readings, the examples.
KILLED_AFTER = (60, 150, 400)
PATHS: Mapping[str, tuple[str, str]] = {
    "patients": ("coordination", "/v1/patients?limit=200"),
    "specialists": ("coordination", "/v1/specialists?limit=200"),
    "retired": ("coordination", "/v1/specialists?limit=200&retired=true"),
    "stays": ("coordination", "/v1/stays?limit=200"),
    "teams": ("coordination", "/v1/teams?limit=200"),
    "enrollments": ("monitoring", "/v1/enrollments?limit=200"),
}


def asked(folder: Path) -> int:
    """How many requests the load has kept before sending them."""
    path = folder / JOURNAL
    return len(path.read_text().splitlines()) if path.exists() else 0


def load(environment: Mapping[str, str], folder: Path, until: int | None) -> tuple[int, str]:
    """`make seed` until it has asked for so much, when it is killed; or to its end. Its exit code and what it said."""
    command = [sys.executable, "-m", "deploy.local.seed"]
    with (folder / "load.log").open("wb") as stream:
        running = subprocess.Popen(command, env=dict(environment), stdout=stream, stderr=stream)
        while running.poll() is None:
            if until is not None and asked(folder) >= until:
                running.send_signal(signal.SIGKILL)
            time.sleep(0.02)
    return running.returncode, (folder / "load.log").read_text()


async def listed(run: DemoRun) -> dict[str, list[Any]]:
    """What is there to be seen of the north clinic."""
    headers = {"Authorization": await run.bearer(Role.SUPERVISOR)}
    found = {}
    async with httpx.AsyncClient(timeout=60.0) as client:
        for name, (service, path) in PATHS.items():
            answer = await client.get(f"{run.url(service)}{path}", headers=headers)
            found[name] = answer.raise_for_status().json()["items"]
    return found


async def nothing_for_examples_to_be_about(run: DemoRun, folder: Path) -> None:
    """Where what the load left is no longer there, the sentence says so."""
    bearers = {Role.SUPERVISOR: {"Authorization": await run.bearer(Role.SUPERVISOR)}}
    at = {service: run.url(service) for service in ("coordination", "monitoring")}
    async with httpx.AsyncClient(timeout=60.0) as http:
        desk = Desk(NORTH, "2026-09-04", http, at, Journal(folder), bearers)
        with pytest.raises(Trouble, match="somebody has worked with them"):
            await catalogue.keep(desk, folder)


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


async def test_a_load_that_is_killed_again_and_again_is_finished_by_the_next_start(
    server: postgres.Server, tmp_path: Path
) -> None:
    async with demo_run(server, tmp_path, DEMO="no") as run:
        await nothing_for_examples_to_be_about(run, tmp_path / "other")
        for more in KILLED_AFTER:
            code, said = await asyncio.to_thread(load, run.environment, tmp_path, asked(tmp_path) + more)
            assert code == -signal.SIGKILL, said
            assert not seed.is_seeded(tmp_path)
        code, said = await asyncio.to_thread(load, run.environment, tmp_path, None)
        assert (code, seed.is_seeded(tmp_path)) == (0, True), said
        found = await listed(run)
        once(found)
        # A kill after the last example was made, before that was written down.
        (tmp_path / EXAMPLES).unlink()
        write_whole(tmp_path / seed.MARK, json.dumps({**json.loads((tmp_path / seed.MARK).read_text()), "done": False}))
        code, said = await asyncio.to_thread(load, run.environment, tmp_path, None)
        assert (code, (tmp_path / EXAMPLES).exists()) == (0, True), said
        again = await listed(run)
        assert {name: len(each) for name, each in again.items()} == {name: len(each) for name, each in found.items()}
        once(again)


def test_a_line_that_was_cut_short_was_not_sent(tmp_path: Path) -> None:
    now = datetime(2026, 9, 4, 15, 20, tzinfo=UTC)
    first = Request("coordination", "/v1/patients", {"family": "Sample"}, Role.COORDINATOR, now, None)
    second = Request("monitoring", "/v1/alerts/1/resolve", None, Role.CASE_MANAGER, now, 3)
    journal = Journal(tmp_path)
    journal.keep("one", first)
    journal.keep("gone", first)
    journal.forget("gone")
    with (tmp_path / JOURNAL).open("a") as stream:
        stream.write('\n{"key": "torn", "asked": {"serv')
    Journal(tmp_path).keep("two", second)
    again = Journal(tmp_path)
    assert (again.get("one"), again.get("two")) == (first, second)
    assert (again.get("torn"), again.get("gone")) == (None, None)
