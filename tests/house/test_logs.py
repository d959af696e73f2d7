"""No person in logs, metrics, audit, job rows or message explanations, whatever goes well or wrong (L11, S22, S26)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from shared.vocabulary import Role
from tests.support import makers_coordination, makers_fhir, makers_monitoring, postgres
from tests.support.apps import Api, Pair
from tests.support.defects import breaks_on
from tests.support.makers_monitoring import MRN, Patient, local

FAMILY = "Quisenberry-Canary"
GIVEN = "Adalwolfa-Canary"
NUMBER = "MRN-CANARY-77"
PHONE = "+1-555-0199-CANARY"
BORN = "1931-02-17"
SAID = "canary-says-her-neighbour-drinks"
TRACES = (FAMILY, GIVEN, NUMBER, PHONE, BORN, SAID, "canary", "Canary", "CANARY")
# Whoever has this name cannot be stored: the driver's error then quotes the whole row.
DEFECTIVE = "Defect-Canary"
NOW = "2026-09-20 12:00"
BREAKS = f"""
CREATE FUNCTION choke() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.family = '{DEFECTIVE}' THEN RAISE EXCEPTION 'cannot keep %', NEW; END IF; RETURN NEW; END $$;
CREATE TRIGGER choke BEFORE INSERT OR UPDATE ON patients FOR EACH ROW EXECUTE FUNCTION choke();
"""
MENDS = "DROP TRIGGER choke ON patients; DROP FUNCTION choke"
# What is kept of requests, messages and jobs for operators to read: whole rows, but for the messages' own bodies.
KEPT = {
    "audit": "SELECT to_jsonb(a)::text FROM audit a WHERE organization_id = $1",
    "outbox": "SELECT (to_jsonb(o) - 'body')::text FROM outbox o WHERE organization_id = $1",
    "job_failures": "SELECT to_jsonb(j)::text FROM job_failures j WHERE organization_id = $1",
}


def named(number: str = NUMBER, **changes: Any) -> dict[str, Any]:
    return {"family": FAMILY, "given": GIVEN, "birth_date": BORN, "identifiers": [{"system": MRN, "value": number}]} | (
        changes
    )


@dataclass
class Place:
    """One service, and its database as its owner sees it."""

    api: Api
    owner: asyncpg.Connection

    @asynccontextmanager
    async def broken(self) -> AsyncIterator[None]:
        await self.owner.execute(BREAKS)
        try:
            yield
        finally:
            await self.owner.execute(MENDS)

    async def kept(self) -> dict[str, list[str]]:
        tables = await self.owner.fetch("SELECT relname FROM pg_class WHERE relkind = 'r'")
        known = {row["relname"] for row in tables}
        return {
            table: [row[0] for row in await self.owner.fetch(query, self.api.organization)]
            for table, query in KEPT.items()
            if table in known
        }


@pytest.fixture
async def places(pair: Pair, server: postgres.Server, databases: dict[str, str]) -> AsyncIterator[tuple[Place, Place]]:
    """Both."""
    names = {service: url.rsplit("/", 1)[1].split("?")[0] for service, url in databases.items()}
    owners = {
        service: await asyncpg.connect(server.url(name).replace("+asyncpg", "")) for service, name in names.items()
    }
    yield Place(pair.coordination, owners["coordination"]), Place(pair.monitoring, owners["monitoring"])
    for owner in owners.values():
        await owner.close()


async def fhir(api: Api, statuses: dict[str, int]) -> None:
    """Created, created again, refused, and searched for by what names a person."""
    client = api.as_(Role.INTEGRATION, now=local(NOW))
    person = makers_fhir.a_patient(
        identifier=[{"system": MRN, "value": f"{NUMBER}-FHIR"}],
        name=[{"use": "official", "family": FAMILY, "given": [GIVEN]}],
        birthDate=BORN,
    )
    medium = {"Content-Type": "application/fhir+json"}
    for name, body in (("made", person), ("again", person), ("refused", {**person, "birthDate": FAMILY})):
        statuses[f"fhir {name}"] = (await client.post("/fhir/R4/Patient", json=body, headers=medium)).status_code
    queries = ({"family": FAMILY}, {"identifier": f"{MRN}|{NUMBER}-FHIR"}, {"birthdate": BORN}, {"nobody": FAMILY})
    for query in queries:
        answer = await client.get("/fhir/R4/Patient", params=query)
        statuses[f"fhir by {next(iter(query))}"] = answer.status_code
    statuses["fhir read"] = (await client.get(f"/fhir/R4/Patient/{NUMBER}")).status_code


async def refusals(api: Api, path: str, body: dict[str, Any], statuses: dict[str, int]) -> None:
    """Every way to be refused with somebody's name in the request."""
    client = api.as_(Role.COORDINATOR, Role.CASE_MANAGER, now=local(NOW))
    statuses["unknown field"] = (await client.post(path, json={**body, FAMILY: GIVEN})).status_code
    statuses["wrong type"] = (await client.post(path, json={**body, "reason": [FAMILY], "given": [GIVEN]})).status_code
    statuses["not JSON"] = (await client.post(path, content=f'{{"family": "{FAMILY}'.encode())).status_code
    statuses["no such path"] = (await client.get(f"/v1/nothing/{FAMILY}")).status_code
    statuses["no such parameter"] = (await client.get(path, params={FAMILY: GIVEN})).status_code
    statuses["bad cursor"] = (await client.get(path, params={"cursor": FAMILY})).status_code
    statuses["no such id"] = (await client.get(f"{path}/{FAMILY}")).status_code
    forged = {"X-Request-Id": f"{FAMILY}\n{{}}"}
    statuses["forged id"] = (await client.get(path, headers=forged)).status_code
    denied = api.as_(Role.AUDITOR, now=local(NOW), subject="auditor-1")
    statuses["denied"] = (await denied.post(path, json=body)).status_code


