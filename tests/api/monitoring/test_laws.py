"""L4 and L6 against the whole service: any order, two processes at once, a restart in between; versions stay pinned."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.monitoring import app as monitoring_app
from services.monitoring.domain import extents
from services.monitoring.usecases import rosters
from tests.support.apps import Api, settings_for
from tests.support.makers_monitoring import Patient, a_patient_with, identity, with_diabetes
from tests.support.revising import published

NOW = "2026-09-20 09:00"
FEW = settings(
    max_examples=6,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),  # each example is a whole service's work: found ones are small enough
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass(frozen=True)
class Told:
    """One reading and what becomes of it: nothing, another value, or nothing at all."""

    metric: str
    value: str
    unit: str
    at: str
    fate: str | None = None


_GLUCOSE = st.sampled_from(["52", "66", "70", "110", "185", "251", "310"])
_SUGAR = st.one_of(
    st.tuples(st.just("glucose_smbg"), _GLUCOSE, st.just("mg/dL")),
    st.tuples(st.just("glucose_smbg"), st.sampled_from(["2.9", "3.9", "13.9", "14.2"]), st.just("mmol/L")),
    st.tuples(st.just("ketone_blood"), st.sampled_from(["0.4", "1.8"]), st.just("mmol/L")),
)
_LABS = st.one_of(
    st.tuples(st.just("creatinine"), st.sampled_from(["0.9", "1.3", "1.8", "2.6"]), st.just("mg/dL")),
    st.tuples(st.just("egfr"), st.sampled_from(["30", "45", "70"]), st.just("mL/min/{1.73_m2}")),
    st.tuples(st.just("potassium"), st.sampled_from(["4.4", "5.6", "6.6"]), st.just("mmol/L")),
)


def _stories(kinds: st.SearchStrategy[tuple[str, str, str]]) -> st.SearchStrategy[list[Told]]:
    def told(kind: tuple[str, str, str], day: int, minute: int, fate: str | None) -> Told:
        at = f"2026-09-{10 + day} {7 + minute // 60:02}:{minute % 60:02}"
        return Told(*kind, at, fate)

    fates = st.sampled_from([None, None, None, "void", "correct"])
    one = st.builds(told, kinds, st.integers(0, 5), st.sampled_from([0, 10, 19, 21, 125]), fates)
    return st.lists(one, min_size=3, max_size=6, unique_by=lambda each: (each.metric, each.at))


def another_process(patient: Patient) -> Patient:
    """The same patient through an application of its own, which remembers nothing."""
    rosters.watch.cache_clear()
    extents._PLANS.clear()
    api = patient.api
    app = monitoring_app.create(settings_for("monitoring", api.keyring), api.parts)
    return replace(patient, api=replace(api, app=app, clients=[]))


async def comes(patient: Patient, told: Told) -> None:
    """It arrives, and meets its fate at once."""
    sent = await patient.sends(told.metric, told.value, told.unit, told.at, source="home", received=NOW)
    reading = sent["reading"]
    path, version = f"/v1/readings/{reading['id']}", reading["version"]
    if told.fate == "void":
        await patient.act(f"{path}/void", {"reason": "Not hers"}, version=version, now=NOW)
    elif told.fate == "correct":
        body = {"value": float(Decimal(told.value) * 2), "unit": told.unit, "reason": "Mistyped"}
        await patient.act(f"{path}/correct", body, version=version, now=NOW)


async def come(patient: Patient, stories: Sequence[Told]) -> None:
    for each in stories:
        await comes(patient, each)


async def stands(patient: Patient) -> list[tuple[Any, ...]]:
    """Every alert that rests on something, in words that do not depend on when it was opened."""
    return sorted(
        (
            each["rule"],
            each["severity"],
            each["state"],
            each["began_at"],
            str(each["cleared_at"]),
            [(found["at"], found["text"]) for found in each["evidence"]],
        )
        for each in await patient.alerts(NOW)
        if each["state"] != "closed"
    )


async def holds(one: Patient, other: Patient, stories: list[Told], random: Random) -> None:
    """In order through one process, or shuffled through two at once with a restart: the same alerts, values apart."""
    await come(one, sorted(stories, key=lambda each: each.at))
    shuffled = list(stories)
    random.shuffle(shuffled)
    half = len(shuffled) // 2
    first, second = another_process(other), another_process(other)
    await asyncio.gather(come(first, shuffled[:half:2]), come(second, shuffled[1:half:2]))
    restarted = another_process(other)
    await come(restarted, shuffled[half:])
    for each in (each for each in stories if each.fate is None):
        sent = await restarted.sends(each.metric, each.value, each.unit, each.at, source="home", received=NOW)
        assert sent["outcome"] == "duplicate"
    assert await stands(another_process(other)) == await stands(one)


@FEW
@given(stories=_stories(_SUGAR), random=st.randoms(use_true_random=False))
async def test_any_order_two_processes_and_a_restart_end_in_the_same_alerts(
    monitoring: Api, stories: list[Told], random: Random
) -> None:
    """L4, with duplicates, corrections and voids."""
    one, other = [await with_diabetes(monitoring) for _ in range(2)]
    await holds(one, other, stories, random)


@FEW
@given(stories=_stories(_LABS), random=st.randoms(use_true_random=False))
async def test_so_do_laboratory_values_and_what_is_computed_from_them(
    monitoring: Api, stories: list[Told], random: Random
) -> None:
    """L4 where one reading makes another: a computed filtration comes, changes and goes with what it rests on."""
    one, other = [
        await a_patient_with(monitoring, "ckd", "2026-09-01 00:00", patient={"version": 1, **identity()})
        for _ in range(2)
    ]
    await holds(one, other, stories, random)


_BOUND = st.sampled_from([("200", "11.1"), ("220", "12.2"), ("240", "13.3"), ("280", "15.6")])
_LOW = st.sampled_from([("65", "3.6"), ("75", "4.2"), ("80", "4.4")])


@FEW
@given(stories=_stories(_SUGAR), high=_BOUND, low=_LOW, later=_GLUCOSE)
async def test_publishing_leaves_those_pinned_to_the_old_version_byte_for_byte(
    monitoring: Api, stories: list[Told], high: tuple[str, str], low: tuple[str, str], later: str
) -> None:
    """L6, whatever was measured and whatever the new version says; what comes later is judged by the old one too."""
    # Once something is published here, the next one would be followed by it.
    alone = replace(monitoring, organization=uuid4(), clients=[])
    patient, twin = [await with_diabetes(alone) for _ in range(2)]
    await come(patient, stories)
    await come(twin, stories)
    last = Told("glucose_smbg", later, "mg/dL", "2026-09-19 07:00")
    await comes(twin, last)

    async def outputs() -> list[bytes]:
        client = another_process(patient).client(now=NOW)
        paths = (
            f"/v1/alerts?patient_id={patient.id}&limit=200",
            f"/v1/enrollments/{patient.enrollment['id']}/summary?days=60",
            f"/v1/enrollments/{patient.enrollment['id']}/expectations",
            "/v1/protocols/diabetes/versions/1.0.0",
        )
        return [(await client.get(path)).content for path in paths]

    before = await outputs()
    own = await published(alone, high=high, low=low)
    assert await outputs() == before
    await comes(patient, last)
    assert await stands(patient) == await stands(twin)
    assert {each["protocol_version"] for each in await patient.alerts(NOW)} <= {"1.0.0"}
    assert own["state"] == "published"
