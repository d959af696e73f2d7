"""Search parameters are understood, or refused by name."""

from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fhir.problems import SearchRefused
from shared.fhir.query import Kind, Query, TextAsked, TokenAsked
from shared.fhir.search import parse

KNOWN = {"identifier": Kind.TOKEN, "name": Kind.STRING, "date": Kind.DATE, "patient": Kind.REFERENCE}


def asked(query: str, *, lenient: bool = False) -> Query:
    return parse(parse_qsl(query, keep_blank_values=True), KNOWN, lenient=lenient)


def test_a_token_with_and_without_a_system() -> None:
    assert asked("identifier=http://x|7").one_token("identifier") == [TokenAsked("http://x", "7")]
    assert asked("identifier=7").one_token("identifier") == [TokenAsked(None, "7")]
    assert asked("identifier=|7").one_token("identifier") == [TokenAsked("", "7")]
    assert asked("identifier=http://x|").one_token("identifier") == [TokenAsked("http://x", None)]


def test_a_comma_separates_and_an_escaped_one_belongs_to_the_value() -> None:
    assert asked("name=Ann,Bea").texts["name"] == [[TextAsked("Ann", "starts"), TextAsked("Bea", "starts")]]
    assert asked(r"name=Smith\, Jr").one_text("name") == TextAsked("Smith, Jr", "starts")
    assert asked(r"identifier=a\|b").one_token("identifier") == [TokenAsked(None, "a|b")]


def test_modifiers_of_a_string() -> None:
    assert asked("name:exact=Ann").one_text("name") == TextAsked("Ann", "exact")
    assert asked("name:contains=nn").one_text("name") == TextAsked("nn", "contains")


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("date=2026-09", datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)),
        ("date=ge2026-09-04", datetime(2026, 9, 4, tzinfo=UTC), None),
        ("date=gt2026-09-04", datetime(2026, 9, 5, tzinfo=UTC), None),
        ("date=lt2026-09-04", None, datetime(2026, 9, 4, tzinfo=UTC)),
        ("date=le2026-09-04", None, datetime(2026, 9, 5, tzinfo=UTC)),
        ("date=ge2026&date=lt2027", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("date=ge2026-09-04T10:00:00 02:00", datetime(2026, 9, 4, 8, tzinfo=UTC), None),
    ],
)
def test_a_prefix_moves_the_edge_of_the_span(query: str, start: datetime | None, end: datetime | None) -> None:
    assert asked(query).between("date") == (start, end)


@pytest.mark.parametrize(
    "query",
    ["colour=red", "name:missing=true", "date=ap2026", "date=ne2026", "date=soon", "_count=0", "_count=many", "name="],
)
def test_what_is_not_understood_is_refused(query: str) -> None:
    with pytest.raises(SearchRefused):
        asked(query)


def test_a_lenient_search_leaves_out_and_says_so() -> None:
    found = asked("colour=red&name=Ann", lenient=True)
    assert found.ignored == ("colour",)
    assert found.one_text("name") == TextAsked("Ann", "starts")


def test_a_condition_that_narrows_nothing_is_empty() -> None:
    assert asked("_count=2").empty
    assert not asked("name=A").empty


def test_a_reference_by_type_or_by_id_alone() -> None:
    assert asked("patient=Patient/1").one_reference("patient") == ["1"]
    assert asked("patient=1").one_reference("patient") == ["1"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_address_breaks_the_parser(name: str, value: str) -> None:
    with suppress(SearchRefused):
        parse([(name, value), ("identifier", value), ("date", value), ("name", value)], KNOWN)
