"""A desk at which protocols are revised."""

from typing import Any

import httpx

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import local
from tests.support.makers_plans import entitles

NOW = "2026-09-20 09:00"
PERIOD = {"starts_at": "2026-09-01T00:00:00-04:00", "ends_at": "2026-09-14T00:00:00-04:00"}


class Desk:
    """Somebody who makes versions of diabetes."""

    def __init__(self, api: Api, subject: str = "author", now: str = NOW) -> None:
        self.api = api
        self.client = api.as_(Role.SUPERVISOR, subject=subject, now=local(now))
        self.path = "/v1/protocols/diabetes/versions"

    async def draft(self, based_on: str = "1.0.0") -> dict[str, Any]:
        body = {"based_on": based_on, "reason": "We call earlier"}
        return self._good(await self.client.post(self.path, json=body), 201)

    async def tries(self, version: dict[str, Any], act: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"If-Match": f'"{version["version"]}"'}
        path = f"{self.path}/{version['name']}/{act}"
        if act == "content":
            return await self.client.put(path, json=body, headers=headers)
        return await self.client.post(path, json=body, headers=headers)

    async def does(self, version: dict[str, Any], act: str, **body: Any) -> dict[str, Any]:
        return self._good(await self.tries(version, act, body), 200)

    async def revised(self, based_on: str = "1.0.0", **bounds: tuple[str, str]) -> dict[str, Any]:
        """A validated version in which bounds have other pairs."""
        drafted = await self.draft(based_on)
        content = with_bounds(drafted["content"], bounds)
        revised = await self.does(drafted, "content", content=content)
        return await self.does(revised, "validate", prescriber=(await entitles(self.api))["person"])

    def _good(self, answer: httpx.Response, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


def with_bounds(content: Any, bounds: dict[str, tuple[str, str]]) -> Any:
    """The same content with other pairs of glucose bounds."""
    if isinstance(content, list):
        return [with_bounds(each, bounds) for each in content]
    if not isinstance(content, dict):
        return content
    name = str(content.get("key", "")).removeprefix("glucose.").replace("-", "_")
    if "at" in content and name in bounds:
        mass, moles = bounds[name]
        return {**content, "at": [f"{mass} mg/dL", f"{moles} mmol/L"]}
    return {name: with_bounds(each, bounds) for name, each in content.items()}


async def published(api: Api, based_on: str = "1.0.0", **bounds: tuple[str, str]) -> dict[str, Any]:
    """Made by one, published by another."""
    ready = await Desk(api).revised(based_on, **bounds)
    await Desk(api).does(ready, "dry-run", **PERIOD)
    return await Desk(api, "publisher").does(ready, "publish", reason="Agreed")
