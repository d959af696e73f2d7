"""L3 of stays: a discharge and a readmission, whichever is told first, leave the same needs."""

from itertools import permutations
from typing import Any

import pytest

from tests.support.apps import Api
from tests.support.makers_coordination import (
    DISCHARGED,
    FAILING_HEART,
    HIGH_SUGAR,
    Json,
    a_patient,
    a_stay,
    at,
    good,
    local,
    need_of,
    new_york,
    tag,
)

NOW = new_york("2026-09-12 09:00")
BACK, HOME_AGAIN = new_york("2026-09-06 09:00"), new_york("2026-09-10 12:00")
EVENTS = ("discharged", "accepted", "back", "home-again")
ORDERS = [
    order
    for order in permutations(EVENTS)
    if order.index("back") < order.index("home-again") and order.index("discharged") < order.index("accepted")
]


class Told:
    """A patient's two stays, told event by event, all of them on one later day."""

    def __init__(self, api: Api, patient: Json, first: Json) -> None:
        self.api, self.patient, self.first, self.again = api, patient, first, first

    async def _ended(self, stay: Json, body: Json) -> Json:
        url = f"/v1/stays/{stay['id']}/discharge"
        return await good(await at(self.api, NOW).post(url, json=body, headers=tag(stay)))

    async def tell(self, event: str, **how: Any) -> None:
        """One event is recorded."""
        client = at(self.api, NOW)
        body: Json
        if event == "discharged":
            body = {"ended_at": DISCHARGED.isoformat(), "diagnoses": FAILING_HEART, "plan": "propose"}
            self.first = await self._ended(self.first, body)
        elif event == "accepted":
            url = f"/v1/stays/{self.first['id']}/plan/accept"
            self.first = await good(await client.post(url, json={}, headers=tag(self.first)))
        elif event == "back":
            body = {"patient_id": self.patient["id"], "started_at": BACK.isoformat(), **how}
            self.again = await good(await client.post("/v1/stays", json=body))
        else:
            body = {"ended_at": HOME_AGAIN.isoformat(), "diagnoses": HIGH_SUGAR}
            self.again = await self._ended(self.again, body)

    async def needs(self) -> set[Any]:
        """Every need as it stands."""
        page = await good(await at(self.api, NOW).get(f"/v1/needs?patient_id={self.patient['id']}&limit=200"))
        scopes = {"patient": "patient", f"stay:{self.first['id']}": "first", f"stay:{self.again['id']}": "again"}
        return {
            (
                need["kind"],
                scopes[need["scope"]],
                need["state"],
                need["closed_code"],
                need["due_at"],
                frozenset(
                    (clock["key"], clock["due_at"], *((p["since"], p["until"]) for p in clock["pauses"]))
                    for clock in need["clocks"]
                    if need["closed_code"] is None
                ),
            )
            for need in page["items"]
        }


async def told(api: Api, order: tuple[str, ...], **how: Any) -> Told:
    """The two stays of a new patient, told in an order."""
    patient = await a_patient(api)
    case = Told(api, patient, await a_stay(api, patient))
    for event in order:
        await case.tell(event, **(how if event == "back" else {}))
    return case


@pytest.mark.parametrize("planned", [False, True])
async def test_whichever_is_told_first_the_needs_are_the_same(coordination: Api, planned: bool) -> None:
    expected = await (await told(coordination, EVENTS, planned=planned)).needs()
    for order in ORDERS:
        assert await (await told(coordination, order, planned=planned)).needs() == expected, order


async def test_a_discharge_told_after_the_readmission_calls_nobody_in_hospital(coordination: Api) -> None:
    case = await told(coordination, ("back", "discharged", "accepted"))
    call, watch = need_of(case.first, "contact-interactive"), need_of(case.first, "readmission-watch")
    assert (call["state"], call["closed_code"]) == ("withdrawn", "readmitted")
    assert (watch["state"], watch["closed_code"], local(watch["done_at"])) == (
        "not-met",
        "readmitted",
        "Sun 2026-09-06 09:00",
    )
    rest = [need for need in case.first["plan"]["needs"] if need["state"] == "identified"]
    assert rest
    assert {need["due_at"] for need in rest} == {None}


async def test_a_plan_that_a_correction_opens_knows_of_the_readmission(coordination: Api) -> None:
    patient = await a_patient(coordination)
    case = Told(coordination, patient, await a_stay(coordination, patient))
    client, body = at(coordination, NOW), {"ended_at": DISCHARGED.isoformat(), "disposition": "short-term-hospital"}
    first = await case._ended(case.first, {**body, "diagnoses": FAILING_HEART})
    await case.tell("back")
    url, right = f"/v1/stays/{first['id']}/correct", {"disposition": "home", "reason": "She went home"}
    done = await good(await client.post(url, json=right, headers=tag(first)))
    call = need_of(done, "contact-interactive")
    assert (call["state"], call["closed_code"]) == ("withdrawn", "readmitted")
