"""Readings sent at once share transactions; what comes of each is what would have come of it alone (L4, L13, F2)."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api, problem
from tests.support.makers_monitoring import Patient, local, with_diabetes, with_heart_failure

NOW = "2026-09-20 12:00"
Request = tuple[int, dict[str, Any], str | None, str]
"""Which patient, what of them, under which key, by whom."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|[A-Za-z0-9.-]{48}")
_EVERYTHING = (
    "SELECT 'reading', metric, observed_at::text, source, value::text, unit, status, version::text FROM readings"
    " UNION ALL SELECT 'alert', rule, began_at::text, severity, state, cleared_at::text, arithmetic, version::text"
    " FROM alerts UNION ALL SELECT 'issue', code, detail, outcome, metric, source, state, '' FROM reading_issues"
    " UNION ALL SELECT 'audit', action, outcome, subject, client, cardinality(patients)::text, things::text, ''"
    " FROM audit WHERE action LIKE 'readings.%'"
    " UNION ALL SELECT 'message', kind, on_behalf_of, '', '', '', '', '' FROM outbox"
    " UNION ALL SELECT 'recheck', rule, metric, at::text, due_at::text, '', '', '' FROM rechecks"
    " UNION ALL SELECT 'key', key, status::text, client, '', '', '', '' FROM inbox WHERE answer IS NOT NULL"
)


@dataclass
class Clinic:
    """Some patients, and what their devices send in an order of its own."""

    api: Api
    patients: list[Patient]

    async def sends(self, requests: Sequence[Request], *, at_once: bool) -> list[Any]:
        """The answers, each without the ids that differ between two clinics."""
        clients = {name: self.api.as_(Role.INTEGRATION, now=local(NOW), subject=name) for name in ("hub-1", "hub-2")}

        async def one(who: int, item: dict[str, Any], key: str | None, name: str) -> httpx.Response:
            item = {"patient_id": self.patients[who].id, **item} if who >= 0 else item
            headers = {"Idempotency-Key": key} if key else {}
            return await clients[name].post("/v1/readings", json=item, headers=headers)

        if at_once:
            answers = await asyncio.gather(*(one(*request) for request in requests))
        else:
            answers = [await one(*request) for request in requests]
        return [_plain(answer) for answer in answers]

    async def everything(self) -> Counter[tuple[Any, ...]]:
        """What is stored for this clinic."""
        async with transaction(self.api.sessions, self.api.organization) as tx:
            return Counter(tuple(row) for row in await tx.execute(text(_EVERYTHING)))


def _plain(answer: httpx.Response) -> tuple[Any, ...]:
    replayed = answer.headers.get("Idempotency-Replayed")
    return (
        answer.status_code,
        answer.headers.get("ETag"),
        replayed,
        _ID.sub("ID", answer.text),
        answer.headers["Content-Type"],
    )


async def a_clinic(api: Api) -> Clinic:
    api = Api(api.app, api.parts, api.keyring, uuid4())
    patients = [await with_diabetes(api) for _ in range(3)] + [await with_heart_failure(api) for _ in range(3)]
    return Clinic(api, patients)


def a_pulse() -> dict[str, Any]:
    """What no protocol of the clinic minds."""
    return {
        "metric": "heart_rate",
        "value": 70,
        "unit": "/min",
        "observed_at": local(NOW).isoformat(),
        "source": "home",
    }


_GLUCOSE, _WEIGHT = st.sampled_from([52, 66, 120, 130, 260, 320]), st.sampled_from([80.5, 81.0, 81.9, 83.6, 86.2])
_ODD = st.sampled_from([None] * 8 + ["unit", "context", "external", "external", "stranger", "colour"])


@st.composite
def a_request(draw: st.DrawFn) -> list[Request]:
    """A usual value, a low or a high, another value in the same place, a bad unit, a stranger; or twice."""
    who, number = draw(st.integers(0, 5)), draw(st.integers(0, 40))
    at = (local("2026-09-17 07:00") + timedelta(hours=draw(st.sampled_from([1, 2, 9, 26, 50])))).isoformat()
    item: dict[str, Any] = (
        {"metric": "glucose_smbg", "value": draw(_GLUCOSE), "unit": "mg/dL"}
        if who < 3
        else {"metric": "body_weight", "value": draw(_WEIGHT), "unit": "kg"}
    )
    item |= {"observed_at": at, "source": "home"}
    match draw(_ODD):
        case "unit":
            item |= {"unit": "stone"}
        case "context":
            item |= {"context": {"symptoms": ["thirst"]}}
        case "external":
            item |= {"external_id": {"system": "https://example.org/ehr", "value": str(draw(st.integers(0, 2)))}}
        case "stranger":
            who, item = -1, {**item, "patient_id": str(UUID(int=number))}
        case "colour":
            item |= {"colour": "red"}
    key = draw(st.sampled_from([None, f"key-{number}", "shared-1", "shared-2"]))
    # Nothing orders what cannot be read against what can: it keeps no key.
    key = None if "colour" in item else key
    request = (who, item, key, draw(st.sampled_from(["hub-1", "hub-1", "hub-2"])))
    return [request] * draw(st.sampled_from([1, 1, 1, 1, 2]))


