"""What a name and a text may hold: nothing that nobody sees."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contracts.base import Code, LongText, Name, Text
from shared.contracts.coordination.hand_overs import HandOverPanel
from shared.web.errors import shape_errors
from tests.support.contract_models import fields, inputs

UNSEEN = ["\x00", "\x01", "\x1b", "\x7f", "\x85"]
CHECKED_BY_CODE = {"time_zone", "holidays", "url"}
TURNING = ["\n", "\t", "\u2028", "\u202e", "\u2066"]


@pytest.mark.parametrize("letter", UNSEEN)
@pytest.mark.parametrize("kind", [Text, LongText, Name, Code])
def test_what_nobody_sees_is_refused_and_said(kind: Any, letter: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(f"a{letter}b")
    if kind is not Code:
        (error,) = shape_errors(refused.value.errors())
        assert (error["code"], "cannot be seen" in error["reason"]) == ("text.unkeepable", True)


@pytest.mark.parametrize("letter", TURNING)
@pytest.mark.parametrize("kind", [Name, Code])
def test_a_name_is_one_line_in_one_direction(kind: Any, letter: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(f"a{letter}b")


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40))
def test_what_people_write_is_taken(said: str) -> None:
    if said.strip():
        assert TypeAdapter(Name).validate_python(said) == said.strip()
        assert TypeAdapter(LongText).validate_python(f"{said}.\n\t{said}.")


def test_the_name_of_who_takes_over_is_a_name() -> None:
    with pytest.raises(ValidationError):
        HandOverPanel(from_owner="ana", to_owner="ben", to_name="Ben\x1b[2J", note="Left")


@pytest.mark.parametrize("model", inputs(), ids=lambda model: model.__name__)
def test_no_text_that_somebody_sends_is_free_of_this(model: type[BaseModel]) -> None:
    for path, schema in fields(model):
        checked = path.rpartition(".")[2] in CHECKED_BY_CODE
        assert checked or schema != {"type": "string"}, f"{model.__name__}.{path} takes any characters"
