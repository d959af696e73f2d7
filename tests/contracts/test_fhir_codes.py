"""Code pairs are one-to-one and complete; what is read only never hides a pair."""

from enum import StrEnum
from typing import Any

import pytest

from shared.fhir import codes
from shared.fhir.codes import Pairs
from shared.fhir.elements import CodeableConcept, Coding
from shared.fhir.problems import CodeUnknown

TABLES: dict[str, Pairs[Any]] = {name: one for name, one in vars(codes).items() if isinstance(one, Pairs)}


def test_the_tables_are_found() -> None:
    assert {"GENDER", "STAY_STATUS", "STAY_CLASS", "VISIT_CLASS", "CONDITION_STATUS", "READING_STATUS"} <= set(TABLES)
    assert {"DISPOSITION", "DIAGNOSIS_SYSTEM", "CONDITION_VERIFICATION", "COMPARATOR"} <= set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_each_pair_stands_alone_on_both_sides(name: str) -> None:
    pairs = TABLES[name].pairs
    assert len({word for word, _ in pairs}) == len(pairs)
    assert len({code for _, code in pairs}) == len(pairs)


@pytest.mark.parametrize("name", TABLES)
def test_every_word_of_ours_has_its_code(name: str) -> None:
    table = TABLES[name]
    words: type[StrEnum] = type(table.pairs[0][0])
    assert {word for word, _ in table.pairs} == set(words)


@pytest.mark.parametrize("name", TABLES)
def test_what_is_written_is_read_back(name: str) -> None:
    table = TABLES[name]
    for word, code in table.pairs:
        assert table.write(word) == code
        assert table.read(code, at="X.y") is word
        assert table.of(table.concept(word), at="X.y") is word


def test_codes_that_fhir_has_beside_ours_are_read_but_never_written() -> None:
    assert codes.STAY_STATUS.read("arrived", at="Encounter.status") == "in-progress"
    assert codes.STAY_CLASS.read("ACUTE", at="Encounter.class") == "inpatient"
    assert codes.DISPOSITION.read("snf", at="x") is codes.DISPOSITION.read("03", at="x")
    assert "arrived" not in {code for _, code in codes.STAY_STATUS.pairs}


def test_an_unknown_code_is_refused_with_its_place_and_what_is_taken() -> None:
    with pytest.raises(CodeUnknown) as refused:
        codes.GENDER.read("femal", at="Patient.gender")
    assert refused.value.extra["expression"] == "Patient.gender"
    assert "female" in refused.value.detail
    assert "femal." not in refused.value.detail


def test_of_several_codings_the_known_one_counts() -> None:
    concept = CodeableConcept(coding=[Coding(system="http://local", code="x1"), Coding(code="active")])
    assert codes.CONDITION_STATUS.of(concept, at="Condition.clinicalStatus") == "active"
    assert codes.CONDITION_STATUS.of(None, at="Condition.clinicalStatus") is None
