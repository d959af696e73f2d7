"""``make run``: from nothing to both services with demo data; Ctrl-C stops all of it."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.markup import escape

from deploy.local import addresses, checks, demo, pair, postgres, seed
from deploy.local.addresses import FOLDER, Addresses
from deploy.local.databases import Database
from deploy.local.processes import Processes
from deploy.local.signing import refuse_in_production
from deploy.local.trouble import Trouble

LOOK_SECONDS = 0.5
PG_FOLDER = FOLDER / "pg"
console = Console(highlight=False, soft_wrap=True)


class Stop(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


def main() -> int:
    """Run until told to stop. Returns 0 after an orderly stop, 1 after trouble."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    processes: Processes | None = None
    code = 1
    try:
        refuse_in_production()
        lock = checks.take_folder(FOLDER)
        processes = Processes(FOLDER)
        _start(processes)
        _watch(processes)
    except Stop:
        code = 0
    except Trouble as trouble:
        console.print(f"\n[bold red]Careweave stopped.[/] {escape(str(trouble))}")
    finally:
        # Also after what nobody foresaw: programs without the one that tends them would hold ports and folder.
        if processes is not None:
            _stop_all(processes)
            os.close(lock)
    if code == 0:
        console.print("Stopped.")
    return code


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _start(processes: Processes) -> None:
    began = time.monotonic()
    console.print(f"[bold]Careweave[/] starts. What it keeps is in {FOLDER}/")
    if left := checks.end_leftovers(FOLDER):
        console.print(f"  ended what a killed run had left: {', '.join(left)}")
    checks.note_processes(FOLDER, ())
    at = addresses.wanted()
    _check_ports()
    server = None
    if pair.needs_embedded():
        with _step("PostgreSQL 18, embedded"):
            server = postgres.start(PG_FOLDER)
    with _step("databases and their roles"):
        found = pair.find_databases(server)
    with _step("migrations"):
        pair.migrate(pair.behind(found))
    with _step("issuer, services and workers"):
        at.save()
        for program in pair.programs(found, at, FOLDER):
            processes.start(program)
        processes.wait_ready()
    _make_demo(found)
    _greet(at, time.monotonic() - began)


def _make_demo(found: Sequence[Database]) -> None:
    if seed.is_seeded() or pair.own_issuer() or os.environ.get("DEMO") == "no":
        return
    began = time.monotonic()
    try:
        seed.seed(console)
        seed.leave_simulation(found)
    except Trouble as trouble:
        console.print(f"  [yellow]The demo data are not complete.[/] {escape(str(trouble))}")
        return
    _done("demo data: 40 patients, 25 specialists", began)


def _check_ports() -> None:
    for name in addresses.PORTS:
        if name != "issuer" or not pair.own_issuer():
            checks.check_port(name, addresses.port(name))


@contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(f"{what} …"):
        yield
    _done(what, began)


def _done(what: str, began: float) -> None:
    console.print(f"  [green]✓[/] {what:<44} [dim]{time.monotonic() - began:5.1f} s[/]")


def _greet(at: Addresses, seconds: float) -> None:
    organizations = ", ".join(f"ORG={one.key} ({one.name})" for one in demo.ORGANIZATIONS)
    console.print(
        f"""
[bold green]Ready[/] after {seconds:.0f} s.

  coordination   {at.coordination}/docs   what must happen, who does it, by when
  monitoring     {at.monitoring}/docs   how a person does against the protocol
  a token        make token ROLE=coordinator     (then press Authorize in /docs and paste it)
  clinics        {organizations}
  logs           {FOLDER}/log/
  the stories    make story          your own FHIR files: make import DIR=folder

  Ctrl-C stops it; what it holds is kept. make reset wipes it.
"""
    )


def _watch(processes: Processes) -> None:
    embedded = pair.needs_embedded()
    while True:
        time.sleep(LOOK_SECONDS)
        if embedded and not postgres.is_up(PG_FOLDER):
            console.print("  PostgreSQL stopped by itself and is started again.")
            postgres.start(PG_FOLDER)
        for sentence in processes.tend():
            console.print(f"  {sentence}", markup=False)


def _stop_all(processes: Processes) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with console.status("Stopping …"):
        processes.stop()
        server = postgres.running(PG_FOLDER) if PG_FOLDER.exists() else None
        if server is not None:
            server.stop(seconds=3)
    checks.note_processes(FOLDER, ())


if __name__ == "__main__":
    sys.exit(main())
