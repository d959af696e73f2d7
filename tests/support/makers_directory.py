"""Makers for the directory, referrals and the worklist, in the clinic's language."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.coordination.store import obligations
from services.coordination.usecases import needs, patients
from shared.contracts.coordination.needs import IdentifyNeed
from shared.contracts.coordination.patients import Coverage, RegisterPatient
from shared.contracts.people import Identifier
from shared.db.session import transaction
from shared.kit.actor import Actor
from shared.vocabulary import NeedKind, Priority, Role, Sex
from tests.support.apps import Api

FRIDAY = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
"""15:20 in New York on the Friday before Labor Day (clinical §7a)."""

_SPECIALIST = {
    "name": "Dr. Ruth Example",
    "organization_name": "Riverside Heart Clinic",
    "specialty": "cardiology",
    "languages": ["en"],
    "modalities": ["in-person", "video"],
    "min_age": 18,
    "coverages": [{"payer": "Medicare"}],
    "prices": [{"amount": "40.00", "payer": "Medicare"}],
    "sites": [
        {
            "name": "Main Street",
            "address": "1 Main Street, Springfield",
            "latitude": "40.730600",
            "longitude": "-73.935200",
            "time_zone": "America/New_York",
        }
    ],
    "capacity": {"free": 4, "as_of": "2026-09-02T12:00:00Z"},
}


def a_coordinator(api: Api, now: datetime = FRIDAY) -> httpx.AsyncClient:
    return api.as_(Role.COORDINATOR, now=now)


def taken(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The body of an answer that must have succeeded."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def a_specialist(api: Api, **changes: object) -> dict[str, Any]:
    """A cardiologist who takes Medicare, seen near the patients."""
    return taken(await a_coordinator(api).post("/v1/specialists", json={**_SPECIALIST, **changes}), 201)


async def slots_for(
    api: Api, specialist: Mapping[str, Any], *days: int, places: int = 1, modality: str = "video"
) -> list[dict[str, Any]]:
    """Half-hour slots so many days after Friday; answers all open ones."""
    starts = [FRIDAY + timedelta(days=day) for day in days]
    asked = [
        {
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(minutes=30)).isoformat(),
            "modality": modality,
            "places": places,
        }
        for start in starts
    ]
    address = f"/v1/specialists/{specialist['id']}/slots"
    taken(await a_coordinator(api).post(address, json={"slots": asked}), 201)
    return list(taken(await a_coordinator(api).get(address, params={"limit": 200}))["items"])


async def a_need(
    api: Api,
    kind: NeedKind = NeedKind.CARDIOLOGY,
    *,
    priority: Priority = Priority.URGENT,
    team: str | None = None,
    now: datetime = FRIDAY,
    born: date = date(1952, 3, 3),
) -> UUID:
    """A need of a new patient with Medicare."""
    person = RegisterPatient(
        identifiers=[Identifier(system="https://example.org/mrn", value=f"EX-{uuid4()}")],
        family="Sample",
        given="Carl",
        birth_date=born,
        sex=Sex.MALE,
        time_zone="America/New_York",
        coverage=[Coverage(payer="Medicare")],
    )
    actor = Actor("nurse-1", api.organization, frozenset({Role.COORDINATOR}), frozenset(), "tests")
    async with transaction(api.sessions, api.organization) as tx:
        patient = await patients.register(tx, person, actor=actor, now=now)
        asked = IdentifyNeed(patient_id=patient.id, need=kind, reason="Discharge plan", priority=priority, team=team)
        return (await needs.identify(tx, asked, actor=actor, now=now)).id


async def the_need(api: Api, need_id: UUID) -> Any:
    """The need as it stands."""
    actor = Actor("nurse-1", api.organization, frozenset({Role.COORDINATOR}), frozenset(), "tests")
    async with transaction(api.sessions, api.organization, read_only=True) as tx:
        return await needs.read(tx, need_id, actor=actor, now=FRIDAY)


async def refer(
    api: Api, need_id: UUID, specialist: Mapping[str, Any], *, now: datetime = FRIDAY, **changes: object
) -> httpx.Response:
    """Refer a need; answers whatever the service answers."""
    body = {"specialist_id": specialist["id"], "clinical_question": "Titrate therapy?", **changes}
    return await a_coordinator(api, now).post(f"/v1/needs/{need_id}/referrals", json=body)


async def a_referral(
    api: Api, specialist: Mapping[str, Any] | None = None, *, now: datetime = FRIDAY, **changes: object
) -> dict[str, Any]:
    """A sent referral for a new cardiology need."""
    chosen = specialist or await a_specialist(api)
    return taken(await refer(api, await a_need(api, now=now), chosen, now=now, **changes), 201)


async def do(
    client: httpx.AsyncClient, referral: Mapping[str, Any], act: str, *, version: int | None = None, **body: object
) -> httpx.Response:
    """Take an act on a referral as it was last seen."""
    headers = {"If-Match": f'"{version or referral["version"]}"'}
    return await client.post(f"/v1/referrals/{referral['id']}/{act}", json=body, headers=headers)


async def through(client: httpx.AsyncClient, referral: dict[str, Any], *acts: str | dict[str, Any]) -> dict[str, Any]:
    """Take acts one after the other, each of which must succeed; a dict names the act and gives its body."""
    for step in acts:
        body = {"act": step} if isinstance(step, str) else dict(step)
        referral = taken(await do(client, referral, body.pop("act"), **body))
    return referral


async def owed(
    api: Api,
    *,
    due: datetime | None,
    priority: Priority = Priority.ROUTINE,
    team: str = "east",
    owner: str | None = None,
    title: str = "Call the patient",
    of: UUID | None = None,
) -> UUID:
    """A piece of open work, that of a source when ``of`` names one; answers the id of its source."""
    source_id = of or uuid4()
    async with transaction(api.sessions, api.organization) as tx:
        await obligations.put(
            tx,
            source="contact",
            source_id=source_id,
            stage="call",
            patient_id=uuid4(),
            due_at=due,
            priority=priority,
            owner=owner,
            team=team,
            title=title,
            now=FRIDAY,
        )
    return source_id


async def done(api: Api, source_id: UUID) -> None:
    """Close a piece of work."""
    async with transaction(api.sessions, api.organization) as tx:
        await obligations.close(tx, source="contact", source_id=source_id, stage=None, now=FRIDAY)
