"""L3 on the real database: whoever asks, in any order, twice, at once: the same needs, with every reason once."""

import asyncio
from itertools import pairwise
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.vocabulary import Role
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
    tag,
)

AT = DISCHARGED.isoformat()
NUMBERS = list(range(8))
ONE_BY_ONE: set[Any] = set()
"""The needs when everybody asks after the other, worked out once."""


def asked(patient: Json, stays: list[Json]) -> list[tuple[Role, str, Json, dict[str, str]]]:
    """Two discharges that overlap, and what a coordinator, monitoring, an EHR and a screening ask for besides."""

    def need(role: Role, kind: str, reason: str, source: Json, rule: str, stay: Json | None = None) -> Any:
        clocks = [{"key": "clinical", "rule": rule, "starts_at": AT}]
        body = {"patient_id": patient["id"], "kind": kind, "reason": reason, "source": source, "clocks": clocks}
        return role, "/v1/needs", {**body, **({} if stay is None else {"stay_id": stay["id"]})}, {}

    def discharge(stay: Json, diagnoses: list[Json]) -> Any:
        body = {"ended_at": AT, "diagnoses": diagnoses, "facts": {"lvef_percent": "30", "nyha": "II"}}
        return Role.COORDINATOR, f"/v1/stays/{stay['id']}/discharge", body, tag(stay)

    person, alert = {"kind": "coordinator"}, {"kind": "monitoring-alert", "id": "alert-1"}
    return [
        discharge(stays[0], FAILING_HEART),
        discharge(stays[1], HIGH_SUGAR),
        need(Role.COORDINATOR, "retinal-exam", "Asked for by the family", person, "+10d"),
        need(Role.CASE_MANAGER, "labs-potassium-creatinine", "Potassium rises", alert, "+2bd"),
        need(Role.INTEGRATION, "retinal-exam", "Ordered", {"kind": "ehr", "id": "order-1"}, "+30d"),
        need(Role.COORDINATOR, "transport-for-visits", "No car", {"kind": "screening", "id": "s-1"}, "+1bd", stays[0]),
        need(Role.COORDINATOR, "contact-interactive", "Call after the visit", person, "+1d", stays[1]),
        need(Role.COORDINATOR, "nutrition-education", "Salt", person, "+3d"),
    ]


async def outcome(api: Api, groups: list[list[int]]) -> set[Any]:
    """The needs of a new patient after groups of requests, each group sent at once."""
    patient = await a_patient(api)
    stays = [await a_stay(api, patient) for _ in range(2)]
    requests, keys = asked(patient, stays), [str(uuid4()) for _ in NUMBERS]

    async def send(number: int) -> None:
        role, path, body, headers = requests[number]
        await good(await at(api, role=role).post(path, json=body, headers={**headers, "Idempotency-Key": keys[number]}))

    for group in groups:
        await asyncio.gather(*(send(number) for number in group))
    page = await good(await at(api).get(f"/v1/needs?patient_id={patient['id']}&limit=200"))
    scopes = {"patient": "patient"} | {f"stay:{stay['id']}": f"stay-{n}" for n, stay in enumerate(stays)}
    return {
        (
            need["kind"],
            scopes[need["scope"]],
            need["priority"],
            need["due_at"],
            need["earliest_start"],
            frozenset((reason["text"], reason["pathway"], reason["source"]["kind"]) for reason in need["reasons"]),
            len(need["reasons"]),
            frozenset((clock["key"], clock["due_at"], clock["kind"]) for clock in need["clocks"]),
        )
        for need in page["items"]
    }


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.permutations(NUMBERS),
    st.lists(st.sampled_from(NUMBERS), max_size=4),
    st.lists(st.integers(1, 7), max_size=4),
)
async def test_any_order_twice_and_at_once_give_the_same_needs(
    coordination: Api, order: list[int], again: list[int], cuts: list[int]
) -> None:
    edges = sorted({0, *cuts, len(order)})
    groups = [list(order[a:b]) for a, b in pairwise(edges)] + [again]
    found = await outcome(coordination, groups)
    if not ONE_BY_ONE:
        ONE_BY_ONE.update(await outcome(coordination, [[number] for number in NUMBERS]))
    assert found == ONE_BY_ONE
    assert len({(kind, scope) for kind, scope, *_ in found}) == len(found)


async def test_everything_at_once_and_twice(coordination: Api) -> None:
    found = await outcome(coordination, [[*NUMBERS, *NUMBERS]])
    assert found == await outcome(coordination, [[number] for number in NUMBERS])
