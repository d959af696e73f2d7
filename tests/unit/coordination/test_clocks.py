"""Clocks: the table of clinical §2, rules against a day walker, pauses, grace, lateness."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.clocks import (
    Clock,
    ClockOutOfReach,
    ClockRule,
    ClockRuleUnknown,
    Pause,
    next_due,
    paused,
    start,
    strictest,
)
from shared.kit.calendar import Calendar
from shared.vocabulary import ClockKind, ClockState

ZONE = ZoneInfo("America/New_York")
NEW_YORK = Calendar("America/New_York")
INSTANTS = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
RULES = st.sampled_from(["D", "+1h", "+48h", "+72h", "+1d", "+7d", "+30d", "+1bd", "+2bd", "+10bd"])
ZONES = st.sampled_from(["America/New_York", "Pacific/Honolulu", "Asia/Kolkata", "America/Santiago", "UTC"])


def clock(rule: str, at: str = "2026-09-04 15:20", **more: object) -> Clock:
    """A clock started on New York's wall clock."""
    asked = ClockRule("clinical", ClockKind.CLINICAL, rule, **more)  # type: ignore[arg-type]
    return start(asked, datetime.fromisoformat(at).replace(tzinfo=ZONE), NEW_YORK)


def due_on(found: Clock) -> str:
    """The local day on which a clock is due."""
    assert found.due_at is not None
    return f"{found.due_at.astimezone(ZONE):%a %Y-%m-%d}"


@pytest.mark.parametrize(
    ("discharge", "first", "second", "week", "fortnight", "last"),
    [
        ("2026-09-04", "Tue 2026-09-08", "Wed 2026-09-09", "Fri 2026-09-11", "Fri 2026-09-18", "Sat 2026-10-03"),
        ("2026-09-07", "Tue 2026-09-08", "Wed 2026-09-09", "Mon 2026-09-14", "Mon 2026-09-21", "Tue 2026-10-06"),
        ("2026-09-08", "Wed 2026-09-09", "Thu 2026-09-10", "Tue 2026-09-15", "Tue 2026-09-22", "Wed 2026-10-07"),
        ("2026-07-02", "Mon 2026-07-06", "Tue 2026-07-07", "Thu 2026-07-09", "Thu 2026-07-16", "Fri 2026-07-31"),
        ("2026-12-24", "Mon 2026-12-28", "Tue 2026-12-29", "Thu 2026-12-31", "Thu 2027-01-07", "Fri 2027-01-22"),
    ],
)
@pytest.mark.parametrize("hour", ["00:00", "15:20", "23:59"])
def test_the_table_of_discharge_clocks(
    discharge: str, first: str, second: str, week: str, fortnight: str, last: str, hour: str
) -> None:
    at = f"{discharge} {hour}"
    found = [due_on(clock(rule, at)) for rule in ("+1bd", "+2bd", "+7d", "+14d", "+29d")]
    assert found == [first, second, week, fortnight, last]


