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
        roles = _roles(role)
        if rotate:
            keys.save(keys.load().rotated())
        claims = claims_for(roles, demo.organization(org), subject or f"dev.{roles[0]}", seconds=PERSON_SECONDS)
        signed = sign(claims, keys.load())
    except (Trouble, ValueError) as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
    sys.stdout.write(f"{signed}\n")


def _roles(names: str) -> list[Role]:
    try:
        roles = [Role(name.strip()) for name in names.split(",")]
    except ValueError:
        offered = ", ".join(role for role in Role if role is not Role.SERVICE)
        raise Trouble(f"Say which role: make token ROLE=coordinator. Choose from: {offered}.") from None
    if Role.SERVICE in roles:
        raise Trouble(
            "A service gets its own token from the issuer, with its own credentials, and names the organization per "
            "call; make run gives both services theirs. Choose a person's role, or integration."
        )
    return roles


if __name__ == "__main__":
    typer.run(main)
