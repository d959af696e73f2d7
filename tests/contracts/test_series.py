"""A chart's answer is written without Pydantic, and says what Pydantic would say."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.api.readings import in_words
from shared.contracts.monitoring.readings import SeriesRead
from shared.vocabulary import Metric

EAST = timezone(timedelta(hours=-4))
instants = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, EAST]))  # noqa: DTZ001
points = st.tuples(instants, st.floats(-1e9, 1e9), st.sampled_from([None, "<", ">="]), st.text(max_size=48))


@given(st.lists(points, max_size=5), st.uuids(), st.sampled_from(Metric), instants, st.booleans())
def test_a_chart_reads_as_pydantic_writes_it(
    line: list[tuple[datetime, float, str | None, str]], patient: UUID, metric: Metric, at: datetime, thinned: bool
) -> None:
    found = SeriesRead(
        patient_id=patient,
        metric=metric,
        unit="mg/dL",
        start=at,
        end=at,
        readings=len(line),
        thinned=thinned,
        observed_at=[each[0].astimezone(UTC) for each in line],
        values=[each[1] for each in line],
        comparators=[each[2] for each in line],
        reading_ids=[each[3] for each in line],
        truncated=False,
    )
    assert json.loads(in_words(found)) == json.loads(found.model_dump_json())
