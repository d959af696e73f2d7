"""A JSON object with a name twice is refused by every route: nobody can tell which was meant."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.api.reading_bodies import items_of, one_of
from services.monitoring.domain.reading_problems import MalformedBatch
from shared.contracts.monitoring.readings import RecordReading
from shared.fhir import wire
from shared.kit import names
from shared.vocabulary import Role
from tests.support.apps import Api, Pair, problem
from tests.support.makers_coordination import a_person
from tests.support.makers_monitoring import with_diabetes

NOW = "2026-09-20 12:00"
JSON = "application/json"
TWICE = b'{"a": 1, "a" : 2}'


async def test_native_and_fhir_routes_refuse_it(pair: Pair) -> None:
    nurse, ehr = pair.coordination.as_(Role.COORDINATOR), pair.coordination.as_(Role.INTEGRATION)
    person = orjson.dumps(a_person())
    doubled = person[:-1] + b', "family" : "Other"}'
    sent = await nurse.post("/v1/patients", content=doubled, headers={"Content-Type": JSON})
    assert problem(sent) == (422, "body.duplicate-name")
    assert "family" in sent.json()["detail"]
    nested = person.replace(b'"value":', b'"value":"EX-1","value":', 1)
    assert problem(await nurse.post("/v1/patients", content=nested, headers={"Content-Type": JSON}))[0] == 422
    assert (await nurse.post("/v1/patients", content=person, headers={"Content-Type": JSON})).status_code == 201
    patient = b'{"resourceType": "Patient", "gender": "male", "gender": "female"}'
    told = await ehr.post("/fhir/R4/Patient", content=patient, headers={"Content-Type": "application/fhir+json"})
    assert told.status_code == 422
    assert told.json()["issue"][0]["details"]["coding"][0]["code"] == "body.duplicate-name"
    assert (await ehr.get("/fhir/R4/Patient?_count=1&_count=2")).status_code == 400


async def test_one_reading_and_an_item_of_a_batch(monitoring: Api) -> None:
    patient = await with_diabetes(monitoring)
    device = patient.client(Role.INTEGRATION, now=NOW)
    items = [orjson.dumps(patient.item("glucose_smbg", 120 + k, "mg/dL", f"2026-09-19 07:0{k}")) for k in range(3)]
    twice = items[1].replace(b'"unit":', b'"value":47,"unit":')
    assert problem(await device.post("/v1/readings", content=twice, headers={"Content-Type": JSON})) == (
        422,
        "body.duplicate-name",
    )
    for media, body in (
        (JSON, b"[%s]" % b",".join([items[0], twice])),
        ("application/x-ndjson", b"\n".join([items[2], twice])),
    ):
        answer = await device.post("/v1/readings/batch", content=body, headers={"Content-Type": media})
        said = [(each["outcome"], each["code"]) for each in answer.raise_for_status().json()["items"]]
        assert said == [("stored", None), ("refused", "body.duplicate-name")]


TEXTS = st.text(st.sampled_from('a":, {}\\\n'), max_size=8)
READINGS = st.fixed_dictionaries(
    {"metric": st.just("glucose_smbg"), "value": st.integers(50, 200), "unit": st.just("mg/dL"),
     "observed_at": st.just("2026-09-19T07:00:00Z"), "source": TEXTS.map(lambda said: f"x{said!r}x")},
    optional={"context": st.dictionaries(st.sampled_from(["fasting", "meal"]), st.booleans()),
              "patient_identifier": st.just({"system": "s", "value": "v"})},
)  # fmt: skip


@given(st.lists(READINGS, min_size=1, max_size=4), st.data())
def test_of_any_batch_what_came_twice_is_found_and_nothing_else(
    sent: list[dict[str, Any]], data: st.DataObject
) -> None:
    written = [orjson.dumps(each, option=data.draw(st.sampled_from([0, orjson.OPT_INDENT_2]))) for each in sent]
    doubled = data.draw(st.sets(st.integers(0, len(sent) - 1)))
    gap = data.draw(st.sampled_from([b"", b" ", b"\n\t"]))
    for index in doubled:
        written[index] = orjson.dumps(sent[index])[:-1] + b',"unit"' + gap + b':"mmol/L"}'
    found = items_of(b"[" + b",".join(written) + b"]", JSON)
    assert [not isinstance(each, RecordReading) for each in found] == [index in doubled for index in range(len(sent))]
    for index, each in enumerate(written):
        assert (one_of(each, JSON) is None) is (index in doubled)


def test_what_is_no_json_is_told_as_before() -> None:
    with pytest.raises(MalformedBatch):
        items_of(b'[{"value": NaN}]', JSON)
    with pytest.raises(names.DuplicateName):
        wire.parse(TWICE)
    with pytest.raises(names.Deep):
        names.check(b"[" * 5000 + b"]" * 5000)
