"""Circumstances in time: what is said from an instant on changes nothing before it (laws)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.domain.circumstance_spans import in_force, of_age, said, taken_over
from services.monitoring.domain.watch import Span, Watch
from shared.kit.zones import age_on, local_day

_BASE = datetime(2026, 9, 1, tzinfo=UTC)
hours = st.integers(0, 200).map(lambda n: _BASE + timedelta(hours=n))
facts = st.sampled_from(["oxygen", "pregnancy"])
statements = st.lists(
    st.tuples(facts, hours, st.booleans(), st.one_of(st.none(), st.integers(1, 50))), min_size=1, max_size=6
)


@given(statements, hours)
def test_the_last_word_holds_from_its_start_on_and_the_earlier_ones_before_it(
    words: list[tuple[str, datetime, bool, int | None]], at: datetime
) -> None:
    spans: tuple[Span, ...] = (Span("oxygen"),)
    for fact, start, holds, lasts in words:
        before, end = spans, start + timedelta(hours=lasts) if lasts is not None and holds else None
        spans = said(spans, fact, start, holds=holds, end=end)
        for other in {"oxygen", "pregnancy"} - {fact}:
            assert (other in in_force(spans, at)) == (other in in_force(before, at))
        if at < start:
            assert in_force(spans, at) == in_force(before, at)
        else:
            assert (fact in in_force(spans, at)) == (holds and (end is None or at < end))


@given(hours, hours)
def test_rules_see_what_holds_at_the_reading_they_judge(start: datetime, at: datetime) -> None:
    watch = Watch("America/New_York", _BASE, facts=frozenset({"frail"}), spans=(Span("oxygen", start),))
    assert watch.at(at).facts == ({"frail", "oxygen"} if at >= start else {"frail"})


@given(st.lists(st.tuples(facts, hours, st.one_of(st.none(), st.integers(1, 50))), max_size=4), hours)
def test_what_is_taken_over_holds_at_once_and_ends_where_it_ends_for_others(
    known: list[tuple[str, datetime, int | None]], at: datetime
) -> None:
    spans: tuple[Span, ...] = ()
    for fact, start, lasts in known:
        spans = said(spans, fact, start, holds=True, end=None if lasts is None else start + timedelta(hours=lasts))
    here = in_force(spans, at)
    mine = taken_over([*here, "frail"], spans, at)
    for later in (at, at + timedelta(hours=7), at + timedelta(days=90)):
        still = [
            fact for fact in here if any(each.fact == fact and each.holds(at) and each.holds(later) for each in spans)
        ]
        assert in_force(mine, later) == sorted([*still, "frail"])


@given(st.dates(date(1996, 1, 1), date(2016, 12, 31)), st.sampled_from(["America/New_York", "Asia/Tokyo"]))
def test_who_comes_of_age_is_eighteen_from_that_instant_on_and_not_before(born: date, zone: str) -> None:
    at = of_age(born, zone)
    assert age_on(born, local_day(at, zone)) == 18
    assert age_on(born, local_day(at - timedelta(microseconds=1), zone)) == 17
