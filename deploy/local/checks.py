"""What must be true before anything is started; each refusal says what to do."""

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

from deploy.local.trouble import Trouble

LEAST_FREE_BYTES = 200 * 1024 * 1024
STATE = "run.json"


def take_folder(folder: Path) -> int:
    """Make the folder of a run and lock it for this process; the lock ends with the process, however that ends.

    Raises:
        Trouble: another run holds it, it belongs to another user, or the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
            raise Trouble(f"The disk of {folder} has less than 200 MB free. Free some space and start again.")
        descriptor = os.open(folder / "run.lock", os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = _state(folder).get("pid", "unknown")
        raise Trouble(
            f"Careweave already runs from this folder (process {pid}). "
            f"Stop it with Ctrl-C where it runs, or: kill {pid}"
        ) from None
    except PermissionError:
        raise Trouble(f"{folder} belongs to another user. Run this as that user, or remove that folder.") from None
    except OSError as error:
        raise Trouble(f"{folder} can't be written: {error.strerror}. Free some space and start again.") from None
    return descriptor


def note_processes(folder: Path, processes: Iterable[tuple[str, int]]) -> None:
    """Write down what this run started, for the run after a kill."""
    started = [{"name": name, "pid": pid, "created": _created(pid)} for name, pid in processes]
    (folder / STATE).write_text(json.dumps({"pid": os.getpid(), "processes": started}) + "\n")


def end_leftovers(folder: Path) -> list[str]:
    """End what a killed run left behind and name it; a process id that another program has by now is left alone."""
    noted = _state(folder).get("processes", [])
    still = [entry for entry in noted if _created(entry["pid"]) == entry["created"] is not None]
    left = [(str(entry["name"]), psutil.Process(entry["pid"])) for entry in still]
    for _, process in left:
        process.terminate()
    _, stubborn = psutil.wait_procs([process for _, process in left], timeout=5)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, timeout=5)
    (folder / STATE).unlink(missing_ok=True)
    return [name for name, _ in left]


def check_port(name: str, port: int) -> None:
    """Refuse a port somebody else listens on.

    Raises:
        Trouble: naming the port, who has it where that can be known, and how to choose another.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Trouble(
                f"Port {port}, which {name} needs, is taken{_holder(port)}. "
                f"Stop that program, or choose another port: {name.upper()}_PORT={port + 100} make run"
            ) from None


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return ""
    return ""


def _state(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / STATE).read_text())
    except (OSError, ValueError):
        return {}
    return found


def _created(pid: int) -> float | None:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None
