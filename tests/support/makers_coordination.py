"""Makers for patients, stays and needs, in the clinic's language."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from shared.vocabulary import Role
from tests.support.apps import Api

NEW_YORK = ZoneInfo("America/New_York")
MRN = "https://example.org/mrn"

Json = dict[str, Any]

FAILING_HEART: list[Json] = [
    {"system": "icd-10-cm", "code": "I13.0", "role": "principal"},
    {"system": "icd-10-cm", "code": "I50.23"},
    {"system": "icd-10-cm", "code": "N18.32"},
    {"system": "icd-10-cm", "code": "E11.22"},
]
"""What the patient of clinical §7a was treated for."""
HIGH_SUGAR: list[Json] = [{"system": "icd-10-cm", "code": "E11.65", "role": "principal"}]
BROKEN_ARM: list[Json] = [{"system": "icd-10-cm", "code": "S52.501A", "role": "principal"}]


def new_york(text: str) -> datetime:
    """An instant from New York's wall clock, such as ``2026-09-04 15:20``."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


ADMITTED = new_york("2026-08-30 11:40")
DISCHARGED = new_york("2026-09-04 15:20")
"""The Friday before Labor Day 2026 (clinical §7a)."""


def at(api: Api, now: datetime = DISCHARGED, role: Role = Role.COORDINATOR, **changes: Any) -> httpx.AsyncClient:
    """A coordinator's client at a moment."""
    return api.as_(role, now=now, **changes)


async def good(answer: httpx.Response) -> Json:
    """The body of an answer that must be a success."""
    assert answer.is_success, answer.text
    body: Json = answer.json()
    return body


def tag(thing: Json) -> dict[str, str]:
    """The header that names the version of a thing."""
    return {"If-Match": f'"{thing["version"]}"'}


def a_person(**changes: Any) -> Json:
    """The body that registers somebody, with an identifier of their own."""
    person: Json = {
        "identifiers": [{"system": MRN, "value": f"EX-{uuid4()}"}],
        "family": "Sample",
        "given": "Robin",
        "birth_date": "1952-03-03",
        "sex": "male",
        "time_zone": "America/New_York",
        "coverage": [{"payer": "Medicare"}],
    }
    return {**person, **changes}


async def a_patient(api: Api, *, now: datetime = DISCHARGED, **changes: Any) -> Json:
    """A registered patient."""
    return await good(await at(api, now).post("/v1/patients", json=a_person(**changes)))


async def a_stay(api: Api, patient: Json, *, started: datetime = ADMITTED, **changes: Any) -> Json:
    """A stay in progress."""
    body = {"patient_id": patient["id"], "started_at": started.isoformat(), "facility": "Example General", **changes}
    return await good(await at(api, max(started, ADMITTED)).post("/v1/stays", json=body))


async def discharge(
    api: Api, stay: Json, *, ended: datetime = DISCHARGED, now: datetime | None = None, **changes: Any
) -> Json:
    """The discharge of a stay, recorded when it happened unless ``now`` says later."""
    body = {"ended_at": ended.isoformat(), "diagnoses": FAILING_HEART, **changes}
    client = at(api, now or ended)
    return await good(await client.post(f"/v1/stays/{stay['id']}/discharge", json=body, headers=tag(stay)))


async def a_discharge(api: Api, **changes: Any) -> Json:
    """The discharge of clinical §7a: heart failure, home, LVEF 30 %, NYHA II."""
    facts = {"lvef_percent": "30", "nyha": "II", "weight": {"value": "81.0", "unit": "kg"}}
    stay = await a_stay(api, await a_patient(api))
    return await discharge(api, stay, **{"facts": facts, **changes})


def need_of(plan_or_list: Json, kind: str) -> Json:
    """The one need of a kind in a plan or a page."""
    needs = plan_or_list["plan"]["needs"] if "plan" in plan_or_list else plan_or_list["items"]
    found: list[Json] = [need for need in needs if need["kind"] == kind]
    assert len(found) == 1, f"{len(found)} needs of kind {kind}"
    return found[0]


def clock_of(need: Json, key: str) -> Json:
    """The clock of a need by its key."""
    return next(clock for clock in need["clocks"] if clock["key"] == key)


def local(instant: str) -> str:
    """An answer's instant on New York's wall clock, such as ``Mon 2026-09-07 15:20``."""
    return f"{datetime.fromisoformat(instant).astimezone(NEW_YORK):%a %Y-%m-%d %H:%M}"


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)
