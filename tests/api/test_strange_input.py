"""What nobody sends on purpose gets a refusal that says what is wrong, never a 500 (S14, S22, S26)."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.kit.paging import encode_cursor
from shared.vocabulary import Role
from shared.web.route import DoorRoute, flat
from tests.support import makers_coordination
from tests.support.apps import Api, Pair, problem

SERVICES = ("coordination", "monitoring")
CURSORS = (
    ("x",),
    ("x", "y"),
    ("x", "y", "z"),
    ("x", "y", "z", "w"),
    ("2026-09-04T00:00:00", str(uuid4())),
    ("0001-01-01T00:00:00+14:00", str(uuid4())),
    ("0001-01-01T00:00:00+14:00", "body_weight", "scale", str(uuid4())),
)


async def listed(api: Api) -> list[str]:
    """The addresses of lists, asked for one patient where a list needs one."""
    known = api.app.title.endswith("coordination")
    patient = (await makers_coordination.a_patient(api))["id"] if known else uuid4()
    routes = (route for route in flat(api.app.routes) if isinstance(route, DoorRoute))
    paths = [route.path for route in routes if "GET" in (route.methods or ()) and "{" not in route.path]
    return [f"{path}?{_asked(path)}={patient}" for path in paths]


def _asked(path: str) -> str:
    if not path.startswith("/fhir"):
        return "patient_id"
    return "patient" if path.endswith(("Encounter", "Condition", "Observation")) else "_id"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_cursor_of_another_list_is_refused_by_every_list(service: str, pair: Pair) -> None:
    api: Api = getattr(pair, service)
    client = api.as_(Role.SUPERVISOR)
    taken = []
    for path in await listed(api):
        name = "_cursor" if path.startswith("/fhir") else "cursor"
        for parts in CURSORS:
            answer = await client.get(f"{path}&{name}={encode_cursor(*parts)}")
            if answer.status_code >= 500:
                taken.append((path, parts, answer.status_code))
    assert taken == []


async def test_a_cursor_that_does_not_fit_has_a_code(coordination: Api) -> None:
    nurse = coordination.as_(Role.COORDINATOR)
    for path in ("/v1/patients", "/v1/needs", "/v1/stays", "/v1/contacts", "/v1/specialists", "/v1/worklist"):
        for cursor in (encode_cursor(*["x"] * (3 if path.endswith("patients") else 1)), "!!"):
            assert problem(await nurse.get(f"{path}?cursor={cursor}")) == (400, "cursor.invalid"), path


async def test_the_character_0_is_refused_in_a_body_and_in_a_filter(pair: Pair) -> None:
    nurse = pair.coordination.as_(Role.COORDINATOR)
    person = makers_coordination.a_person(family="a\u0000b")
    assert problem(await nurse.post("/v1/patients", json=person)) == (422, "text.unkeepable")
    for path in ("/v1/patients?name=a%00b", "/v1/needs?owner=a%00b", "/v1/worklist?owner=a%00b"):
        assert problem(await nurse.get(path)) == (422, "text.unkeepable")
    device, read = pair.monitoring.as_(Role.INTEGRATION), {"metric": "body_weight", "value": "80", "unit": "kg"}
    sent = {**read, "patient_id": str(uuid4()), "observed_at": "2026-09-04T00:00:00Z", "source": "a\u0000b"}
    assert (await device.post("/v1/readings", json=sent)).status_code < 500


def an_entry(family: str) -> dict[str, Any]:
    resource = {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:mrn", "value": str(uuid4())}],
        "name": [{"family": family, "given": ["A"]}],
        "gender": "male",
        "birthDate": "1950-01-01",
    }
    return {"request": {"method": "POST", "url": "Patient"}, "resource": resource}


async def test_an_entry_that_cannot_be_kept_costs_the_others_of_its_batch_nothing(coordination: Api) -> None:
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [an_entry("A"), an_entry("a\u0000b"), an_entry("B")]}
    answer = (await coordination.as_(Role.INTEGRATION).post("/fhir/R4", json=bundle)).raise_for_status().json()
    assert [entry["response"]["status"][:3] for entry in answer["entry"]] == ["201", "422", "201"]


async def test_instants_outside_the_calendar_are_refused(coordination: Api) -> None:
    patient = await makers_coordination.a_patient(coordination)
    nurse, before_time = makers_coordination.at(coordination), "0001-01-01T00:00:00+14:00"
    stay = {"patient_id": patient["id"], "stay_class": "inpatient", "started_at": before_time}
    assert (await nurse.post("/v1/stays", json=stay)).status_code == 422
    early = coordination.as_(Role.COORDINATOR, now=before_time)
    assert problem(await early.get("/v1/patients")) == (400, "simulated-time.invalid")
    as_of = {"Careweave-As-Of": before_time}
    assert (await nurse.get("/fhir/R4/Patient", headers=as_of)).status_code == 400


@pytest.mark.parametrize(
    ("rule", "starts_at"), [("+9999d", "9999-12-30T00:00:00Z"), ("+9999bd", "2026-09-04T00:00:00Z")]
)
async def test_a_clock_that_no_calendar_reaches_is_refused(rule: str, starts_at: str, coordination: Api) -> None:
    patient = await makers_coordination.a_patient(coordination)
    clock = {"key": "visit", "kind": "clinical", "rule": rule, "starts_at": starts_at}
    asked = {"patient_id": patient["id"], "kind": "visit-face-to-face", "reason": "x", "clocks": [clock]}
    answer = await makers_coordination.at(coordination).post("/v1/needs", json=asked)
    assert problem(answer) == (422, "clock.out-of-reach")


async def test_numbers_without_end_are_refused_where_a_count_is_asked(pair: Pair) -> None:
    chief = pair.coordination.as_(Role.SUPERVISOR)
    for limit in ("-1", "0", "1001", "9" * 30):
        assert (await chief.get(f"/v1/ops/messages?limit={limit}")).status_code == 422
    assert (await chief.get("/fhir/R4/Patient?_count=" + "1" * 5000)).status_code == 400


async def test_a_metrics_token_of_other_letters_is_a_wrong_one(whole_pair: Pair) -> None:
    state = whole_pair.coordination.app.state
    before, state.metrics_token = state.metrics_token, "secret"
    try:
        headers = httpx.Headers([(b"authorization", "Bearer é".encode("latin-1"))])
        answer = await whole_pair.coordination.anonymous().get("/metrics", headers=headers)
    finally:
        state.metrics_token = before
    assert answer.status_code == 404


@pytest.mark.parametrize("written", [5, 1_795_000_000_000, -1.5, "1795000000", "5", "9-04T15:20:00Z"])
async def test_a_number_is_neither_an_instant_nor_a_day(written: Any, pair: Pair) -> None:
    """A guess whether seconds or milliseconds were meant would be a stay, or a reading, of another year."""
    nurse, patient = pair.coordination.as_(Role.COORDINATOR), await makers_coordination.a_patient(pair.coordination)
    stay = {"patient_id": patient["id"], "class": "inpatient", "started_at": written}
    person = {"family": "F", "given": "G", "sex": "female", "time_zone": "America/New_York", "birth_date": written}
    reading = {"metric": "body_weight", "value": "80", "unit": "kg", "observed_at": written, "source": "scale"}
    manager = pair.monitoring.as_(Role.CASE_MANAGER)
    for answer, name in (
        (await nurse.post("/v1/stays", json=stay), "started_at"),
        (await nurse.post("/v1/patients", json=person), "birth_date"),
        (await nurse.get("/v1/worklist", params={"due_before": written}), "due_before"),
        (await manager.post("/v1/readings", json={"patient_id": patient["id"], **reading}), "observed_at"),
    ):
        assert answer.status_code == 422, answer.text
        errors = [error for error in answer.json()["errors"] if error["pointer"].endswith(name)]
        assert [error["reason"] for error in errors] == ["begins with year, month and day, such as 2026-09-04"]


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "Mars/X"])
async def test_a_zone_of_the_machine_is_nobodys_home(zone: str, coordination: Api) -> None:
    person = {"family": "F", "given": "G", "sex": "female", "time_zone": zone, "birth_date": "1960-01-01"}
    answer = await coordination.as_(Role.COORDINATOR).post("/v1/patients", json=person)
    assert answer.status_code == 422
    assert "IANA time zone" in answer.text
