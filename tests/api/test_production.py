"""With ENV=production nothing that development offers exists (S18, S30)."""

from dataclasses import replace

import httpx
import pytest

from deploy.local import issuer
from deploy.local.trouble import Trouble
from services.coordination import app as coordination_app
from shared.vocabulary import Role
from tests.support.apps import Api, Pair, problem, settings_for


@pytest.fixture
async def production(pair: Pair) -> Api:
    """Coordination as it runs in production, over the test's database and issuer."""
    development = pair.coordination
    settings = settings_for("coordination", development.keyring, production=True)
    return replace(development, app=coordination_app.create(settings, development.parts))


async def test_time_cannot_be_simulated(production: Api) -> None:
    nurse = production.as_(Role.SUPERVISOR, now="2026-09-04T15:20:00-04:00")
    assert problem(await nurse.get("/v1/ops/messages")) == (400, "simulated-time.not-available")


async def test_jobs_run_by_the_real_clock_only(production: Api) -> None:
    answer = await production.as_(Role.SUPERVISOR).post("/v1/ops/run-jobs", json={"now": "2026-09-04T15:20:00Z"})
    assert problem(answer)[0] == 404


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/metrics"])
async def test_docs_and_metrics_are_not_public(production: Api, path: str) -> None:
    assert (await production.anonymous().get(path)).status_code == 404


async def test_metrics_open_to_their_token_only(pair: Pair) -> None:
    parts = pair.coordination.parts
    settings = settings_for("coordination", pair.coordination.keyring, production=True, metrics_token="scrape")
    transport = httpx.ASGITransport(coordination_app.create(settings, parts))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/metrics", headers={"Authorization": "Bearer other"})).status_code == 404
        assert "careweave_requests" in (await client.get("/metrics", headers={"Authorization": "Bearer scrape"})).text


def test_the_development_issuer_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENV", "production")
    with pytest.raises(Trouble, match="ENV=production"):
        issuer.create_app()
