"""FHIR's dates: the span each stands for, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.fhir.times import Date, DateTime, instant, span, whole_date, write

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
        ("2024-02", datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-12", datetime(2024, 12, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
        (
            "2026-09-04T14:30:00-04:00",
            datetime(2026, 9, 4, 18, 30, tzinfo=UTC),
            datetime(2026, 9, 4, 18, 30, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_partial_date_stands_for_all_of_its_span(text: str, start: datetime, end: datetime) -> None:
    assert span(text) == (start, end)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-09-04T14:30:00", "time.naive"),
        ("2025-02-29", "time.invalid"),
        ("2026-13", "time.invalid"),
        ("2026-09-04T14:30Z", "time.invalid"),
        ("yesterday", "time.invalid"),
        ("2026-09-04T25:00:00Z", "time.invalid"),
    ],
)
def test_what_is_no_time_has_a_code_of_its_own(text: str, kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(DateTime).validate_python(text)
    assert refused.value.errors()[0]["type"] == kind


def test_a_birth_date_has_no_hour() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Date).validate_python("1952-03-03T00:00:00Z")


def test_only_a_whole_day_is_a_day() -> None:
    assert whole_date("1952-03-03") == date(1952, 3, 3)
    assert whole_date("1952-03") is None
    assert instant("1952-03-03") is None


def test_digits_beyond_microseconds_do_not_hinder() -> None:
    assert instant("2026-09-04T14:30:00.1234567891Z") == datetime(2026, 9, 4, 14, 30, 0, 123456, tzinfo=UTC)


@given(
    st.integers(min_value=-(10**15), max_value=4 * 10**15).map(lambda micros: EPOCH + timedelta(microseconds=micros))
)
def test_an_instant_survives_the_way_there_and_back(moment: datetime) -> None:
    assert instant(write(moment)) == moment
    start, end = span(write(moment))
    assert start <= moment < end <= moment + timedelta(seconds=1)
