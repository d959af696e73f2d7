"""The door: tokens, policy, health, and refusals that say what to do."""

import pytest

from shared.vocabulary import Role
from tests.support.apps import Api, Pair, epoch, problem


async def test_ready_when_the_database_is_migrated_and_the_role_is_walled(coordination: Api) -> None:
    answer = await coordination.anonymous().get("/readyz")
    assert answer.json() == {"status": "ready"}


async def test_anonymous_is_refused_with_what_to_do(coordination: Api) -> None:
    answer = await coordination.anonymous().get("/v1/ops/messages")
    assert problem(answer) == (401, "token.invalid")
    assert "Authorization: Bearer" in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_an_expired_token_has_a_code_of_its_own(coordination: Api) -> None:
    answer = await coordination.as_(Role.SUPERVISOR, exp=epoch(-3600)).get("/v1/ops/messages")
    assert problem(answer) == (401, "token.expired"), answer.text


async def test_a_role_outside_the_table_is_refused_and_the_refusal_is_kept(coordination: Api) -> None:
    answer = await coordination.as_(Role.SPECIALIST).get("/v1/ops/messages")
    assert problem(answer) == (403, "not-allowed")


@pytest.mark.parametrize("service", ["coordination", "monitoring"])
async def test_drift_of_a_new_organization_is_zero(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    answer = await api.as_(Role.SUPERVISOR).get("/v1/ops/drift")
    assert answer.status_code == 200, answer.text
    assert answer.json()["drift"] == 0
