"""The development issuer gives tokens in development, to its clients only, and nothing at all in production (S30)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from deploy.local import demo, keys
from deploy.local.issuer import create_app
from deploy.local.signing import claims_for, sign
from deploy.local.trouble import Trouble
from shared.vocabulary import Role


@pytest.fixture
async def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    ring = keys.load(tmp_path)
    monkeypatch.setattr(keys, "load", lambda: ring)
    transport = httpx.ASGITransport(app=create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://issuer") as client:
        yield client


async def claims(issuer: httpx.AsyncClient, token: str) -> dict[str, Any]:
    published = KeySet.import_key_set((await issuer.get("/jwks")).json())
    return dict(jwt.decode(token, published, algorithms=["ES256"]).claims)


async def test_a_person_gets_a_token_for_a_role_in_an_organization(issuer: httpx.AsyncClient) -> None:
    answer = await issuer.post("/dev-token", json={"role": "case_manager", "org": "south"})
    found = await claims(issuer, answer.json()["access_token"])
    assert found["roles"] == ["case_manager"]
    assert found["organization"] == str(demo.SOUTH.id)
    assert found["scope"] == "user/*.cruds"
    assert found["exp"] - found["iat"] == answer.json()["expires_in"]


async def test_without_an_organization_it_is_the_north_clinic(issuer: httpx.AsyncClient) -> None:
    answer = await issuer.post("/dev-token", json={"role": "coordinator"})
    assert (await claims(issuer, answer.json()["access_token"]))["organization"] == str(demo.NORTH.id)


async def test_a_service_gets_a_token_with_its_secret_only(issuer: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials"}
    secret = keys.load().clients["monitoring"]
    good = await issuer.post("/token", data=form, auth=("monitoring", secret))
    assert (await claims(issuer, good.json()["access_token"]))["roles"] == ["service"]
    assert (await issuer.post("/token", data=form, auth=("monitoring", "guess"))).status_code == 401
    assert (await issuer.post("/token", data=form, auth=("nobody", secret))).status_code == 401
    assert (await issuer.post("/token", data={"grant_type": "password"})).json() == {"error": "unsupported_grant_type"}


async def test_no_private_half_is_published(issuer: httpx.AsyncClient) -> None:
    assert all("d" not in key for key in (await issuer.get("/jwks")).json()["keys"])


def test_a_token_stays_valid_when_the_keys_rotate(tmp_path: Path) -> None:
    before = keys.load(tmp_path)
    token = sign(claims_for([Role.AUDITOR], demo.NORTH.id, "somebody", seconds=60), before)
    after = before.rotated()
    assert after.current != before.current
    published = KeySet([ECKey.import_key(key) for key in after.public()["keys"]])
    assert jwt.decode(token, published, algorithms=["ES256"]).claims["scope"] == "user/*.rs"


def test_the_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    keys.load(tmp_path)
    assert (tmp_path / keys.FILE).stat().st_mode & 0o077 == 0
    assert keys.load(tmp_path) == keys.load(tmp_path)


@pytest.mark.parametrize("environment", ["production", "PRODUCTION", " production "])
def test_it_refuses_to_start_in_production(monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    monkeypatch.setenv("ENV", environment)
    with pytest.raises(Trouble, match="ENV=production"):
        create_app()
