"""Clinical clocks due on a day off: the on-call list, or the next business day, never past the programme (§2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.clocks import Clock, ClockRule, Pause, start
from services.coordination.domain.off_hours import deferred, outside_hours
from services.coordination.domain.reasons import Reason, clocks_of
from shared.kit.calendar import Calendar
from shared.vocabulary import ClockKind, OffHours, Priority, SourceKind

ZONE = ZoneInfo("America/New_York")
ON_CALL = Calendar("America/New_York")
MOVING = replace(ON_CALL, off_hours=OffHours.NEXT_BUSINESS_DAY)
INSTANTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda m: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
RULES = st.sampled_from(["D", "+1h", "+48h", "+72h", "+1d", "+2d", "+7d", "+14d", "+1bd", "+2bd"])
ZONES = st.sampled_from(["America/New_York", "Pacific/Honolulu", "Asia/Kolkata", "America/Santiago"])
CLOSURES = st.frozensets(st.dates(date(2024, 1, 1), date(2028, 1, 1)), max_size=20)


def clocks(calendar: Calendar, at: datetime, clinical: str, programme: str | None = None) -> tuple[Clock, ...]:
    found = [start(ClockRule("clinical", ClockKind.CLINICAL, clinical), at, calendar)]
    if programme is not None:
        found.append(start(ClockRule("programme", ClockKind.PROGRAMME, programme, by_law=True), at, calendar))
    return deferred(tuple(found), calendar)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_a_call_due_on_labor_day_is_on_call_or_moves_to_tuesday() -> None:
    at = local("2026-09-04 15:20")
    kept, moved = (clocks(calendar, at, "+72h", "+2bd")[0] for calendar in (ON_CALL, MOVING))
    assert (kept.due_at, kept.on_call) == (local("2026-09-07 15:20").astimezone(UTC), "Labor Day")
    assert kept.explanation.endswith("which is Labor Day: on-call list")
    assert (moved.due_at, moved.due_on, moved.on_call) == (
        local("2026-09-08 23:59:59.999999").astimezone(UTC),
        date(2026, 9, 8),
        None,
    )
    assert moved.explanation.endswith(
        "due Mon 2026-09-07 15:20, which is Labor Day; "
        "moved to the next business day as the practice has it: due Tue 2026-09-08 end of day"
    )


def test_it_moves_no_further_than_the_programme_allows() -> None:
    # Seven days on is a Sunday, for both: nothing may move.
    sunday = clocks(MOVING, local("2026-08-30 12:00"), "+7d", "+7d")[0]
    assert (sunday.due_on, sunday.on_call) == (date(2026, 9, 6), "weekend")
    assert "past the programme's clock: on-call list" in sunday.explanation
    # Saturday by the clinic, Sunday by the programme: it moves to Sunday, and stays for whoever is on call.
    capped = clocks(MOVING, local("2026-08-30 12:00"), "+6d", "+7d")[0]
    assert (capped.due_on, capped.on_call) == (date(2026, 9, 6), "weekend")
    assert capped.explanation.endswith("due Sun 2026-09-06 end of day, when the programme's clock is")


@given(INSTANTS, RULES, RULES, ZONES, CLOSURES)
def test_a_moved_clock_is_due_on_a_business_day_or_at_the_programmes_limit_and_never_later(
    at: datetime, clinical: str, programme: str, zone: str, closures: frozenset[date]
) -> None:
    moving = replace(MOVING, zone=zone, closures=closures)
    plain = clocks(replace(moving, off_hours=OffHours.ON_CALL), at, clinical, programme)
    moved = clocks(moving, at, clinical, programme)
    assert [one.due_at for one in moved if one.kind is ClockKind.PROGRAMME] == [plain[1].due_at]
    before, after, limit = plain[0].due_at, moved[0].due_at, plain[1].due_at
    assert before is not None
    assert after is not None
    assert limit is not None
    assert after >= before
    assert after == before or after <= limit, "never past the programme"
    assert after in (before, limit) or moving.end_of(moving.day_of(after)) == after
    in_hours = moving.is_business_day(moving.day_of(after))
    assert in_hours or after in (before, limit)
    assert (moved[0].on_call is None) is in_hours
    if plain[0].on_call is None:
        assert after == before
    # Between the two there is no business day that was passed over.
    day = moving.day_of(before)
    while day < moving.day_of(after):
        assert not moving.is_business_day(day)
        day += timedelta(days=1)


@given(INSTANTS, RULES, st.integers(1, 200))
def test_settling_again_moves_nothing_further_and_a_later_setting_moves_no_running_clock(
    at: datetime, rule: str, hours: int
) -> None:
    pauses = (Pause(at, at + timedelta(hours=hours), "travel"),)
    for calendar, other in ((MOVING, ON_CALL), (ON_CALL, MOVING)):
        rules = (ClockRule("clinical", ClockKind.CLINICAL, rule), ClockRule("programme", ClockKind.PROGRAMME, "+2bd"))
        own = tuple(start(one, at, calendar) for one in rules)
        reason = Reason(SourceKind.COORDINATOR, "x", "Call", Priority.ROUTINE, own, at, "nora")
        for paused in ((), pauses):
            once = clocks_of([reason], (), paused, calendar)
            assert clocks_of([reason], once, paused, calendar) == once
            assert clocks_of([reason], once, paused, other) == once


def test_work_is_on_call_by_the_clinical_clock_that_is_due_next() -> None:
    at = local("2026-09-04 15:20")
    call = clocks(ON_CALL, at, "+72h", "+2bd")
    assert outside_hours(call) == "Labor Day"
    assert outside_hours([call[0].met(at, "called"), call[1]]) is None
    earlier = start(ClockRule("earlier", ClockKind.CLINICAL, "D"), at, ON_CALL)
    assert outside_hours([*call, earlier]) is None
    assert outside_hours([call[1]]) is None
