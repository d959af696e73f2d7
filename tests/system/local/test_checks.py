"""What stops a local run says what is wrong and what to do."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local import addresses, checks, databases
from deploy.local.trouble import Trouble


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port}.*COORDINATION_PORT="):
            checks.check_port("coordination", port)
    checks.check_port("coordination", port)


def test_only_one_run_at_a_time_uses_a_folder(tmp_path: Path) -> None:
    checks.take_folder(tmp_path)
    checks.note_processes(tmp_path, ())
    with pytest.raises(Trouble, match="already runs"):
        checks.take_folder(tmp_path)


def test_what_a_killed_run_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    checks.note_processes(tmp_path, [("coordination", left.pid), ("monitoring", stranger.pid)])
    noted = json.loads((tmp_path / checks.STATE).read_text())
    noted["processes"][1]["created"] -= 100
    (tmp_path / checks.STATE).write_text(json.dumps(noted))
    try:
        assert checks.end_leftovers(tmp_path) == ["coordination"]
        assert not psutil.pid_exists(left.pid)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_database_of_ones_own_takes_the_place_of_the_embedded_one() -> None:
    url, owner = "postgres://app:secret@db/care", "postgresql://owner:secret@db/care"
    found = databases.external("monitoring", {"MONITORING_DATABASE_URL": url})
    assert found == databases.Database("monitoring", *["postgresql+asyncpg://app:secret@db/care"] * 2)
    both = {"MONITORING_DATABASE_URL": url, "MONITORING_MIGRATION_DATABASE_URL": owner}
    split = databases.external("monitoring", both)
    assert split is not None
    assert split.migration_url == "postgresql+asyncpg://owner:secret@db/care"
    assert split.role == "app"
    assert databases.external("coordination", both) is None
    with pytest.raises(Trouble, match="must look like"):
        databases.external("monitoring", {"MONITORING_DATABASE_URL": "mysql://db/care"})


def test_other_commands_find_the_pair_where_the_run_put_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in addresses.PORTS:
        monkeypatch.delenv(f"{name.upper()}_PORT", raising=False)
        monkeypatch.delenv(f"{name.upper()}_URL", raising=False)
    assert addresses.running(tmp_path).monitoring == "http://127.0.0.1:8002"
    addresses.Addresses("http://a:1", "http://b:2", "http://c:3").save(tmp_path)
    assert addresses.running(tmp_path).monitoring == "http://b:2"
    monkeypatch.setenv("MONITORING_URL", "https://monitoring.example.org/")
    assert addresses.running(tmp_path).monitoring == "https://monitoring.example.org"
    assert addresses.running(tmp_path).coordination == "http://a:1"
