"""``make migration SERVICE=coordination NAME=add_a_column``: draft the next migration from what the models say."""

import re
import sys
from typing import Annotated

import typer
from alembic import command
from alembic.script import ScriptDirectory

from deploy.local.databases import SERVICES
from deploy.local.scratch import scratch_databases
from shared.db.migrate import config, upgrade


def main(
    service: Annotated[str, typer.Option(help="coordination or monitoring")],
    name: Annotated[str, typer.Option(help="what it does, such as add_a_column")],
) -> None:
    """Write the draft to read, mend and commit; a table of an organization still needs its ``wall(…)``."""
    if service not in SERVICES or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        typer.echo("Say which: make migration SERVICE=coordination NAME=add_a_column", err=True)
        raise SystemExit(2)
    with scratch_databases() as found:
        url = found[service].migration_url
        upgrade(service, url)
        numbers = [
            int(script.revision) for script in ScriptDirectory.from_config(config(service, url)).walk_revisions()
        ]
        command.revision(config(service, url), message=name, rev_id=f"{max(numbers) + 1:04}", autogenerate=True)
    sys.stdout.write("Read it, add wall(…) for a new table of an organization, then: make check\n")


if __name__ == "__main__":
    typer.run(main)
