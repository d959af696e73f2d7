"""Stage clocks: the days of the worked example (clinical §7a) and the defaults of §5.1."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.coordination.domain import referral_clocks as clocks
from services.coordination.domain.referral_clocks import StageClock
from shared.kit.calendar import Calendar
from shared.vocabulary import Priority

NEW_YORK = Calendar("America/New_York")
FRIDAY = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)  # 15:20 in New York, before Labor Day


def last_day(clock: StageClock, priority: Priority, start: datetime = FRIDAY) -> date:
    return NEW_YORK.day_of(clocks.due(clock, start, priority, NEW_YORK).at)


def test_the_cardiology_referral_of_the_worked_example() -> None:
    assert last_day(clocks.ACKNOWLEDGE, Priority.URGENT) == date(2026, 9, 9)
    assert last_day(clocks.BOOK, Priority.URGENT) == date(2026, 9, 8)
    # Five business days after Friday, past Labor Day, are Monday the 14th.
    assert last_day(clocks.BOOK, Priority.ROUTINE) == date(2026, 9, 14)


@pytest.mark.parametrize(
    ("clock", "routine", "urgent"),
    [
        (clocks.AUTHORIZATION, date(2026, 9, 14), date(2026, 9, 8)),
        (clocks.TRIAGE, date(2026, 9, 9), date(2026, 9, 9)),
        (clocks.REROUTE, date(2026, 9, 8), date(2026, 9, 8)),
        (clocks.OUTREACH, date(2026, 9, 8), date(2026, 9, 8)),
        (clocks.DECISION, date(2026, 9, 8), date(2026, 9, 8)),
        (clocks.ELSEWHERE, date(2026, 9, 8), date(2026, 9, 8)),
        (clocks.CONFIRM_RETURN, date(2026, 9, 8), date(2026, 9, 8)),
        (clocks.REPORT, date(2026, 9, 11), date(2026, 9, 9)),
        (clocks.REVIEW, date(2026, 9, 9), date(2026, 9, 9)),
    ],
)
def test_each_stage_ends_on_its_local_day(clock: StageClock, routine: date, urgent: date) -> None:
    assert last_day(clock, Priority.ROUTINE) == routine
    assert last_day(clock, Priority.ASAP) == urgent


def test_due_is_the_end_of_the_local_day_and_says_how_it_was_computed() -> None:
    due = clocks.due(clocks.BOOK, FRIDAY, Priority.URGENT, NEW_YORK)
    assert due.at == datetime(2026, 9, 9, 3, 59, 59, 999999, tzinfo=UTC)
    assert due.explanation == "Book the visit: 1 business day after 2026-09-04 (urgent), by the end of 2026-09-08"


def test_a_late_evening_counts_from_the_local_day() -> None:
    evening = datetime(2026, 9, 10, 3, 30, tzinfo=UTC)  # still the 9th in New York
    assert last_day(clocks.ACKNOWLEDGE, Priority.ROUTINE, evening) == date(2026, 9, 11)


def test_a_missing_report_is_chased_after_a_fortnight_and_other_stages_at_once() -> None:
    breach = clocks.due(clocks.REPORT, FRIDAY, Priority.ROUTINE, NEW_YORK).at
    chased = clocks.chase_due(clocks.REPORT, FRIDAY, breach, NEW_YORK)
    assert NEW_YORK.day_of(chased) == date(2026, 9, 18)
    assert clocks.chase_due(clocks.TRIAGE, FRIDAY, breach, NEW_YORK) == breach


def test_the_patient_is_reminded_three_days_and_one_day_before() -> None:
    visit = datetime(2026, 9, 11, 17, 30, tzinfo=UTC)
    third_day, day_before = clocks.reminders(visit)
    assert third_day.at == datetime(2026, 9, 8, 17, 30, tzinfo=UTC)
    assert day_before.at == datetime(2026, 9, 10, 17, 30, tzinfo=UTC)


def test_a_reminder_settles_what_was_due_by_then_and_an_early_one_the_first() -> None:
    visit = datetime(2026, 9, 11, 17, 30, tzinfo=UTC)
    third_day, day_before = clocks.reminders(visit)
    assert clocks.reminded(visit, third_day.at) == (third_day,)
    assert clocks.reminded(visit, day_before.at) == (third_day, day_before)
    assert clocks.reminded(visit, datetime(2026, 9, 5, 12, 0, tzinfo=UTC)) == (third_day,)


def test_every_follow_up_says_what_is_missing() -> None:
    assert clocks.ACKNOWLEDGE.overdue.startswith("Nobody acknowledged")
    assert clocks.REPORT.overdue.startswith("Attended, no report")
    assert clocks.ELSEWHERE.title.startswith("Closed elsewhere without report")


def test_a_reminder_that_was_given_is_not_owed_again() -> None:
    visit = FRIDAY + timedelta(days=10)
    early, late = visit - timedelta(days=6), visit - timedelta(days=2)

    def left(now: datetime, *given: datetime) -> list[str]:
        return [one.stage for one in clocks.reminders_left(visit, given, now)]

    assert left(FRIDAY) == ["remind-3", "remind-1"]
    assert left(early, early) == ["remind-1"]
    assert left(late) == left(late, late) == ["remind-1"]
    assert left(visit, late) == []
