"""The clock's jobs of monitoring on request."""

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import local


async def run_jobs(api: Api, now: str) -> dict[str, int]:
    answer = await api.as_(Role.SUPERVISOR, now=local(now)).post(
        "/v1/ops/run-jobs", json={"now": local(now).isoformat()}
    )
    assert answer.status_code == 200, answer.text
    done: dict[str, int] = answer.json()["done"]
    return done
