"""Practices and whom they care for."""

from typing import Any

from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import (
    Json,
    at,
    good,
)
from tests.support.makers_directory import a_specialist

HONOLULU = {"name": "Bay Street", "address": "1 Bay Street", "time_zone": "Pacific/Honolulu"}


async def a_site(api: Api, **changes: Any) -> Json:
    specialist = await a_specialist(api, sites=[{**HONOLULU, **changes}])
    found = await good(await at(api).get("/v1/sites?limit=200"))
    (site,) = [one for one in found["items"] if one["id"] == specialist["sites"][0]["id"]]
    return dict(site)


async def cared_for(api: Api, patient: str, site: str | None, *, version: int = 0) -> Json:
    answer = await at(api).put(
        f"/v1/patients/{patient}/practice", json={"site_id": site}, headers={"If-Match": f'"{version}"'}
    )
    return await good(answer)


async def closed(api: Api, site: Json, *days: str, holidays: str | None = None) -> Json:
    boss = at(api, role=Role.CLINIC_ADMIN)
    body = {"holidays": holidays, "closures": [{"day": day, "reason": "Inventory"} for day in days]}
    tag = {"If-Match": f'"{site["version"]}"'}
    return await good(await boss.put(f"/v1/sites/{site['id']}/calendar", json=body, headers=tag))
