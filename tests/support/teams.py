"""Teams and their work."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_directory import (
    FRIDAY,
    a_coordinator,
    taken,
)


def boss(api: Api) -> Any:
    return api.as_(Role.SUPERVISOR, now=FRIDAY)


async def a_team(api: Api, key: str = "east", *members: str) -> dict[str, Any]:
    body = {"key": key, "name": key.title(), "members": list(members or ("coordinator-1",))}
    return taken(await boss(api).post("/v1/teams", json=body), 201)


async def the_work(api: Api, **query: str) -> dict[str, Any]:
    return dict(taken(await a_coordinator(api).get("/v1/worklist", params=query))["items"][0])
