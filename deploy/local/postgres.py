"""An embedded PostgreSQL 18 for a laptop and for tests, from a wheel: no installation, no port, no docker.

It listens on a unix socket only, in a folder that no other user may enter. A stale lock or a killed previous
run is mended at the next start.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psutil

from deploy.local.serverfiles import Account, account, home, programs, run_as, wipe
from deploy.local.trouble import Trouble

__all__ = ["DURABLE", "FORGETFUL", "Embedded", "is_up", "running", "start", "wipe"]

SUPERUSER = "postgres"
LEAST_FREE_BYTES = 500 * 1024 * 1024
SOCKET_PATH_BYTES = 100  # the kernel's limit is 107 on Linux, 103 on macOS
START_ATTEMPTS = 10
NO_PROCESS = "2147483646"  # above every system's largest process id
DURABLE: Mapping[str, str] = MappingProxyType({})
FORGETFUL: Mapping[str, str] = MappingProxyType(
    {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
)
"""Settings for tests whose data may be lost with the machine: twice as fast, never for `make run`."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running server; ``pid`` is the postmaster's, ``socket_folder`` what clients give as host."""

    programs: Path
    data: Path
    socket_folder: Path
    pid: int
    runs_as: Account | None

    def url(self, database: str, user: str = SUPERUSER, driver: str = "postgresql+asyncpg") -> str:
        """An address SQLAlchemy understands; with ``driver="postgresql"`` one for asyncpg and psql."""
        return f"{driver}://{user}@/{database}?host={self.socket_folder}"

    def stop(self, *, seconds: int = 8) -> None:
        """Stop in an orderly way: clients are cut off, everything committed is kept."""
        stop = (self.programs / "pg_ctl", "-D", self.data, "-w", "-t", str(seconds))
        if run_as(self.runs_as, *stop, "-m", "fast", "stop", seconds=seconds + 5).returncode != 0:
            run_as(self.runs_as, *stop, "-m", "immediate", "stop", seconds=seconds + 5)


def start(folder: Path, *, settings: Mapping[str, str] = DURABLE) -> Embedded:
    """Start the server whose data is in ``folder``, made on the first call; a running one is handed back.

    ``settings`` are PostgreSQL's own, such as ``{"max_connections": "200"}``; they count at a start only.

    Raises:
        Trouble: with a sentence for the user when it can't start (disk full, folder of another user).
    """
    who = account()
    with _alone(folder):
        where = home(folder, who)
        binaries = programs(who)
        sockets = _socket_folder(where, who)
        data = where / "data"
        if not (data / "PG_VERSION").exists():
            _initialize(binaries, data, who)
        pid = _running(data)
        if pid is None:
            pid = _launch(binaries, data, sockets, where / "log", who, settings)
        return Embedded(binaries, data, sockets, pid, who)


def is_up(folder: Path) -> bool:
    """Whether the server whose data is in ``folder`` runs; cheap enough to ask twice a second."""
    return _running(folder.resolve() / "data") is not None


def running(folder: Path) -> Embedded | None:
    """The server whose data is in ``folder``, None when it does not run."""
    where = folder.resolve()
    pid = _running(where / "data")
    if pid is None:
        return None
    who = account()
    return Embedded(programs(who), where / "data", _socket_folder(where, who), pid, who)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder.absolute().with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except PermissionError as error:
        raise Trouble(
            f"{error.filename} belongs to another user. Run this as that user, or remove that folder."
        ) from None
    try:
        yield
    finally:
        os.close(descriptor)


def _socket_folder(where: Path, who: Account | None) -> Path:
    folder = where / "socket"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > SOCKET_PATH_BYTES:
        name = hashlib.sha256(str(where).encode()).hexdigest()[:12]
        folder = Path("/tmp") / f"careweave-{os.geteuid()}-{name}"  # noqa: S108  (short; owner checked below)
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.lstat().st_uid
    if owner not in (os.geteuid(), who.uid if who else os.geteuid()):
        raise Trouble(f"{folder} belongs to another user. Remove it and start again.")
    if who is not None:
        os.chown(folder, who.uid, who.gid)
    return folder


def _initialize(binaries: Path, data: Path, who: Account | None) -> None:
    if shutil.disk_usage(data.parent).free < LEAST_FREE_BYTES:
        raise Trouble(f"The disk of {data.parent} has less than 500 MB free. Free some space, then repeat.")
    partial = data.with_suffix(".partial")
    for leftover in (partial, data):
        shutil.rmtree(leftover, ignore_errors=True)
    done = run_as(
        who,
        binaries / "initdb",
        *("-D", partial, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
    )
    if done.returncode != 0:
        raise Trouble(f"PostgreSQL could not make its data folder. It said:\n{_tail(done.stdout)}")
    partial.rename(data)


def _running(data: Path) -> int | None:
    lock = _lock(data)
    return int(lock[0]) if _is_server(lock) and len(lock) > 7 and lock[7].strip() == "ready" else None


def _lock(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_server(lock: list[str]) -> bool:
    try:
        process = psutil.Process(int(lock[0]))
        return "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except (IndexError, ValueError, psutil.NoSuchProcess):
        return False


def _launch(
    binaries: Path, data: Path, sockets: Path, log: Path, who: Account | None, settings: Mapping[str, str]
) -> int:
    wanted = {"listen_addresses": "", "unix_socket_directories": str(sockets), **settings}
    options = " ".join(f"-c {name}='{value}'" for name, value in wanted.items())
    command = (binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")
    said = ""
    for _ in range(START_ATTEMPTS):
        if not _is_server(_lock(data)):
            _mend_stale_locks(data, sockets)
            said = run_as(who, *command, seconds=90).stdout
        if (pid := _running(data)) is not None:
            return pid
        if not _is_server(_lock(data)) and "pre-existing shared memory block" not in _tail(_text(log)):
            break
        # a server that still starts or stops, or the last children of a killed one
        time.sleep(1)
    raise Trouble(f"The embedded PostgreSQL did not start. {_why(log, said)}")


def _mend_stale_locks(data: Path, sockets: Path) -> None:
    """Make a killed server's lock say so, though its process id is a zombie's or another program's by now.

    The lock of the data stays: it names the shared memory by which PostgreSQL sees old children.
    """
    if lock := _lock(data):
        (data / "postmaster.pid").write_text("\n".join((NO_PROCESS, *lock[1:], "")))
    for leftover in sockets.glob(".s.PGSQL.*"):
        leftover.unlink()


def _text(log: Path) -> str:
    return log.read_text(errors="replace") if log.exists() else ""


def _why(log: Path, said: str) -> str:
    text = _tail(_text(log) or said)
    if "No space left on device" in text:
        return f"The disk of {log.parent} is full. Free some space and start again."
    return f"The end of {log} says:\n{text}"


def _tail(text: str, lines: int = 6) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])
