"""The programs of a local run: started, watched, started again, stopped."""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local import checks
from deploy.local.trouble import Trouble

GRACE_SECONDS = 5.0
# What stopped is seen at once: this is for a machine with other work.
READY_SECONDS = 180.0
LARGEST_LOG_BYTES = 10 * 1024 * 1024
DEATHS, DEATHS_WITHIN_SECONDS = 3, 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """A Python module with its arguments and its own environment; ``ready_at`` answers 200 once it serves."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    ready_at: str | None = None


@dataclass(slots=True)
class Child:
    """A program that was started; ``died_at`` are the recent times it stopped by itself."""

    program: Program
    process: subprocess.Popen[bytes]
    died_at: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))


class Processes:
    """All children of a run. Their output goes to one file each in ``folder/log``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: dict[str, Child] = {}
        (folder / "log").mkdir(parents=True, exist_ok=True)

    def log(self, name: str) -> Path:
        """The file a child writes to."""
        return self.folder / "log" / f"{name}.log"

    def start(self, program: Program) -> None:
        """Start a program apart from the terminal, so that Ctrl-C reaches this process only."""
        log = self.log(program.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
            log.replace(log.with_suffix(".old"))
        with log.open("ab") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", *program.arguments],
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        known = self.children.get(program.name)
        self.children[program.name] = Child(program, process, *([known.died_at] if known else []))
        checks.note_processes(self.folder, ((name, child.process.pid) for name, child in self.children.items()))

    def wait_ready(self) -> None:
        """Return when every child that serves says it is ready.

        Raises:
            Trouble: one stopped, or is not ready after three minutes; with the end of its log.
        """
        waiting = [child for child in self.children.values() if child.program.ready_at]
        until = time.monotonic() + READY_SECONDS
        with httpx.Client(timeout=2.0) as client:
            while waiting:
                self._refuse_stopped()
                waiting = [child for child in waiting if not _is_ready(client, child.program.ready_at or "")]
                if waiting and time.monotonic() > until:
                    name = waiting[0].program.name
                    raise Trouble(f"{name} is not ready after {READY_SECONDS:.0f} s. {self._last_words(name)}")
                time.sleep(0.1)

    def tend(self) -> Iterator[str]:
        """Start again what stopped by itself, and say so.

        Raises:
            Trouble: when the same program stopped three times within a minute.
        """
        for name, child in list(self.children.items()):
            code = child.process.poll()
            if code is None:
                continue
            child.died_at.append(time.monotonic())
            if len(child.died_at) == DEATHS and child.died_at[-1] - child.died_at[0] < DEATHS_WITHIN_SECONDS:
                raise Trouble(f"{name} stopped {DEATHS} times within a minute. {self._last_words(name)}")
            yield f"{name} stopped by itself ({_said(code)}) and is started again. Its log: {self.log(name)}"
            self.start(child.program)

    def stop(self, *, seconds: float = GRACE_SECONDS) -> None:
        """Ask all to stop, wait ``seconds`` for requests in flight, then kill what is left."""
        running = [child.process for child in self.children.values() if child.process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + seconds
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _refuse_stopped(self) -> None:
        for name, child in self.children.items():
            code = child.process.poll()
            if code is not None:
                raise Trouble(f"{name} stopped while starting ({_said(code)}). {self._last_words(name)}")

    def _last_words(self, name: str) -> str:
        lines: Sequence[str] = self.log(name).read_text(errors="replace").strip().splitlines()[-8:]
        return f"The end of {self.log(name)} says:\n" + "\n".join(line[:500] for line in lines)


def _is_ready(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == 200
    except httpx.HTTPError:
        return False


def _said(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