async def at_coordination(place: Place, statuses: dict[str, int]) -> dict[str, Any]:
    """Registered, looked for, talked to, discharged; gives the stay."""
    api = place.api
    telecom = [{"kind": "phone", "value": PHONE}]
    patient = await makers_coordination.a_patient(api, **named(), telecom=telecom)
    nurse = makers_coordination.at(api)
    for query in ({"family": FAMILY}, {"identifier": f"{MRN}|{NUMBER}"}, {"birth_date": BORN}):
        statuses[f"by {next(iter(query))}"] = (await nurse.get("/v1/patients", params=query)).status_code
    statuses["registered twice"] = (
        await nurse.post("/v1/patients", json=makers_coordination.a_person(**named()))
    ).status_code
    called = {"patient_id": patient["id"], "channel": "phone", "outcome": "voicemail", "note": SAID}
    called["started_at"] = makers_coordination.DISCHARGED.isoformat()
    statuses["called"] = (await nurse.post("/v1/contacts", json=called)).status_code
    stay = await makers_coordination.a_stay(api, patient)
    async with place.broken():
        body = makers_coordination.a_person(**named(f"{NUMBER}-D", family=DEFECTIVE))
        statuses["defect"] = (await nurse.post("/v1/patients", json=body)).status_code
    await refusals(api, "/v1/patients", makers_coordination.a_person(**named(f"{NUMBER}-R")), statuses)
    await fhir(api, statuses)
    return stay


async def at_monitoring(place: Place, statuses: dict[str, int]) -> None:
    """Followed, measured by every way in, told apart, refused."""
    api = place.api
    known = makers_monitoring.identity() | named(f"{NUMBER}-M")
    made = await makers_monitoring.enrolls(api, "diabetes", "2026-09-01 00:00", patient={"version": 1, **known})
    statuses["followed"] = made.status_code
    patient = Patient(api, made.json()["patient_id"], made.json())
    by_number = {"patient_id": None, "patient_identifier": known["identifiers"][0]}
    for name, value, more in (
        ("reading", 120, {}),
        ("low", 48, by_number),
        ("implausible", 5.6, by_number),
        ("of nobody", 120, {**by_number, "patient_identifier": {"system": MRN, "value": f"{NUMBER}-NOBODY"}}),
        ("with a note", 120, {"context": {"note": SAID}}),
    ):
        at = f"2026-09-20 10:{len(statuses) % 60:02d}"
        answer = await patient.tries("glucose_smbg", value, "mg/dL", at, received=NOW, **more)
        statuses[name] = answer.status_code
    items = [patient.item("glucose_smbg", value, "mg/dL", "2026-09-19 07:00", source=FAMILY) for value in (99, 101)]
    await patient.batch([*items, {"patient_identifier": known["identifiers"][0], "metric": FAMILY}], now=NOW)
    nurse = patient.client(now=NOW)
    for path in ("/v1/patients", "/v1/reading-issues", "/v1/alerts", "/v1/panel"):
        query = {"family": FAMILY} if path == "/v1/patients" else {}
        statuses[path] = (await nurse.get(path, params=query)).status_code
    weight = makers_fhir.a_weight(f"Patient/{patient.id}", 81, local("2026-09-20 07:00").isoformat())
    device = patient.client(Role.INTEGRATION, now=NOW)
    medium = {"Content-Type": "application/fhir+json"}
    for name, more in (("observed", {}), ("observed by whom", {"subject": {"display": FAMILY}})):
        answer = await device.post("/fhir/R4/Observation", json={**weight, **more}, headers=medium)
        statuses[name] = answer.status_code
    async with place.broken():
        broken = {"version": 1, **known, **named(f"{NUMBER}-D", family=DEFECTIVE)}
        answer = await makers_monitoring.enrolls(api, "diabetes", "2026-09-01 00:00", patient=broken)
        statuses["defect"] = answer.status_code
    body = {"patient": {"version": 1, **known}, "protocol": "diabetes", "tier": "high", "reason": SAID}
    await refusals(api, "/v1/enrollments", body, statuses)
    await fhir(api, statuses)


