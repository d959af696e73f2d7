"""Packed readings: nothing that is asked of readings shows whether they are packed (L4)."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring.jobs.packing import AFTER, packing
from services.monitoring.store import patients, reading_packing, reading_packs, readings, wire
from services.monitoring.store.readings import Stored, Window
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, later, local, with_diabetes

SINCE, NOW = "2026-03-01 00:00", "2026-09-20 12:00"
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
COLUMNS = ", ".join(Stored._fields)


async def clock(api: Api, now: str = NOW) -> int:
    """The clock's job, again and again until nothing is left to pack; how many readings that packed."""
    job, done = packing(AFTER), 0
    while some := await job(api.sessions, [api.organization], local(now)):
        done += some
    return done


async def again(api: Api) -> None:
    """The next round may begin."""
    async with transaction(api.sessions, api.organization) as tx:
        await wire.fetch(tx, "UPDATE packing_rounds SET done = false, after_patient = $1::uuid", UUID(int=0))


async def counts(api: Api, patient: Patient) -> tuple[int, int]:
    """How many rows and how many packs a patient has."""
    async with transaction(api.sessions, api.organization, read_only=True) as tx:
        sql = "SELECT count(*) FROM {} WHERE patient_id = $1::uuid"
        found = [(await wire.fetch(tx, sql.format(table), UUID(patient.id)))[0][0] for table in
                 ("readings", "reading_packs")]  # fmt: skip
    return found[0], found[1]


def rarely(each: Any, usual: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual] * 24 + [each])


@st.composite
def a_reading(draw: st.DrawFn) -> Stored:
    """A reading of a March in any shape the table can hold, at microseconds."""
    digits = draw(st.integers(-99, 500) | st.integers(-99, 10**11))
    value = Decimal(digits).scaleb(-draw(st.sampled_from([0, 0, 1, 11])))
    at = MARCH + timedelta(microseconds=draw(st.integers(0, 31 * 86_400_000_000 - 1)))
    return Stored(
        patient_id=UUID(int=0),
        metric=draw(st.sampled_from(["glucose_cgm", "body_weight"])),
        observed_at=at,
        source=draw(rarely("b", "a")),
        value=value,
        unit=draw(st.sampled_from(["mg/dL", "kg"])),
        unit_sent=draw(rarely("mg/dl", None)),
        comparator=draw(rarely("<", None)),
        canonical=draw(st.sampled_from([value, value * Decimal("18.0182")])),
        offset_minutes=draw(rarely(-240, -300)),
        received_at=at + timedelta(microseconds=draw(st.integers(0, 10**13))),
        code=draw(rarely("2339-0", None)),
        context=draw(rarely(json.dumps({"meal": "before"}), None)),
        status=draw(st.sampled_from(["final"] * 23 + ["corrected", "entered-in-error"])),
        flags=draw(rarely(["soft-high"], [])),
        version=draw(rarely(2, 1)),
    )


UNLIKE = st.lists(a_reading(), min_size=1, max_size=120, unique_by=lambda each: each.place)


async def stored(tx: Any, rows: list[Stored]) -> None:
    types = (
        "uuid text timestamptz text numeric text text text numeric smallint timestamptz text text text text smallint"
    )
    sent = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types.split(), 1))
    columns = COLUMNS.replace("context", "context::jsonb").replace("flags", "flags::text[]")
    arrays = [list(column) for column in zip(*rows, strict=True)]
    arrays[14] = ["{" + ",".join(flags) + "}" for flags in arrays[14]]
    sql = (
        f"INSERT INTO readings (organization_id, {COLUMNS}) SELECT current_setting('app.organization')::uuid, {columns}"
        f" FROM unnest({sent}) AS s ({COLUMNS})"
    )
    await wire.fetch(tx, sql, *arrays)


def exactly(rows: list[Stored]) -> list[tuple[str, ...]]:
    """To the last digit: 7.10 is not 7.1."""
    return sorted(tuple(str(each) for each in row) for row in rows)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(unlike=UNLIKE, chosen=st.data())
