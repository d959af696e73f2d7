"""The gate of rules of change: a rule that is not stirred finds nothing, whatever the days before were."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from services.monitoring.domain.evaluation import evaluate
from services.monitoring.domain.extents import NEAR, Extent, horizon, lies_still, stirred
from services.monitoring.domain.protocols import LATEST
from services.monitoring.domain.readings import Reading
from shared.vocabulary import Metric
from tests.support.ward import a_reading, a_watch, a_weight, local

HEART_FAILURE = LATEST["heart-failure"]
CKD = LATEST["ckd"]
ASTHMA = LATEST["asthma"]
WEIGHT = HEART_FAILURE.rules_of(Metric.BODY_WEIGHT)
START = local("2026-09-04 07:00")
tenths = st.integers(760, 880).map(lambda value: str(Decimal(value) / 10))
hours = st.integers(0, 24 * 12)
weights = st.lists(st.tuples(tenths, hours), min_size=1, max_size=14, unique_by=lambda each: each[1])


def extent_before(readings: list[Reading], last: Reading, reach: timedelta) -> Extent:
    """What the store finds around a reading, itself among it."""
    far = [each.value for each in readings if each.observed_at >= last.observed_at - reach]
    near = [each.value for each in readings if each.observed_at >= last.observed_at - NEAR]
    later = any(each.observed_at > last.observed_at for each in readings)
    before = max((each.observed_at for each in readings if each.observed_at < last.observed_at), default=None)
    return Extent((min(near), max(near)), (min(far), max(far)), later=later, before=before)


@given(weights, st.sampled_from([None, "79", "81", "84"]))
def test_what_is_not_stirred_finds_nothing(found: list[tuple[str, int]], dry: str | None) -> None:
    readings = [a_weight(value, START + timedelta(hours=after)) for value, after in found]
    last = max(readings, key=lambda each: each.observed_at)
    watch = a_watch("2026-09-01 00:00", dry_weight=dry)
    reach = horizon(HEART_FAILURE, Metric.BODY_WEIGHT)
    assert reach is not None
    extent = extent_before(readings, last, reach)
    may = {rule.key for rule in stirred(HEART_FAILURE, watch, last, WEIGHT, extent)}
    assert not may or not lies_still(HEART_FAILURE, watch, last, extent)
    whole = evaluate(HEART_FAILURE, watch, readings, now=last.observed_at)
    assert {each.rule for episode in whole.episodes for each in episode.findings if each.reading == last.key} <= may


TESTS = {Metric.EGFR: "mL/min/{1.73_m2}", Metric.UACR: "mg/g{creat}"}
results = st.lists(
    st.tuples(st.one_of(st.integers(0, 130), st.integers(58, 64)), st.integers(0, 600)),
    min_size=1,
    max_size=8,
    unique_by=lambda each: each[1],
)


@example(Metric.UACR, [(0, 0), (10, 1), (30, 2)], ())
@given(st.sampled_from(sorted(TESTS)), results, st.sampled_from([(), ("haemodynamic-drug-started",)]))
def test_of_kidney_tests_too_what_is_not_stirred_finds_nothing(
    metric: Metric, found: list[tuple[int, int]], facts: tuple[str, ...]
) -> None:
    readings = [
        a_reading(metric, str(value), TESTS[metric], START + timedelta(days=after - 600)) for value, after in found
    ]
    last = max(readings, key=lambda each: each.observed_at)
    watch = a_watch("2024-01-01 00:00", facts=facts)
    reach = horizon(CKD, metric)
    assert reach is not None
    extent = extent_before(readings, last, reach)
    may = {rule.key for rule in stirred(CKD, watch, last, CKD.rules_of(metric), extent)}
    assert not may or not lies_still(CKD, watch, last, extent)
    whole = evaluate(CKD, watch, readings, now=last.observed_at)
    assert {each.rule for episode in whole.episodes for each in episode.findings if each.reading == last.key} <= may


peaks = st.lists(
    st.tuples(st.integers(300, 420), st.booleans()), min_size=8, max_size=30
)  # of each half day the value, and whether it was measured


@given(peaks, st.sampled_from([(), ("under-18",)]))
def test_of_peak_flow_too_what_is_not_stirred_finds_nothing(
    found: list[tuple[int, bool]], facts: tuple[str, ...]
) -> None:
    times = [START + timedelta(hours=12 * half) for half in range(len(found))]
    readings = [
        a_reading(Metric.PEF, str(value), "L/min", at)
        for (value, there), at in zip(found, times, strict=True)
        if there or at == times[-1]
    ]
    last = readings[-1]
    watch = a_watch("2026-09-01 00:00", facts=facts)
    extent = extent_before(readings, last, NEAR)
    may = {rule.key for rule in stirred(ASTHMA, watch, last, ASTHMA.rules_of(Metric.PEF), extent)}
    assert not may or not lies_still(ASTHMA, watch, last, extent)
    whole = evaluate(ASTHMA, watch, readings, now=last.observed_at)
    assert {each.rule for episode in whole.episodes for each in episode.findings if each.reading == last.key} <= may


def test_the_first_peak_flow_of_a_day_varies_from_nothing() -> None:
    watch, own = a_watch("2026-09-01 00:00"), (Decimal(360), Decimal(420))
    reading = a_reading(Metric.PEF, "400", "L/min", "2026-09-09 19:00")
    for before, expected in (("2026-09-09 07:00", False), ("2026-09-08 23:59", True), ("2026-09-09 19:00", False)):
        extent = Extent(own, own, before=local(before))
        assert lies_still(ASTHMA, watch, reading, extent) is expected, before
    assert lies_still(ASTHMA, watch, reading, Extent(own, own)), "nothing was measured before"


def test_an_albumin_lies_still_until_it_doubled_also_where_none_came_in_the_days_before() -> None:
    far = (Decimal(12), Decimal(14))
    for near in (None, far):
        for value, expected in (("13", True), ("23.9", True), ("24", False), ("1", True)):
            reading = a_reading(Metric.UACR, value, "mg/g{creat}", "2026-09-09 07:01")
            assert lies_still(CKD, a_watch(), reading, Extent(near, far)) is expected, (near, value)
    reading = a_reading(Metric.UACR, "0", "mg/g{creat}", "2026-09-09 07:01")
    assert not lies_still(CKD, a_watch(), reading, Extent(None, (Decimal(0), Decimal(0)))), "no percentage of nothing"


def test_a_usual_day_stirs_no_rule_and_the_boundary_does() -> None:
    watch = a_watch("2026-09-01 00:00", dry_weight="81.0")
    before = a_weight("82.5", "2026-09-08 07:02")
    for value, expected in (("83.3", set()), ("83.4", {"W24", "W24-PILLOWS"})):
        reading = a_weight(value, "2026-09-09 07:01")
        near = (before.value, reading.value)
        found = stirred(HEART_FAILURE, a_watch("2026-09-01 00:00"), reading, WEIGHT, Extent(near, near))
        assert {rule.key for rule in found} == expected
    found = stirred(HEART_FAILURE, watch, a_weight("82.8", "2026-09-09 07:01"), WEIGHT, Extent(None, None))
    assert [rule.key for rule in found] == ["WDRY"], "dry weight + 1.8"


def test_a_weight_lies_still_until_the_first_bound_of_any_rule() -> None:
    extent = Extent((Decimal("82.5"), Decimal("82.6")), (Decimal("82.0"), Decimal("82.6")))
    found = {
        value: lies_still(HEART_FAILURE, a_watch("2026-09-01 00:00"), a_weight(value, "2026-09-09 07:01"), extent)
        for value in ("81.8", "83.3", "83.4", "81.6")
    }
    assert found == {"81.8": True, "83.3": True, "83.4": False, "81.6": False}
    near_dry = a_watch("2026-09-01 00:00", dry_weight="80.9")
    assert not lies_still(HEART_FAILURE, near_dry, a_weight("82.7", "2026-09-09 07:01"), extent), "dry weight + 1.8"
    assert not lies_still(HEART_FAILURE, a_watch(), a_weight("82.6", "2026-09-09 07:01"), extent._replace(mixed=True))


def test_what_cannot_be_judged_by_extremes_stirs_every_rule() -> None:
    reading = a_weight("81.0", "2026-09-09 07:01")
    near = (Decimal("81.0"), Decimal("81.1"))
    for extent in (Extent(near, near, mixed=True), Extent(near, near, later=True)):
        assert stirred(HEART_FAILURE, a_watch(), reading, WEIGHT, extent) == WEIGHT


def test_metrics_without_rules_of_change_have_no_horizon() -> None:
    assert horizon(HEART_FAILURE, Metric.HEART_RATE) is None
    assert horizon(LATEST["diabetes"], Metric.GLUCOSE_SMBG) is None
