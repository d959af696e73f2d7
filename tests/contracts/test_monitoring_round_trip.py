"""What monitoring keeps of a FHIR resource survives the way to FHIR and back."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.api.fhir import patient
from services.monitoring.api.fhir.categories import category_of, metrics_in
from services.monitoring.api.fhir.measured import CodeAndUnitDisagree, NotAMetric, UnitMissing
from services.monitoring.api.fhir.observation_words import Translated, to_contract, to_fhir
from services.monitoring.domain.metrics import MEASURES
from services.monitoring.domain.reading_ids import reading_id
from services.monitoring.domain.readings import ReadingKey
from shared.contracts.monitoring.patients import PatientRead, RegisterPatient
from shared.contracts.monitoring.readings import ReadingRead
from shared.contracts.people import Identifier
from shared.fhir import wire
from shared.fhir.codes import URI_AS_IDENTIFIER
from shared.fhir.elements import Identifier as FhirIdentifier
from shared.fhir.kind import render
from shared.fhir.problems import CodeUnknown, NotAnInstant, ValueMissing
from shared.fhir.resources import Observation, Patient
from shared.fhir.validation import validate
from shared.kit.problems import Problem
from shared.vocabulary import Comparator, Metric, ReadingStatus, Sex

ME = UUID("018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12")
NOW = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
UUID_URN = FhirIdentifier(system=URI_AS_IDENTIFIER, value="urn:uuid:0c1f")

words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=30)
quantities = [
    (metric, unit, code.code)
    for metric, measure in MEASURES.items()
    for unit in measure.units
    for code in measure.codes
    if unit != "{rank}" and code.unit in (None, unit)
]
people = st.builds(
    RegisterPatient,
    identifiers=st.lists(
        st.builds(Identifier, system=st.just("https://example.org/mrn"), value=words),
        min_size=1,
        max_size=3,
        unique_by=lambda one: one.value,
    ),
    family=words,
    given=words,
    birth_date=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    sex=st.sampled_from(Sex),
    time_zone=st.sampled_from(["America/New_York", "Europe/Berlin"]),
    deceased_at=st.one_of(st.none(), st.integers(0, 10**9).map(lambda ago: NOW - timedelta(seconds=ago))),
)


def a_reading(metric: Metric, unit: str, code: str | None, value: Decimal, **changes: Any) -> ReadingRead:
    observed_at = NOW - timedelta(hours=3)
    known: dict[str, Any] = {
        "id": reading_id(ME, ReadingKey(observed_at, metric, "scale-17")),
        "version": 1,
        "patient_id": ME,
        "metric": metric,
        "value": value,
        "unit": unit,
        "unit_sent": None,
        "comparator": None,
        "canonical_value": value,
        "canonical_unit": MEASURES[metric].canonical,
        "observed_at": observed_at,
        "utc_offset_minutes": -240,
        "received_at": NOW,
        "source": "scale-17",
        "code": code,
        "context": {},
        "status": ReadingStatus.FINAL,
        "flags": [],
    }
    return ReadingRead.model_validate({**known, **changes})


def there_and_back(read: ReadingRead) -> Translated:
    raw = wire.parse(wire.dump(render(to_fhir(read))))
    return to_contract(validate(Observation, raw), ME)


def an_observation(**changes: Any) -> dict[str, Any]:
    weight = {"value": Decimal("81.1"), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": f"Patient/{ME}"},
        "effectiveDateTime": "2026-09-04T07:05:00-04:00",
        "valueQuantity": weight,
        **{name: value for name, value in changes.items() if value is not None},
    }


def translated(**changes: Any) -> Translated:
    return to_contract(validate(Observation, an_observation(**changes)), ME, UUID_URN)


@given(people)
def test_a_patient(body: RegisterPatient) -> None:
    values = {name: getattr(body, name) for name in RegisterPatient.model_fields}
    read = PatientRead.model_validate(
        {**values, "id": uuid4(), "version": 1, "coordination_id": None, "source_version": 0}
    )
    assert patient.to_contract(validate(Patient, render(patient.to_fhir(read)))) == (body, ())


@given(
    st.sampled_from(quantities),
    st.decimals(0, 1000, places=4),
    st.one_of(st.none(), st.sampled_from(Comparator)),
    st.sampled_from(ReadingStatus),
    st.integers(-12, 14).map(lambda hours: 60 * hours),
)
def test_a_reading(
    measured: tuple[Metric, str, str],
    value: Decimal,
    comparator: Comparator | None,
    status: ReadingStatus,
    offset: int,
) -> None:
    metric, unit, code = measured
    read = a_reading(metric, unit, code, value, comparator=comparator, status=status, utc_offset_minutes=offset)
    found = there_and_back(read)
    (one,) = found.readings
    assert (one.metric, one.value, one.unit, one.comparator) == (metric, value, unit, comparator)
    assert (one.code, one.source, one.patient_id, found.status) == (code, "scale-17", ME, status)
    assert one.observed_at == read.observed_at
    assert one.observed_at.utcoffset() == timedelta(minutes=offset)
    assert str(one.value) == str(value)
    assert found.notes == ()


@pytest.mark.parametrize("metric", [metric for metric, measure in MEASURES.items() if measure.scale])
def test_a_coded_reading_goes_by_its_word(metric: Metric) -> None:
    for rank in range(MEASURES[metric].first_rank, MEASURES[metric].first_rank + len(MEASURES[metric].scale)):
        (one,) = there_and_back(a_reading(metric, "{rank}", None, Decimal(rank))).readings
        assert (one.metric, one.value, one.unit) == (metric, Decimal(rank), "{rank}")


@pytest.mark.parametrize("metric", [metric for metric, measure in MEASURES.items() if not measure.codes])
def test_a_metric_without_a_verified_code_has_one_of_its_own(metric: Metric) -> None:
    unit = MEASURES[metric].canonical
    (one,) = there_and_back(a_reading(metric, unit, None, Decimal(3))).readings
    assert one.metric is metric


def test_every_metric_has_one_category() -> None:
    listed = [metric for name in {category_of(metric) for metric in Metric} for metric in metrics_in(name)]
    assert sorted(listed) == sorted(Metric)


def test_a_pressure_is_two_readings_with_ids_of_their_own() -> None:
    found = translated(
        code={"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        valueQuantity={"value": 1},
        component=[
            pressure("8480-6", {"value": 142, "code": "mm[Hg]", "system": "http://unitsofmeasure.org"}),
            pressure("8462-4", {"value": 91, "unit": "mmHg"}),
        ],
    )
    assert [(one.metric, one.value) for one in found.readings] == [
        (Metric.BP_SYSTOLIC, Decimal(142)),
        (Metric.BP_DIASTOLIC, Decimal(91)),
    ]
    assert [one.external_id.value for one in found.readings if one.external_id] == [
        "urn:uuid:0c1f#8480-6",
        "urn:uuid:0c1f#8462-4",
    ]
    assert [note.code for note in found.notes] == ["unit.mapped"]
    assert "mm[Hg]" in found.notes[0].text


def pressure(code: str, quantity: dict[str, Any]) -> dict[str, Any]:
    return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": quantity}


def test_one_component_without_a_unit_does_not_cost_the_other() -> None:
    panel = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
    parts = [pressure("8480-6", {"value": 142, "unit": "mm[Hg]"}), pressure("8462-4", {"value": 91})]
    found = translated(code=panel, component=parts)
    assert [one.metric for one in found.readings] == [Metric.BP_SYSTOLIC]
    assert [(one.code, one.extra["expression"]) for one in found.refused] == [
        ("unit.missing", "Observation.component[1].valueQuantity.code")
    ]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": {"coding": [{"system": "http://loinc.org", "code": "8302-2"}]}}, NotAMetric),
        ({"code": {"coding": [{"system": "http://other", "code": "29463-7"}]}}, NotAMetric),
        ({"code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}}, NotAMetric),
        ({"valueQuantity": {"value": Decimal("81.1")}}, UnitMissing),
        ({"valueQuantity": {"unit": "kg"}}, ValueMissing),
        ({"valueQuantity": {}}, ValueMissing),
        ({"effectiveDateTime": "2026-09-04"}, NotAnInstant),
        ({"status": "preliminary"}, CodeUnknown),
        ({"status": "registered"}, CodeUnknown),
        (
            {
                "code": {"coding": [{"system": "http://loinc.org", "code": "14743-9"}]},
                "valueQuantity": {"value": 98, "unit": "mg/dL"},
            },
            CodeAndUnitDisagree,
        ),
    ],
)
def test_what_is_no_reading_is_refused_with_its_reason(changes: dict[str, Any], refusal: type[Problem]) -> None:
    with pytest.raises(refusal):
        translated(**changes)


def test_digits_that_cannot_be_kept_are_said() -> None:
    found = translated(valueQuantity={"value": Decimal("81.123456789012"), "unit": "kg"})
    assert found.readings[0].value == Decimal("81.12345679")
    assert [note.code for note in found.notes] == ["value.rounded"]


def test_the_identifier_goes_before_the_senders_address() -> None:
    named = translated(identifier=[{"system": "https://example.org/lab", "value": "L-1"}]).readings[0]
    assert named.external_id == Identifier(system="https://example.org/lab", value="L-1")
    assert translated().readings[0].external_id == Identifier(system=URI_AS_IDENTIFIER, value="urn:uuid:0c1f")
    assert translated().readings[0].observed_at == datetime(2026, 9, 4, 7, 5, tzinfo=timezone(timedelta(hours=-4)))
