"""Evidence as JSON says the same when it is read again, also as it was kept before names of readings were one text."""

from datetime import UTC, datetime
from decimal import Decimal

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.findings import Finding
from services.monitoring.domain.readings import ReadingKey
from services.monitoring.store.alert_findings import from_json, to_json
from shared.vocabulary import Metric, Severity

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
keys = st.builds(ReadingKey, instants, st.sampled_from(Metric), st.text(min_size=1, max_size=20))
findings = st.lists(
    st.builds(
        Finding,
        rule=st.just("BP-AVG"),
        grade=st.text(max_size=9),
        severity=st.sampled_from(Severity),
        at=instants,
        known_at=instants,
        reading=keys,
        partners=st.lists(keys, max_size=4).map(tuple),
        text=st.text(max_size=9),
        source=st.text(max_size=9),
        late=st.booleans(),
        value=st.none() | st.decimals(-999, 999, places=2),
    ),
    max_size=4,
).map(tuple)


@given(findings)
def test_evidence_is_read_as_it_was_written(found: tuple[Finding, ...]) -> None:
    kept = orjson.loads(orjson.dumps(to_json(found, (), [])))
    assert from_json(kept) == found


@given(findings, findings)
def test_what_stood_is_kept_as_it_stood(stood: tuple[Finding, ...], came: tuple[Finding, ...]) -> None:
    kept = to_json(stood, (), [])
    assert to_json(came + stood, stood, kept) == to_json(came + stood, (), [])
    assert all(one is other for one, other in zip(to_json(stood, stood, kept), kept, strict=True))


def test_names_of_readings_in_three_parts_are_read_as_before() -> None:
    before = {
        "rule": "W24", "grade": "1 kg", "severity": "high", "at": "2026-09-09T11:01:00+00:00",
        "known_at": "2026-09-09T11:02:00+00:00", "reading": ["2026-09-09T11:01:00+00:00", "body_weight", "my scale 2"],
        "partners": [["2026-09-08T11:02:00+00:00", "body_weight", "my scale 2"]], "text": "", "source": "",
        "late": False,
    }  # fmt: skip
    (found,) = from_json([before])
    assert (found.reading.metric, found.reading.source, found.value) == (Metric.BODY_WEIGHT, "my scale 2", None)
    (again,) = from_json(to_json([found._replace(value=Decimal("83.4"))], (), []))
    assert (again.partners, again.value) == (found.partners, Decimal("83.4"))