async def test_what_was_packed_is_read_and_unpacked_to_the_last_digit(
    monitoring: Api, unlike: list[Stored], chosen: st.DataObject
) -> None:
    mine = UUID((await the_patient(monitoring)).id)
    windows = [Window(mine, metric, MARCH, APRIL) for metric in ("glucose_cgm", "body_weight")]
    rows = [each._replace(patient_id=mine) for each in unlike]
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        await patients.get_for_update(tx, mine)
        await stored(tx, rows)
        await reading_packing.next_patients(tx, APRIL, limit=1)
        before = exactly(await readings.within(tx, windows))
        assert len(before) == len(rows)
        taken = await reading_packing.pack(tx, mine, MARCH, APRIL)
        left = await wire.fetch(tx, "SELECT count(*) FROM readings WHERE patient_id = $1::uuid", mine)
        assert left[0][0] == len(rows) - taken, "a reading is in a row or in a pack"
        assert exactly(await readings.within(tx, windows)) == before
        some = chosen.draw(st.lists(st.sampled_from(rows), max_size=10, unique_by=lambda each: each.place))
        found = await readings.at(tx, [each.place for each in some])
        assert exactly(list(found.values())) == sorted(line for line in before if line in set(exactly(some)))
        assert await reading_packing.pack(tx, mine, MARCH, APRIL) == 0, "what is left are too few alike"
        await reading_packs.unpack(tx, [each.place for each in rows])
        assert exactly(await readings.within(tx, windows)) == before
        counted = await wire.fetch(tx, "SELECT count(*) FROM reading_packs WHERE patient_id = $1::uuid", mine)
        assert counted[0][0] == 0
        await wire.fetch(tx, "DELETE FROM readings WHERE patient_id = $1::uuid", mine)


_PATIENTS: dict[UUID, Patient] = {}


async def the_patient(api: Api) -> Patient:
    """The patient of this test's organization."""
    if api.organization not in _PATIENTS:
        _PATIENTS[api.organization] = await with_diabetes(api, SINCE)
    return _PATIENTS[api.organization]


async def seen(patient: Patient) -> list[Any]:
    """Everything that is said of a patient's readings, without what differs between two patients."""
    nurse = patient.client(now=NOW)
    window = {"from": local("2026-03-02 00:00").isoformat(), "to": local("2026-04-02 00:00").isoformat()}
    of = {"patient_id": patient.id}
    series = (await nurse.get("/v1/readings/series", params={**of, "metric": "glucose_smbg", **window})).json()
    dense = (await nurse.get("/v1/readings/series", params={**of, "metric": "glucose_cgm", **window})).json()
    report = await nurse.get("/v1/cgm-reports", params={**of, "to": local("2026-03-12 00:00").isoformat()})
    found = (await nurse.get("/fhir/R4/Observation", params={"patient": patient.id, "_count": "200"})).json()
    entries = [
        {name: each for name, each in entry["resource"].items() if name not in ("id", "subject", "encounter", "meta")}
        for entry in found.get("entry", [])
    ]
    alerts = [
        (a["rule"], a["severity"], a["state"], a["began_at"], a["last_at"], a["cleared_at"], len(a["evidence"]))
        for a in await patient.alerts(NOW)
    ]
    assert report.status_code == 200, report.text
    charts = [[chart[name] for name in ("observed_at", "values", "comparators", "readings")]
              for chart in (series, dense)]  # fmt: skip
    said = {name: each for name, each in report.json().items() if name != "patient_id"}
    return [alerts, charts, said, entries]