async def a_delivery_that_fails(coordination: Api, monitoring: Api, stay: dict[str, Any]) -> str:
    """Two people of monitoring carry the numbers of one of coordination's; gives why the message is parked."""
    other = makers_monitoring.identity() | named(f"{NUMBER}-TWIN")
    for person in (makers_monitoring.identity() | named(NUMBER), other):
        made = await makers_monitoring.enrolls(
            monitoring, "diabetes", "2026-09-01 00:00", patient={"version": 1, **person}
        )
        assert made.status_code == 201, made.text
    nurse = makers_coordination.at(coordination)
    path = f"/v1/patients/{stay['patient_id']}"
    patient = (await nurse.get(path)).json()
    both = [{"system": MRN, "value": value} for value in (NUMBER, f"{NUMBER}-TWIN")]
    body = makers_coordination.a_person(**named(identifiers=both))
    (await nurse.put(path, json=body, headers=makers_coordination.tag(patient))).raise_for_status()
    await makers_coordination.discharge(
        coordination, stay, enroll={"protocol": "heart-failure", "reason": "Discharged"}
    )
    boss = coordination.as_(Role.SUPERVISOR, now=makers_coordination.DISCHARGED)
    now = {"now": makers_coordination.DISCHARGED.isoformat()}
    (await boss.post("/v1/ops/run-jobs", json=now)).raise_for_status()
    waiting = (await boss.get("/v1/ops/messages")).raise_for_status().json()
    return " ".join(each["explanation"] or "" for each in waiting)


async def test_a_day_with_a_patient_leaves_no_trace_of_them(
    places: tuple[Place, Place], capfd: pytest.CaptureFixture[str]
) -> None:
    coordination, monitoring = places
    here: dict[str, int] = {}
    there: dict[str, int] = {}
    stay = await at_coordination(coordination, here)
    await at_monitoring(monitoring, there)
    why = await a_delivery_that_fails(coordination.api, monitoring.api, stay)
    said = capfd.readouterr()
    print(here, there, why)
    # The day had what it is meant to have: each of these leaves lines and rows.
    assert why
    for statuses in (here, there):
        assert statuses["defect"] == 500
        assert (statuses["wrong type"], statuses["denied"], statuses["no such path"]) == (422, 403, 404)
        assert (statuses["fhir made"], statuses["fhir by family"], statuses["fhir refused"] >= 400) == (201, 200, True)
    assert (here["registered twice"], here["called"], here["by family"]) == (409, 201, 200)
    assert (there["followed"], there["reading"], there["low"], there["observed"]) == (201, 201, 201, 201)
    for action in ("patients.register", "readings.record", "fhir.patient.create", "enrollments.request"):
        assert action in said.out
    found: dict[str, str] = {"log": said.out, "stderr": said.err, "why": why}
    for place in places:
        service = place.api.app.title
        found[f"metrics of {service}"] = (await place.api.anonymous().get("/metrics")).text
        for table, rows in (await place.kept()).items():
            assert rows or table == "job_failures", table
            found[f"{table} of {service}"] = "\n".join(rows)
    traces = {
        (place, trace, words[max(0, words.index(trace) - 200) :][:400])
        for place, words in found.items()
        for trace in TRACES
        if trace in words
    }
    assert traces == set()


async def test_a_defect_logs_its_place_and_not_its_values(capfd: pytest.CaptureFixture[str]) -> None:
    """A driver's error quotes the row it choked on: the log must not."""
    async with breaks_on(FAMILY) as client:
        answer = await client.get("/")
    said = capfd.readouterr()
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "ValueError" in said.out
    assert FAMILY not in said.out + said.err + answer.text
