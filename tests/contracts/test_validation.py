"""Input is strict about what is taken, and never swallows what changes the meaning."""

from decimal import Decimal
from typing import Any

import pytest

from shared.fhir import wire
from shared.fhir.outcome import from_problem
from shared.fhir.problems import Invalid, WrongType
from shared.fhir.resources import Observation, Patient
from shared.fhir.validation import validate


def refused(raw: Any) -> list[Any]:
    with pytest.raises(Invalid) as found:
        validate(Patient, raw)
    errors = found.value.extra["errors"]
    assert isinstance(errors, list)
    return errors


def patient(**changes: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": "Sample", "given": ["Rosa"]}], **changes}


def test_elements_that_are_not_kept_are_ignored() -> None:
    found = validate(Patient, patient(maritalStatus={"text": "married"}, photo=[{"url": "http://x"}]))
    assert found.name is not None
    assert found.name[0].family == "Sample"


@pytest.mark.parametrize(
    "raw",
    [
        patient(modifierExtension=[{"url": "http://x", "valueBoolean": True}]),
        patient(implicitRules="http://x"),
        patient(name=[{"family": "Sample", "modifierExtension": [{"url": "http://x"}]}]),
    ],
)
def test_what_changes_the_meaning_is_never_ignored(raw: dict[str, Any]) -> None:
    assert {error["code"] for error in refused(raw)} == {"modifier-extension.not-understood"}


@pytest.mark.parametrize(
    ("raw", "expression"),
    [
        (patient(name={"family": "Sample"}), "Patient.name"),
        (patient(name=[]), "Patient.name"),
        (patient(name=[{"family": 7}]), "Patient.name[0].family"),
        (patient(name=[{"family": " "}]), "Patient.name[0].family"),
        (patient(birthDate="1952-03-03T00:00:00Z"), "Patient.birthDate"),
        (patient(deceasedDateTime="2020-01-01T10:00:00"), "Patient.deceasedDateTime"),
        (patient(active="yes"), "Patient.active"),
        (patient(id="no spaces allowed"), "Patient.id"),
    ],
)
def test_a_wrong_shape_names_its_place(raw: dict[str, Any], expression: str) -> None:
    assert [error["expression"] for error in refused(raw)] == [expression]


def test_a_refusal_says_where_within_a_bundle() -> None:
    with pytest.raises(Invalid) as found:
        validate(Patient, patient(name=[{"family": 7}]))
    said = from_problem(found.value, root="Bundle.entry[3].resource")
    assert said["issue"][0]["expression"] == ["Bundle.entry[3].resource.name[0].family"]
    assert said["issue"][0]["severity"] == "error"


def test_another_type_is_refused() -> None:
    with pytest.raises(WrongType):
        validate(Observation, patient())
    with pytest.raises(WrongType):
        validate(Observation, ["Observation"])


def test_a_refusal_never_repeats_what_was_sent() -> None:
    assert "Verysecretname" not in str(refused(patient(name=[{"family": ["Verysecretname"]}])))


def test_decimals_keep_their_digits_both_ways() -> None:
    raw = wire.parse(
        b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":5.60}}'
    )
    found = validate(Observation, raw)
    assert found.value_quantity is not None
    assert str(found.value_quantity.value) == "5.60"
    assert wire.dump({"value": Decimal("5.60"), "small": Decimal("1E-8")}) == b'{"value":5.60,"small":0.00000001}'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "body.not-json"),
        (b'{"a": NaN}', "body.not-json"),
        (b"[]", "body.not-json"),
        (b"\xff\xfe", "body.not-json"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "body.too-deep"),
    ],
)
def test_a_body_that_cannot_be_read_has_its_code(body: bytes, code: str) -> None:
    with pytest.raises((wire.NotJson, wire.TooDeep)) as found:
        wire.parse(body)
    assert found.value.code == code
