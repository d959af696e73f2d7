"""What one service tells the other in the course of a day."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api, Pair
from tests.support.makers_coordination import good
from tests.support.makers_monitoring import local

DAY = "2026-09-04 "


def at(api: Api, time: str) -> Any:
    return api.as_(Role.COORDINATOR, Role.CASE_MANAGER, Role.SUPERVISOR, now=local(DAY + time))


async def deliver(pair: Pair, time: str) -> None:
    for api in (pair.coordination, pair.monitoring):
        await good(await at(api, time).post("/v1/ops/run-jobs", json={"now": local(DAY + time).isoformat()}))
