"""What measures are asked, and what they count."""

from datetime import datetime
from typing import Any

from services.coordination.jobs import outcomes
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_coordination import (
    DISCHARGED,
    a_stay,
    at,
    discharge,
    good,
    need_of,
    new_york,
    tag,
)

LATER = new_york("2026-12-20 09:00")


async def measure(api: Api, key: str, now: datetime = LATER, **query: Any) -> dict[str, Any]:
    """One measure, judged in the request where records changed; what is kept afterwards has to say the same."""
    client = api.as_(Role.AUDITOR, now=now)
    asked = {"period": "2026", **query}
    found: dict[str, Any] = await good(await client.get(f"/v1/measures/{key}", params=asked))
    await judged(api)
    assert await good(await client.get(f"/v1/measures/{key}", params=asked)) == found
    return found


async def judged(api: Api) -> None:
    """The worker's job, until nobody is marked."""
    while await outcomes.run_once(api.sessions, [api.organization], LATER):
        pass


async def a_call(api: Api, patient: str, when: datetime, recorded: datetime | None = None) -> None:
    body = {"patient_id": patient, "channel": "phone", "outcome": "reached", "started_at": when.isoformat()}
    await good(await at(api, recorded or when).post("/v1/contacts", json=body))


async def is_met(api: Api, found: dict[str, Any], kind: str, evidence: str, when: datetime) -> None:
    need = need_of(found, kind)
    client = at(api, max(when, DISCHARGED))
    current = await good(await client.get(f"/v1/needs/{need['id']}"))
    body = {"evidence": {"kind": evidence}, "done_at": when.isoformat()}
    await good(await client.post(f"/v1/needs/{need['id']}/meet", json=body, headers=tag(current)))


async def in_hospital(api: Api, patient: Any, since: str, until: str, **changes: Any) -> Any:
    now = new_york(until)
    stay = await a_stay(api, patient, started=new_york(since))
    return await discharge(api, stay, ended=now, **changes)
