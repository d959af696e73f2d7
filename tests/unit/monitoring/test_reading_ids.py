"""A reading's id: computed from its key, read back without an index."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.reading_ids import read_id, reading_id, reading_ids
from services.monitoring.domain.readings import ReadingKey
from shared.vocabulary import Metric

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.uuids(), st.sampled_from(Metric), instants, st.text(min_size=1, max_size=100))
def test_an_id_says_what_it_was_made_of(patient: UUID, metric: Metric, at: datetime, source: str) -> None:
    made = reading_id(patient, ReadingKey(at, metric, source))
    assert len(made) == 48
    ref = read_id(made)
    assert ref is not None
    assert (ref.patient_id, ref.metric, ref.observed_at) == (patient, metric, at)
    assert ref.names(source)
    assert not ref.names(source + "x")


@given(
    st.uuids(), st.sampled_from(Metric), st.lists(st.tuples(instants, st.sampled_from(["a", "b/c", "é"])), max_size=20)
)
def test_ids_of_many_are_the_ids_of_each(patient: UUID, metric: Metric, made: list[tuple[datetime, str]]) -> None:
    micros = [(at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) for at, _ in made]
    expected = [reading_id(patient, ReadingKey(at, metric, source)) for at, source in made]
    assert reading_ids(patient, metric, micros, [source for _, source in made]) == expected


@pytest.mark.parametrize("text", ["", "A" * 48, "nonsense", "é" * 48, "A" * 64])
def test_what_was_not_made_here_is_none(text: str) -> None:
    assert read_id(text) is None
