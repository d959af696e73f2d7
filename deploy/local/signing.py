"""Development access tokens (RFC 9068, SMART v2 scopes); never for production."""

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt

from deploy.local import addresses
from deploy.local.keys import Keyring
from deploy.local.trouble import Trouble
from shared.vocabulary import Role

AUDIENCE = os.environ.get("AUDIENCE", "careweave")
PERSON_SECONDS = 8 * 60 * 60
SERVICE_SECONDS = 5 * 60
MACHINES = frozenset({Role.SERVICE, Role.INTEGRATION})


def refuse_in_production() -> None:
    """Anybody may have any role here, so it must not run beside real data.

    Raises:
        Trouble: when ENV is ``production``.
    """
    if os.environ.get("ENV", "development").strip().lower() == "production":
        raise Trouble(
            "The development issuer gives any role to anybody and refuses to run with ENV=production. "
            "Set ISSUER_URL to your own OpenID Connect issuer."
        )


def claims_for(
    roles: Sequence[Role],
    organization: UUID | None,
    subject: str,
    *,
    client_id: str = "careweave-dev",
    seconds: int,
) -> dict[str, Any]:
    """The claims of a token valid for ``seconds`` from now: system scopes for machines, user for people."""
    now = int(time.time())
    context = "system" if MACHINES.issuperset(roles) else "user"
    acts = "rs" if list(roles) == [Role.AUDITOR] else "cruds"
    claims: dict[str, Any] = {
        "iss": addresses.running().issuer,
        "aud": AUDIENCE,
        "sub": subject,
        "client_id": client_id,
        "roles": [str(role) for role in roles],
        "scope": f"{context}/*.{acts}",
        "iat": now,
        "nbf": now,
        "exp": now + seconds,
        "jti": str(uuid4()),
    }
    if organization is not None:
        claims["organization"] = str(organization)
    return claims


def sign(claims: Mapping[str, Any], keyring: Keyring) -> str:
    """A signed token with exactly these claims; tests use it for broken ones too."""
    key = keyring.signing_key()
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": keyring.current}, dict(claims), key)
