"""Packed readings: nothing that is asked of readings shows whether they are packed (L4)."""

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.monitoring.jobs.packing import AFTER, packing
from services.monitoring.store import patients, reading_packing, reading_packs, readings, wire
from services.monitoring.store.readings import Stored, Window
from shared.db.session import transaction
from shared.vocabulary import Role
from tests.support.apps import Api
from tests.support.makers_monitoring import Patient, later, local, with_diabetes

SINCE, NOW = "2026-03-01 00:00", "2026-09-20 12:00"
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
SEEDS = range(6)
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


def unlike(seed: int, patient_id: UUID) -> list[Stored]:
    """Readings of a March in every shape the table can hold, at microseconds, each key once."""
    chance = random.Random(seed)

    def rarely(each: Any, usual: Any) -> Any:
        return each if chance.random() < 0.04 else usual

    found: dict[Any, Stored] = {}
    for _ in range(600):
        value = Decimal(chance.randint(-99, 10 ** chance.randint(1, 11))).scaleb(-chance.choice([0, 0, 1, 11]))
        at = MARCH + timedelta(microseconds=chance.randrange(31 * 86_400_000_000))
        each = Stored(
            patient_id=patient_id,
            metric=chance.choice(["glucose_cgm", "body_weight"]),
            observed_at=at,
            source=rarely("b", "a"),
            value=value,
            unit=chance.choice(["mg/dL", "kg"]),
            unit_sent=rarely("mg/dl", None),
            comparator=rarely("<", None),
            canonical=chance.choice([value, value * Decimal("18.0182")]),
            offset_minutes=rarely(-240, -300),
            received_at=at + timedelta(microseconds=chance.randrange(10 ** chance.randint(1, 13))),
            code=rarely("2339-0", None),
            context=rarely(json.dumps({"meal": "before"}), None),
            status=rarely("corrected", rarely("entered-in-error", "final")),
            flags=rarely(["soft-high"], []),
            version=rarely(2, 1),
        )
        found[each.place] = each
    return list(found.values())


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


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_was_packed_is_read_and_unpacked_to_the_last_digit(monitoring: Api, seed: int) -> None:
    patient = await with_diabetes(monitoring, SINCE)
    mine = UUID(patient.id)
    windows = [Window(mine, metric, MARCH, APRIL) for metric in ("glucose_cgm", "body_weight")]
    rows = unlike(seed, mine)
    async with transaction(monitoring.sessions, monitoring.organization) as tx:
        await patients.get_for_update(tx, mine)
        await stored(tx, rows)
        await reading_packing.next_patients(tx, APRIL, limit=1)
        before = exactly(await readings.within(tx, windows))
        assert len(before) == len(rows)
        taken = await reading_packing.pack(tx, mine, MARCH, APRIL)
        assert taken > len(rows) / 10
        assert exactly(await readings.within(tx, windows)) == before
        some = random.Random(seed).sample(rows, 50)
        found = await readings.at(tx, [each.place for each in some])
        assert exactly(list(found.values())) == sorted(line for line in before if line in set(exactly(some)))
        assert await reading_packing.pack(tx, mine, MARCH, APRIL) == 0, "what is left are too few alike"
        await reading_packs.unpack(tx, [each.place for each in rows])
        assert exactly(await readings.within(tx, windows)) == before
    assert await counts(monitoring, patient) == (len(rows), 0)


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


def month(patient: Patient, chance: random.Random) -> list[dict[str, Any]]:
    """Fingersticks of three weeks, two days of a sensor, repeats of some, and ids of senders that are used again."""
    values = [66, 92, 52, 61, 88, 268, 312, 290, 140, 330, 350, 120, 47, 160, 45, 110] * 3
    found = []
    for number, value in enumerate(values):
        item = patient.item("glucose_smbg", value, "mg/dL", later("2026-03-03 03:10", 631 * number))
        if number % 4 == 0:
            item["external_id"] = {"system": "https://example.org/ehr", "value": f"{patient.id}-{number}"}
            found.append(item | {"value": value + chance.choice([0, 30])})
        found.append(item)
    for number in range(300):
        sensor = patient.item("glucose_cgm", 60 + number % 200, "mg/dL", later("2026-03-09 03:10", 5 * number))
        found.append(sensor | {"source": "sensor"})
    return found


@pytest.mark.parametrize("seed", SEEDS)
async def test_packing_between_arrivals_changes_nothing_anybody_sees(monitoring: Api, seed: int) -> None:
    packs, plain = await with_diabetes(monitoring, SINCE), await with_diabetes(monitoring, SINCE)
    for patient in (plain, packs):
        chance = random.Random(seed)
        items = month(patient, chance)
        firsts, rest = [each for each in items if "external_id" in each], [e for e in items if "external_id" not in e]
        chance.shuffle(rest)
        arrivals = [*rest[:150], *firsts, *rest[150:], *chance.sample(rest, 40)]
        while arrivals:
            size = chance.choice([1, 20, 80])
            now, arrivals = arrivals[:size], arrivals[size:]
            await patient.batch(now, now=NOW)
            moment = chance.random() < 0.5
            if patient is packs and moment:
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
