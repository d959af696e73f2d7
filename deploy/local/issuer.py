"""A development OpenID Connect issuer: discovery, keys, tokens for the two services and for any role.

Run as ``python -m deploy.local.issuer``; it refuses to start with ENV=production.
"""

import hmac
import os
from base64 import b64decode
from typing import Annotated, Any
from uuid import UUID

import uvicorn
from fastapi import FastAPI, Form, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator

from deploy.local import addresses, demo, keys
from deploy.local.signing import (
    PERSON_SECONDS,
    SERVICE_SECONDS,
    claims_for,
    refuse_in_production,
    sign,
)
from shared.vocabulary import Role

NO_STORE = {"Cache-Control": "no-store"}


class DevToken(BaseModel):
    """Who to be: a role, an organization (``north``, ``south`` or a UUID) and a name for the records."""

    model_config = ConfigDict(extra="forbid", validate_default=True)

    role: Role
    org: str = demo.NORTH.key
    subject: str | None = Field(default=None, max_length=100, pattern=r"^[\w.@-]+$")

    @field_validator("org")
    @classmethod
    def _known(cls, value: str) -> str:
        return str(demo.organization(value))


def create_app() -> FastAPI:
    """The issuer's routes; the keyring is read anew for each request, so a rotation shows at once.

    Raises:
        Trouble: when ENV is ``production``.
    """
    refuse_in_production()
    app = FastAPI(title="Careweave development issuer", docs_url=None, redoc_url=None)
    app.get("/.well-known/openid-configuration")(discovery)
    app.get("/jwks")(jwks)
    app.get("/livez")(livez)
    app.post("/token")(token)
    app.post("/dev-token")(dev_token)
    return app


async def livez() -> dict[str, str]:
    return {"status": "ok"}


async def discovery() -> dict[str, Any]:
    """OpenID Connect discovery, as far as the services need it."""
    issuer = addresses.running().issuer
    return {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/jwks",
        "token_endpoint": f"{issuer}/token",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


async def jwks() -> dict[str, Any]:
    """The public keys."""
    return keys.load().public()


async def token(
    grant_type: Annotated[str, Form()],
    client_id: Annotated[str | None, Form()] = None,
    client_secret: Annotated[str | None, Form()] = None,
    organization: Annotated[UUID | None, Form()] = None,
    authorization: Annotated[str | None, Header()] = None,
) -> JSONResponse:
    """A service's token by client credentials (RFC 6749 §4.4), for one organization where one is named."""
    if grant_type != "client_credentials":
        return _refused("unsupported_grant_type", 400)
    if authorization and authorization.lower().startswith("basic "):
        client_id, client_secret = _basic(authorization)
    keyring = keys.load()
    known = keyring.clients.get(client_id or "")
    if client_id is None or known is None or not hmac.compare_digest(known.encode(), (client_secret or "").encode()):
        return _refused("invalid_client", 401)
    claims = claims_for([Role.SERVICE], organization, client_id, client_id=client_id, seconds=SERVICE_SECONDS)
    return _granted(sign(claims, keyring), SERVICE_SECONDS)


async def dev_token(wanted: DevToken) -> JSONResponse:
    """A token for any role, for a person at a laptop."""
    subject = wanted.subject or f"dev.{wanted.role}"
    claims = claims_for([wanted.role], UUID(wanted.org), subject, seconds=PERSON_SECONDS)
    return _granted(sign(claims, keys.load()), PERSON_SECONDS)


def _basic(header: str) -> tuple[str, str]:
    try:
        client_id, _, secret = b64decode(header[6:], validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return client_id, secret


def _granted(access_token: str, seconds: int) -> JSONResponse:
    answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": seconds}
    return JSONResponse(answer, headers=NO_STORE)


def _refused(error: str, status: int) -> JSONResponse:
    return JSONResponse({"error": error}, status_code=status, headers=NO_STORE)


if __name__ == "__main__":
    uvicorn.run(
        create_app(),
        host=os.environ.get("ISSUER_HOST", "127.0.0.1"),
        port=addresses.port("issuer"),
        log_level="warning",
        access_log=False,
    )
