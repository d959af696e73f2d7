"""The sweep that looks for what stands still."""

from datetime import datetime
from typing import Any

from services.coordination.jobs import stalled
from tests.support.apps import Api
from tests.support.makers_directory import a_coordinator, taken


async def sweep(api: Api, now: datetime) -> int:
    return await stalled.run_once(api.sessions, [api.organization], now)


async def work_of(api: Api, referral: dict[str, Any], now: datetime) -> list[tuple[str, bool]]:
    listed = taken(await a_coordinator(api, now).get("/v1/worklist?source=referral&limit=200"))["items"]
    return [(one["stage"], one["overdue"]) for one in listed if one["source_id"] == referral["id"]]


async def stages_of(api: Api, referral: dict[str, Any], now: datetime) -> list[str]:
    """The stages of a referral that stand on the worklist, by name."""
    return sorted(stage for stage, _ in await work_of(api, referral, now))
