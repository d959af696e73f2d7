"""``make import DIR=…``: send what each service takes of a folder of FHIR Bundles, and say what became of it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from deploy.local import bundles, client, demo
from deploy.local.addresses import FOLDER
from deploy.local.sending import Sender
from deploy.local.tally import Tally
from deploy.local.trouble import Trouble
from shared.vocabulary import Role

ANSWER_SECONDS = 120.0
LIST = FOLDER / "import.csv"
console = Console(highlight=False)


def main(
    folder: Annotated[str, typer.Argument(help="Folder of Bundles, plain or gzip.")],
    as_of: Annotated[str | None, typer.Option(help="Stays that ended in the 30 days before this open work.")] = None,
    org: Annotated[str, typer.Option(help="north, south, or an organization's UUID.")] = demo.NORTH.key,
) -> None:
    """Send a folder of FHIR Bundles to the running pair; a second time changes nothing."""
    tally = Tally()
    try:
        if not folder:
            raise Trouble("Say which folder: make import DIR=folder")
        waves = bundles.files_of(Path(folder))
        asyncio.run(_import(waves, demo.organization(org), _instant(as_of), tally))
    except (Trouble, ValueError) as trouble:
        console.print(str(trouble), markup=False)
        raise SystemExit(1) from None
    finally:
        _close(tally)


def _instant(as_of: str | None) -> str | None:
    """A date means its end in UTC; an instant must have an offset."""
    if as_of is None:
        return None
    try:
        if len(as_of) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(as_of), time(23, 59, 59), UTC).isoformat()
        if datetime.fromisoformat(as_of).tzinfo is not None:
            return as_of
    except ValueError as error:
        raise Trouble(f"AS_OF is a date such as 2026-01-31 ({error}).") from None
    raise Trouble("AS_OF is a date such as 2026-01-31, or an instant with its offset.")


async def _import(waves: Sequence[Sequence[Path]], organization: UUID, as_of: str | None, tally: Tally) -> None:
    at = client.service_addresses()
    headers = client.bearer(Role.INTEGRATION, organization) | {"Content-Type": "application/fhir+json"}
    columns = (TextColumn("files"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    async with httpx.AsyncClient(headers=headers, timeout=ANSWER_SECONDS) as http:
        taken = {service: await _taken(http, url) for service, url in at.items()}
        sender = Sender(http, at, taken, as_of, tally)
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("files", total=sum(len(wave) for wave in waves))
            for wave in waves:
                await sender.send_all(wave, lambda: progress.advance(task))


async def _taken(http: httpx.AsyncClient, url: str) -> frozenset[str]:
    answer = await http.get(f"{url}/fhir/R4/metadata")
    if answer.status_code != 200:
        raise Trouble(f"{url}/fhir/R4/metadata answers {answer.status_code}, so it is not known what is taken there.")
    offered = answer.json()["rest"][0]["resource"]
    # What can only be read there is not sent.
    return frozenset(each["type"] for each in offered if {"code": "create"} in each["interaction"])


def _close(tally: Tally) -> None:
    if not tally.sent and not tally.unread:
        return
    tally.show(console)
    if tally.refusals or tally.unread:
        tally.write(LIST)
        console.print(f"Every refused entry, with its file and place: {LIST}", markup=False)


if __name__ == "__main__":
    typer.run(main)
