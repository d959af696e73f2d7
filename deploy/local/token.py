"""``make token ROLE=coordinator [ORG=south]``: print an access token, whether the services run or not."""

import sys
from typing import Annotated

import typer

from deploy.local import demo, keys
from deploy.local.signing import PERSON_SECONDS, claims_for, refuse_in_production, sign
from deploy.local.trouble import Trouble
from shared.vocabulary import Role


def main(
    role: Annotated[str, typer.Option(help="One of the roles, or several with commas.")],
    org: Annotated[str, typer.Option(help="north, south, or an organization's UUID.")] = demo.NORTH.key,
    subject: Annotated[str | None, typer.Option(help="Who to be in the records.")] = None,
    rotate: Annotated[bool, typer.Option(help="Sign with a new key first.")] = False,
) -> None:
    """Print a development access token, valid for eight hours."""
    try:
        refuse_in_production()
        roles = [Role(name.strip()) for name in role.split(",")]
        organization = demo.organization(org)
    except (Trouble, ValueError) as error:
        text = str(error)
        if "is not a valid Role" in text:
            text += f". Choose from: {', '.join(Role)}."
        typer.echo(text, err=True)
        raise SystemExit(2) from None
    if rotate:
        keys.save(keys.load().rotated())
    claims = claims_for(roles, organization, subject or f"dev.{roles[0]}", seconds=PERSON_SECONDS)
    sys.stdout.write(sign(claims, keys.load()) + "\n")


if __name__ == "__main__":
    typer.run(main)