@given(INSTANTS, RULES, ZONES)
def test_every_rule_is_due_where_a_walker_arrives(at: datetime, rule: str, zone: str) -> None:
    calendar = Calendar(zone)
    found = start(ClockRule("k", ClockKind.CLINICAL, rule), at, calendar)
    if rule.endswith("h"):
        assert found.due_at == at + timedelta(hours=int(rule[1:-1]))
        return
    day, left = at.astimezone(ZoneInfo(zone)).date(), int(rule.strip("D+bd") or 0)
    while left:
        day += timedelta(days=1)
        left -= 1 if not rule.endswith("bd") or calendar.is_business_day(day) else 0
    assert found.due_on == day
    assert found.due_at is not None
    assert found.due_at.astimezone(ZoneInfo(zone)).date() == day
    assert (found.due_at + timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() > day


def test_hours_elapse_through_the_change_of_the_clocks() -> None:
    spring = clock("+48h", "2026-03-07 15:20")
    assert spring.due_at is not None
    assert f"{spring.due_at.astimezone(ZONE):%a %H:%M}" == "Mon 16:20"
    assert due_on(clock("+1d", "2026-03-07 15:20")) == "Sun 2026-03-08"


def test_the_last_instant_of_the_day_is_on_time_and_the_next_is_late() -> None:
    found = clock("+2bd")
    midnight = datetime(2026, 9, 10, tzinfo=ZONE)
    assert found.state(midnight - timedelta(microseconds=1)) is ClockState.OPEN
    assert found.state(midnight) is ClockState.BREACHED
    assert found.met(midnight, "x").state(midnight) is ClockState.MET_LATE
    assert found.met(midnight - timedelta(microseconds=1), "x").state(midnight + timedelta(days=9)) is ClockState.MET


def test_grace_delays_lateness_and_not_the_due_instant() -> None:
    plain, patient = clock("+48h"), clock("+48h", grace=timedelta(hours=2))
    assert plain.due_at == patient.due_at
    assert plain.due_at is not None
    late = plain.due_at + timedelta(hours=1)
    assert (plain.state(late), patient.state(late)) == (ClockState.BREACHED, ClockState.OPEN)
    assert patient.met(late, "x").state(late) is ClockState.MET


def test_the_earliest_work_counts() -> None:
    first, second = datetime(2026, 9, 5, tzinfo=UTC), datetime(2026, 9, 6, tzinfo=UTC)
    assert clock("+2bd").met(second, "b").met(first, "a").met_at == first
    assert clock("+2bd").met(first, "a").met(second, "b").met_how == "a"


@given(INSTANTS, st.integers(0, 96), st.integers(1, 200))
def test_a_pause_moves_hours_by_as_long_as_it_overlaps(at: datetime, after: int, length: int) -> None:
    since = at + timedelta(hours=after)
    pause = Pause(since, since + timedelta(hours=length), "travelling")
    found = paused(start(ClockRule("k", ClockKind.CLINICAL, "+48h"), at, NEW_YORK), (pause,), NEW_YORK)
    assert found.due_at == at + timedelta(hours=48 + (length if after < 48 else 0))


@given(INSTANTS, st.integers(0, 10), st.integers(1, 20), st.integers(1, 8))
def test_days_that_end_in_a_pause_do_not_count(at: datetime, after: int, length: int, count: int) -> None:
    since = at + timedelta(days=after)
    pause = Pause(since, since + timedelta(days=length), "in hospital")
    found = paused(start(ClockRule("k", ClockKind.CLINICAL, f"+{count}bd"), at, NEW_YORK), (pause,), NEW_YORK)
    day, left = at.astimezone(ZONE).date(), count
    while left:
        day += timedelta(days=1)
        if NEW_YORK.is_business_day(day) and not pause.covers(NEW_YORK.end_of(day)):
            left -= 1
    assert found.due_on == day


def test_an_open_pause_holds_the_clock_and_is_never_late() -> None:
    held = paused(clock("+48h"), (Pause(datetime(2026, 9, 5, tzinfo=UTC), None, "away"),), NEW_YORK)
    assert held.due_at is None
    assert held.state(datetime(2030, 1, 1, tzinfo=UTC)) is ClockState.PAUSED
    assert "no due instant while paused" in held.explanation


def test_closures_stop_the_sites_clocks_and_no_programmes() -> None:
    site = Calendar("America/New_York", closures=frozenset({date(2026, 9, 8)}))
    at = datetime(2026, 9, 4, 15, 20, tzinfo=ZONE)
    ours = start(ClockRule("k", ClockKind.CLINICAL, "+2bd"), at, site)
    law = start(ClockRule("k", ClockKind.PROGRAMME, "+2bd", by_law=True), at, site)
    assert (due_on(ours), due_on(law)) == ("Thu 2026-09-10", "Wed 2026-09-09")
    assert "Tue 2026-09-08 is closed" in ours.explanation


def test_how_it_was_computed_is_said() -> None:
    assert clock("+2bd").explanation == (
        "2 business days from Fri 2026-09-04 15:20 (America/New_York); not counted: Sat 2026-09-05 is weekend, "
        "Sun 2026-09-06 is weekend, Mon 2026-09-07 is Labor Day; due Wed 2026-09-09 end of day"
    )
    assert clock("+72h").explanation.endswith("due Mon 2026-09-07 15:20, which is Labor Day: on-call list")
    assert clock("D").explanation.startswith("the same day from")


def test_the_window_of_the_call_opens_at_48_hours() -> None:
    found = clock("+72h", opens="+48h")
    assert found.opens_at == datetime(2026, 9, 6, 15, 20, tzinfo=ZONE)


def test_a_pause_in_time_moves_the_limit_and_one_after_it_does_not() -> None:
    found = clock("+48h")
    assert found.due_at is not None
    after = found.due_at + timedelta(hours=1)
    late = paused(found, (Pause(after, after + timedelta(days=3), "away"),), NEW_YORK)
    assert late.state(after + timedelta(hours=1)) is ClockState.BREACHED
    before = found.due_at - timedelta(hours=1)
    excused = paused(found, (Pause(before, before + timedelta(days=3), "away"),), NEW_YORK)
    assert excused.state(after) is ClockState.PAUSED


@pytest.mark.parametrize(("rule", "at"), [("+9999d", "9999-12-30 00:00"), ("+9999bd", "2026-09-04 15:20")])
def test_a_clock_due_beyond_the_calendar_is_refused(rule: str, at: str) -> None:
    with pytest.raises(ClockOutOfReach):
        clock(rule, at)


@pytest.mark.parametrize("rule", ["", "2bd", "+2 bd", "+2w", "-1d", "+2bdx", "+99999h"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(ClockRuleUnknown):
        clock(rule)


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), RULES, INSTANTS), max_size=8), st.randoms())
def test_the_strictest_clock_of_each_key_wins_in_any_order(
    asked: list[tuple[str, str, datetime]], shuffle: object
) -> None:
    clocks = [start(ClockRule(key, ClockKind.CLINICAL, rule), at, NEW_YORK) for key, rule, at in asked]
    mixed = list(clocks)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert strictest(clocks) == strictest(mixed) == strictest([*mixed, *clocks]) == strictest(strictest(mixed))
    assert next_due(strictest(mixed)) == min((c.due_at for c in clocks if c.due_at), default=None)