def month(patient: Patient, corrected: Sequence[int]) -> list[dict[str, Any]]:
    """Fingersticks of three weeks, two days of a sensor, repeats of some, and ids of senders that are used again."""
    values = [66, 92, 52, 61, 88, 268, 312, 290, 140, 330, 350, 120, 47, 160, 45, 110] * 3
    found = []
    for number, value in enumerate(values):
        item = patient.item("glucose_smbg", value, "mg/dL", later("2026-03-03 03:10", 631 * number))
        if number % 4 == 0:
            item["external_id"] = {"system": "https://example.org/ehr", "value": f"{patient.id}-{number}"}
            found.append(item | {"value": value + corrected[number // 4]})
        found.append(item)
    for number in range(300):
        sensor = patient.item("glucose_cgm", 60 + number % 200, "mg/dL", later("2026-03-09 03:10", 5 * number))
        found.append(sensor | {"source": "sensor"})
    return found


@dataclass
class Arrivals:
    """In which order the month comes, in batches of which size, after which of them somebody packs."""

    corrected: list[int]
    order: list[int]
    repeats: list[int]
    sizes: list[int]
    packed_after: list[bool]


_REST = 36 + 300
"""Fingersticks without an id of their sender, and two days of a sensor."""
ARRIVALS = st.builds(
    Arrivals,
    corrected=st.lists(st.sampled_from([0, 30]), min_size=12, max_size=12),
    order=st.permutations(range(_REST)),
    repeats=st.lists(st.integers(0, _REST - 1), max_size=40),
    # Single ones among batches each time: one after the other from beginning to end takes ten times as long.
    sizes=st.permutations([1, 1, 1, 1, 1, 1, 5, 20, 80]),
    packed_after=st.lists(st.booleans(), min_size=1, max_size=12),
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=ARRIVALS)
async def test_packing_between_arrivals_changes_nothing_anybody_sees(monitoring: Api, plan: Arrivals) -> None:
    monitoring = Api(monitoring.app, monitoring.parts, monitoring.keyring, uuid4())
    packs, plain = await with_diabetes(monitoring, SINCE), await with_diabetes(monitoring, SINCE)
    for patient in (plain, packs):
        items = month(patient, plan.corrected)
        firsts, rest = [each for each in items if "external_id" in each], [e for e in items if "external_id" not in e]
        mixed = [rest[each] for each in plan.order]
        arrivals = [*mixed[:150], *firsts, *mixed[150:], *(rest[each] for each in plan.repeats)]
        number = 0
        while arrivals:
            size, pack = plan.sizes[number % len(plan.sizes)], plan.packed_after[number % len(plan.packed_after)]
            now, arrivals, number = arrivals[:size], arrivals[size:], number + 1
            await patient.batch(now, now=NOW)
            if patient is packs and pack:
                async with transaction(monitoring.sessions, monitoring.organization) as tx:
                    await patients.get_for_update(tx, UUID(packs.id))
                    await reading_packing.next_patients(tx, APRIL, limit=1)
                    await reading_packing.pack(tx, UUID(packs.id), MARCH, APRIL)
        await undo(patient)
        if patient is packs:
            await again(monitoring)
            assert (await clock(monitoring)) > 0
            assert (await counts(monitoring, packs))[1] > 0
    expected = await seen(plain)
    assert expected[0], "the month raises alerts"
    assert await seen(packs) == expected


async def undo(patient: Patient) -> None:
    """A reading is voided and another corrected, long after."""
    nurse = patient.client(now=NOW)
    window = {"from": local("2026-03-02 00:00").isoformat(), "to": local("2026-04-02 00:00").isoformat()}
    params = {"patient_id": patient.id, "metric": "glucose_smbg", **window}
    chart = (await nurse.get("/v1/readings/series", params=params)).json()
    for act, place, body in (
        ("void", 5, {"reason": "Another person's finger"}),
        ("correct", 12, {"value": 101, "unit": "mg/dL", "reason": "Typed wrong"}),
    ):
        reading = (await nurse.get(f"/v1/readings/{chart['reading_ids'][place]}")).json()
        await patient.act(f"/v1/readings/{reading['id']}/{act}", body, version=reading["version"], now=NOW)


async def many(api: Api) -> Patient:
    patient = await with_diabetes(api, SINCE)
    items = [patient.item("glucose_cgm", 100 + n % 90, "mg/dL", later("2026-03-09 00:00", 5 * n)) for n in range(288)]
    await patient.batch(items, now="2026-03-10 12:00")
    return patient


async def test_only_months_that_closed_long_ago_are_packed_once_by_however_many_workers(monitoring: Api) -> None:
    patient = await many(monitoring)
    job = packing(AFTER)
    assert await clock(monitoring, "2026-05-29 12:00") == 0
    at_once = [job(monitoring.sessions, [monitoring.organization], local("2026-06-01 12:00")) for _ in range(2)]
    assert sum(await asyncio.gather(*at_once)) == 288
    assert (await counts(monitoring, patient))[0] == 0
    assert await clock(monitoring, "2026-06-01 12:00") == 0


async def test_a_repeat_leaves_packed_readings_packed_and_a_late_one_opens_their_day(monitoring: Api) -> None:
    patient = await many(monitoring)
    await clock(monitoring)
    packed = await counts(monitoring, patient)
    repeat = patient.item("glucose_cgm", 100, "mg/dL", "2026-03-09 00:00")
    assert (await patient.batch([repeat], now=NOW))["items"][0]["outcome"] == "duplicate"
    assert (await patient.batch([repeat | {"value": 99}], now=NOW))["items"][0]["outcome"] == "conflict"
    assert await counts(monitoring, patient) == packed
    late = patient.item("glucose_cgm", 101, "mg/dL", "2026-03-09 12:01")
    assert (await patient.batch([late], now=NOW))["items"][0]["outcome"] == "stored"
    rows, packs = await counts(monitoring, patient)
    assert rows > 0
    assert packs < packed[1]
    await again(monitoring)
    assert await clock(monitoring) == rows
    assert (await counts(monitoring, patient))[0] == 0


async def test_another_organization_does_not_see_packs(monitoring: Api) -> None:
    patient = await many(monitoring)
    await clock(monitoring)
    stranger = monitoring.as_(Role.CASE_MANAGER, organization=UUID(int=7), now=local(NOW))
    window = {"from": local("2026-03-02 00:00").isoformat(), "to": local("2026-04-02 00:00").isoformat()}
    params = {"patient_id": patient.id, "metric": "glucose_cgm", **window}
    assert (await stranger.get("/v1/readings/series", params=params)).status_code == 404
