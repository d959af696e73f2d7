"""Service processes begin as copies of one that has imported everything: a start costs milliseconds, not seconds.

Each is a process of its own with its own environment, command line and log, runs the same module as the command line
would, and is killed by its id like any other. ``python -m tests.support.warm`` is the process they are copied from.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

# Nothing of deploy.local: that reads the environment of the process when it is imported.
_IMPORTED = (
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "uvicorn.lifespan.on",
    "services.coordination.app",
    "services.coordination.jobs.rounds",
    "services.monitoring.app",
    "services.monitoring.jobs.rounds",
)
_LOOKS_EVERY = 0.005


class Warm:
    """The process that copies are made of; it ends with the one that started it, and so do its copies."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([sys.executable, "-m", __name__], stdin=pipe, stdout=pipe, text=True)
        atexit.register(self._end)

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> "Copy":
        """``python -m`` these arguments, in this environment."""
        asked = {"arguments": list(arguments), "environment": dict(environment), "log": str(log)}
        return Copy(self, self.ask(asked))

    def ask(self, question: dict[str, Any]) -> int:
        """One question, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def _end(self) -> None:
        self._process.communicate()


class Copy:
    """A running copy."""

    def __init__(self, warm: Warm, pid: int) -> None:
        self._warm, self.pid = warm, pid

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def wait(self, timeout: float) -> int:
        """Its exit code; a signal's number is negative.

        Raises:
            AssertionError: it still runs after so many seconds.
        """
        status = self._warm.ask({"wait": self.pid, "seconds": timeout})
        assert status >= 0, f"process {self.pid} still runs after {timeout} s"
        return os.waitstatus_to_exitcode(status)


@functools.cache
def warm() -> Warm:
    """The one of this process."""
    return Warm()


def _main() -> None:
    gc.disable()
    for name in _IMPORTED:
        importlib.import_module(name)
    configure_mappers()
    # A copy's walk for garbage would otherwise touch, and so copy, every page that it shares with this process.
    gc.freeze()
    gc.enable()
    copies: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            answer = _ended(asked["wait"], asked["seconds"])
            copies.discard(asked["wait"])
        else:
            answer = os.fork()
            if not answer:
                _become(asked["arguments"], asked["environment"], asked["log"])
            copies.add(answer)
        print(answer, flush=True)
    for pid in copies:
        os.kill(pid, signal.SIGKILL)


def _ended(pid: int, seconds: float) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(_LOOKS_EVERY)
    return -1


def _become(arguments: list[str], environment: dict[str, str], log: str) -> None:
    code = 1
    try:
        _take_over(environment, log)
        sys.argv = arguments
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does: said on standard error, and an exit code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _take_over(environment: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDONLY)
    kept = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for number, stream in enumerate((nothing, kept, kept)):
        os.dup2(stream, number)


if __name__ == "__main__":
    _main()
