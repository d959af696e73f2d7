"""How local tools reach the running pair: addresses, tokens, and a clear sentence when nobody answers."""

import os
from collections.abc import Mapping
from uuid import UUID

import httpx

from deploy.local import addresses, keys
from deploy.local.signing import PERSON_SECONDS, claims_for, refuse_in_production, sign
from deploy.local.trouble import Trouble
from shared.vocabulary import Role


def bearer(role: Role, organization: UUID, subject: str | None = None) -> dict[str, str]:
    """The header of a token of this role; ``TOKEN`` in the environment takes its place, for another issuer.

    Raises:
        Trouble: with ENV=production and no token given.
    """
    given = os.environ.get("TOKEN")
    if not given:
        refuse_in_production()
        claims = claims_for([role], organization, subject or f"dev.{role}", seconds=PERSON_SECONDS)
        given = sign(claims, keys.load())
    return {"Authorization": f"Bearer {given}"}


def service_addresses() -> Mapping[str, str]:
    """Both services' base addresses, once both say they are ready.

    Raises:
        Trouble: one does not answer.
    """
    at = addresses.running()
    found = {"coordination": at.coordination, "monitoring": at.monitoring}
    for name, url in found.items():
        try:
            httpx.get(f"{url}/readyz", timeout=5.0).raise_for_status()
        except httpx.HTTPError:
            raise Trouble(f"{name} does not answer at {url}. Start it first: make run") from None
    return found
