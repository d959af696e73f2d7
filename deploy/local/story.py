"""``make story``: the worked examples of the clinical reference §7 against the running pair, expected beside found."""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid4

import httpx
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from deploy.local import addresses, keys
from deploy.local.signing import PERSON_SECONDS, claims_for, refuse_in_production, sign
from deploy.local.stories import boundaries, discharges, loops
from deploy.local.stories.clinic import Clients, Clinic, subject
from deploy.local.stories.diabetes import Diabetes
from deploy.local.stories.engine import Mark, Played, Story, play
from deploy.local.stories.heart_failure import HeartFailure
from deploy.local.trouble import Trouble
from shared.vocabulary import Role

_PATIENCE_SECONDS = 30
_COLOURS = {Mark.AGREES: "green", Mark.DIFFERS: "bold red", Mark.LATER: "dim"}


class Which(StrEnum):
    """The stories there are."""

    HEART_FAILURE = "heart-failure"
    DIABETES = "diabetes"
    ASTHMA = "asthma"
    COPD = "copd"
    HYPERTENSION = "hypertension"
    CKD = "ckd"
    INFARCTION = "infarction"
    STROKE = "stroke"
    EXACERBATION = "exacerbation"
    CANCELLED = "cancelled-discharge"
    TRANSFER = "transfer"
    MISSED_TWICE = "missed-twice"
    OUT_OF_NETWORK = "out-of-network"


STORIES: dict[Which, Callable[[Clinic], Story]] = {
    Which.HEART_FAILURE: HeartFailure,
    Which.DIABETES: Diabetes,
    Which.ASTHMA: boundaries.asthma,
    Which.COPD: boundaries.copd,
    Which.HYPERTENSION: boundaries.hypertension,
    Which.CKD: boundaries.ckd,
    Which.INFARCTION: discharges.infarction,
    Which.STROKE: discharges.stroke,
    Which.EXACERBATION: discharges.exacerbation,
    Which.CANCELLED: discharges.cancelled,
    Which.TRANSFER: discharges.transfer,
    Which.MISSED_TWICE: loops.missed_twice,
    Which.OUT_OF_NETWORK: loops.out_of_network,
}


def main(
    only: Annotated[Which | None, typer.Option(help="One story; all when left out.")] = None,
    differences: Annotated[bool, typer.Option(help="Print only rows that differ.")] = False,
) -> None:
    """Play the stories in simulated time, each for an organization of its own, so that a repeat is no trouble."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    try:
        refuse_in_production()
        counts = told(console, map(_played_by(console), [only] if only else Which), differences=differences)
    except (Trouble, httpx.ConnectError) as error:
        said = str(error) if isinstance(error, Trouble) else _not_running()
        typer.echo(said, err=True)
        raise SystemExit(2) from None
    console.print(
        f"{counts[Mark.AGREES]} rows as expected, {counts[Mark.DIFFERS]} different, {counts[Mark.LATER]} later."
    )
    raise SystemExit(1 if counts[Mark.DIFFERS] else 0)


def _played_by(console: Console) -> Callable[[Which], tuple[str, list[Played]]]:
    return lambda which: asyncio.run(_played(which, console))


def told(console: Console, stories: Iterable[tuple[str, list[Played]]], *, differences: bool) -> Counter[Mark]:
    """Print each story as soon as it has been played, also into a file; how many rows of a kind there were."""
    counts: Counter[Mark] = Counter()
    for title, played in stories:
        _print(console, title, [row for row in played if not differences or row.mark is Mark.DIFFERS])
        console.file.flush()
        counts.update(row.mark for row in played)
    return counts


async def _played(which: Which, console: Console) -> tuple[str, list[Played]]:
    where, organization = addresses.running(), uuid4()
    clinic = Clinic(_clients(where.coordination, organization), _clients(where.monitoring, organization))
    story = STORIES[which](clinic)
    found: list[Played] = []
    try:
        await _reach(where.coordination, where.monitoring)
        with console.status(story.title) as status:
            async for each in play(story.rows()):
                status.update(f"{story.title}: {each.row.when:%a %m-%d %H:%M} {each.row.event}")
                found.append(each)
    finally:
        await clinic.close()
    return story.title, found


async def _reach(*bases: str) -> None:
    async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS) as client:
        for base in bases:
            await client.get(f"{base}/livez")


def _clients(base: str, organization: UUID) -> Clients:
    keyring = keys.load()

    def client(role: Role) -> httpx.AsyncClient:
        claims = claims_for([role], organization, subject(role), seconds=PERSON_SECONDS)
        headers = {"Authorization": f"Bearer {sign(claims, keyring)}"}
        return httpx.AsyncClient(base_url=base, headers=headers, timeout=_PATIENCE_SECONDS)

    return client


def _print(console: Console, title: str, played: list[Played]) -> None:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for name in ("when", "event", "expected", "came", ""):
        table.add_column(name, overflow="fold", no_wrap=name in ("when", ""))
    for each in played:
        row, colour = each.row, _COLOURS[each.mark]
        came = f"waits for {each.came}" if each.mark is Mark.LATER else each.came
        table.add_row(f"{row.when:%a %m-%d %H:%M}", row.event, row.expected, came, each.mark, style=colour)
    console.print(table, markup=False)


def _not_running() -> str:
    where = addresses.running()
    return (
        f"Nothing answers at {where.coordination} and {where.monitoring}. "
        "Start the pair with `make run` in another terminal and try again."
    )


if __name__ == "__main__":
    typer.run(main)