A_DAY = st.lists(a_request(), min_size=2, max_size=40).map(lambda found: [each for group in found for each in group])


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(requests=A_DAY)
async def test_sent_at_once_or_one_by_one_the_same_comes_of_readings(monitoring: Api, requests: list[Request]) -> None:
    """Answers, alerts, issues, messages, keys and the audit trail."""
    slow, fast = await a_clinic(monitoring), await a_clinic(monitoring)
    alone = await slow.sends(requests, at_once=False)
    assert await fast.sends(requests, at_once=True) == alone
    assert await fast.everything() == await slow.everything()


async def test_readings_sent_at_once_share_a_transaction_and_leave_a_row_each(monitoring: Api) -> None:
    clinic = await a_clinic(monitoring)
    item = {
        "metric": "heart_rate",
        "value": 70,
        "unit": "/min",
        "observed_at": local(NOW).isoformat(),
        "source": "home",
    }
    await clinic.sends([(who, item, None, "hub-1") for who in range(6)], at_once=True)
    async with transaction(monitoring.sessions, clinic.api.organization) as tx:
        query = "SELECT xmin::text, patients FROM audit WHERE action = 'readings.record'"
        rows = list(await tx.execute(text(query)))
    assert len({xmin for xmin, _ in rows}) < len(rows) == 6
    assert sorted(str(patient) for _, (patient,) in rows) == sorted(patient.id for patient in clinic.patients)


async def test_one_that_is_refused_costs_the_others_nothing(monitoring: Api) -> None:
    """U+0000 cannot be kept: its sender alone is told so."""
    clinic = await a_clinic(monitoring)
    item = {
        "metric": "heart_rate",
        "value": 70,
        "unit": "/min",
        "observed_at": local(NOW).isoformat(),
        "source": "home",
    }
    requests = [(who, {**item, "source": "ho\x00me"} if who == 2 else item, None, "hub-1") for who in range(6)]
    answers = await clinic.sends(requests, at_once=True)
    assert [answer[0] for answer in answers] == [201, 201, 422, 201, 201, 201]


async def test_a_key_used_four_times_at_once_has_one_effect_beside_its_neighbours(monitoring: Api) -> None:
    clinic = await a_clinic(monitoring)
    item = {
        "metric": "heart_rate",
        "value": 70,
        "unit": "/min",
        "observed_at": local(NOW).isoformat(),
        "source": "home",
    }
    requests = [(0, item, "the-same", "hub-1")] * 4 + [(who, item, None, "hub-1") for who in range(1, 6)]
    answers = await clinic.sends(requests, at_once=True)
    assert {answer[0] for answer in answers} == {201}
    assert sorted(answer[2] or "" for answer in answers[:4]) == ["", "true", "true", "true"]
    other = await clinic.sends([(0, {**item, "value": 71}, "the-same", "hub-1")], at_once=True)
    assert other[0][0] == 422
    assert "idempotency-key.reused" in other[0][3]


async def test_two_names_of_one_patient_are_told_apart_by_order(monitoring: Api) -> None:
    """One by id and one by identifier cannot be known to be alike before they are looked up."""
    patient = await with_diabetes(monitoring)
    client = patient.client(Role.INTEGRATION, now=NOW)
    held = (await patient.client(now=NOW).get(f"/v1/patients/{patient.id}")).json()["identifiers"][0]
    named = {"patient_identifier": {"system": held["system"], "value": held["value"]}}
    good = patient.item("glucose_smbg", 120, "mg/dL", "2026-09-19 07:00")
    other = {**{name: each for name, each in good.items() if name != "patient_id"}, **named, "value": 121}
    first, second = await asyncio.gather(
        client.post("/v1/readings", json=good), client.post("/v1/readings", json=other)
    )
    assert first.status_code == 201
    assert problem(second) == (409, "reading.conflict")
