"""A full disk: writes say so, reads go on, nothing acknowledged is lost, and work resumes with the room (F18)."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.local import postgres as embedded
from deploy.local.trouble import Trouble
from shared.db.base import make_engine, make_sessions
from shared.vocabulary import Role
from shared.web.app import Parts
from tests.support import postgres
from tests.support.apps import CREATE, Api, Pair, settings_for
from tests.support.makers_coordination import a_person
from tests.support.small_disk import SmallDisk, small_disk

SERVICE = "coordination"
TRIES = 400


@pytest.fixture
async def place(server: postgres.Server, pair: Pair) -> AsyncIterator[tuple[Api, SmallDisk]]:
    """A service whose database lies on a small disk."""
    if "host" not in server.admin.query:
        pytest.skip("the server's disks are not ours")
    name, role = f"small_{uuid4().hex[:12]}", postgres.app_role(SERVICE)
    with small_disk(64) as disk:
        await postgres.execute(
            server.url("postgres"),
            f"CREATE TABLESPACE {name} LOCATION '{disk.folder}'",
            f"CREATE DATABASE {name} TEMPLATE {postgres.template_name(SERVICE)} TABLESPACE {name}",
            f"GRANT CONNECT ON DATABASE {name} TO {role}",
        )
        engine = make_engine(server.url(name, role))
        other = pair.coordination
        parts = Parts(make_sessions(engine), other.parts.issuer, other.parts.peer)
        yield Api(CREATE[SERVICE](settings_for(SERVICE, other.keyring), parts), parts, other.keyring), disk
        await engine.dispose()
        await postgres.execute(server.url("postgres"), f"DROP DATABASE {name} (FORCE)", f"DROP TABLESPACE {name}")


async def register(nurse: httpx.AsyncClient, key: str) -> httpx.Response:
    return await nurse.post("/v1/patients", json=a_person(), headers={"Idempotency-Key": key})


async def everybody(nurse: httpx.AsyncClient) -> set[str]:
    found: set[str] = set()
    cursor: dict[str, str] = {}
    while True:
        page = (await nurse.get("/v1/patients", params={"limit": 200, **cursor})).raise_for_status().json()
        found |= {each["id"] for each in page["items"]}
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_while_the_disk_is_full_writes_say_so_and_reads_go_on(place: tuple[Api, SmallDisk]) -> None:
    api, disk = place
    nurse = api.as_(Role.COORDINATOR)
    kept = [(await register(nurse, str(uuid4()))).raise_for_status().json()["id"]]
    disk.fill()
    refused, key = None, ""
    for _ in range(TRIES):
        key = str(uuid4())
        answer = await register(nurse, key)
        if answer.status_code != 201:
            refused = answer
            break
        kept.append(answer.json()["id"])
    assert refused is not None, "the disk was not full"
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert "no room left" in refused.json()["detail"]
    assert "free disk space" in refused.json()["detail"]
    assert refused.headers["Retry-After"]
    assert await everybody(nurse) == set(kept)
    assert (await api.anonymous().get("/livez")).status_code == 200

    disk.empty()
    again = await register(nurse, key)
    assert again.status_code == 201, again.text
    assert "Idempotency-Replayed" not in again.headers
    assert await everybody(nurse) == {*kept, again.json()["id"]}


def test_a_disk_without_room_for_a_database_is_named_before_it_is_begun() -> None:
    with small_disk(64) as disk:
        with pytest.raises(Trouble, match=r"has less than 500 MB free\. Free some space, then repeat\."):
            embedded.start(disk.folder / "pg")
        assert not list(Path(disk.folder).glob("pg/data*"))


def test_a_server_that_does_not_start_on_a_full_disk_says_so_and_starts_when_there_is_room() -> None:
    with small_disk(700) as disk:
        folder = disk.folder / "pg"
        embedded.start(folder, settings=embedded.FORGETFUL).stop()
        disk.fill()
        with pytest.raises(Trouble, match=r"is full\. Free some space and start again\."):
            embedded.start(folder, settings=embedded.FORGETFUL)
        disk.empty()
        embedded.start(folder, settings=embedded.FORGETFUL).stop()
        embedded.wipe(folder)
