"""When check-ins are due (clinical §1.10), in the patient's days."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from services.monitoring.domain import check_in_plan, check_ins
from services.monitoring.domain.check_in_problems import AskedWhen, ConversationOver, WrongCheckInState
from services.monitoring.domain.protocols.cadence import BY_TIER
from shared.vocabulary import CheckInAct, CheckInState, RiskTier

START = date(2026, 9, 4)
NOW = datetime(2026, 9, 9, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tier", "offsets"),
    [
        (RiskTier.HIGH, [2, 7, 10, 14, 17, 21, 28, 35]),
        (RiskTier.RISING, [7, 14, 21, 28, 42, 56]),
        (RiskTier.STABLE, [30, 60, 90]),
        (RiskTier.MAINTENANCE, [91, 182]),
    ],
)
def test_the_days_of_a_tier(tier: RiskTier, offsets: list[int]) -> None:
    found = islice(check_in_plan.days(BY_TIER[tier], START), len(offsets))
    assert [(day - START).days for day in found] == offsets


def test_the_next_day_is_after_the_last_settled_one() -> None:
    high = BY_TIER[RiskTier.HIGH]
    assert check_in_plan.next_day(high, START, settled=None, floor=START) == date(2026, 9, 6)
    assert check_in_plan.next_day(high, START, settled=date(2026, 9, 6), floor=START) == date(2026, 9, 11)
    assert check_in_plan.next_day(high, START, settled=date(2026, 9, 9), floor=START) == date(2026, 9, 11)
    assert check_in_plan.next_day(high, START, settled=date(2026, 9, 11), floor=START) == date(2026, 9, 14)


def test_days_of_a_pause_are_left_out() -> None:
    found = check_in_plan.next_day(BY_TIER[RiskTier.HIGH], START, settled=date(2026, 9, 6), floor=date(2026, 9, 15))
    assert found == date(2026, 9, 18)


def test_a_day_ends_on_the_patients_clock_also_when_clocks_change() -> None:
    # New York: the clock goes back on 1 November 2026 and forward on 8 March 2026.
    zone = "America/New_York"
    ends = [
        check_in_plan.due_at(day, zone) + timedelta(microseconds=1) for day in (date(2026, 10, 31), date(2026, 11, 1))
    ]
    assert ends == [datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC)]
    spring = check_in_plan.due_at(date(2026, 3, 8), zone) - check_in_plan.due_at(date(2026, 3, 7), zone)
    assert spring == timedelta(hours=23)


def test_answers_of_one_conversation_are_dated_at_its_beginning() -> None:
    assert check_ins.conversation(None, None, NOW) == NOW
    earlier = NOW - timedelta(minutes=40)
    assert check_ins.conversation(None, earlier, NOW) == earlier
    assert check_ins.conversation(earlier, NOW, NOW) == earlier
    assert check_ins.conversation(NOW - timedelta(hours=12), None, NOW) == NOW - timedelta(hours=12)
    with pytest.raises(ConversationOver):
        check_ins.conversation(NOW - timedelta(hours=12, seconds=1), None, NOW)
    with pytest.raises(AskedWhen):
        check_ins.conversation(None, NOW + timedelta(minutes=6), NOW)


def test_what_is_over_stays_over_but_for_corrections() -> None:
    for state in (CheckInState.MISSED, CheckInState.CANCELLED):
        assert not [each.act for each in check_ins.acts(state) if each.reason is None]
    assert [each.act for each in check_ins.acts(CheckInState.COMPLETED) if each.reason is None] == [CheckInAct.CORRECT]
    with pytest.raises(WrongCheckInState):
        check_ins.after(CheckInState.DUE, CheckInAct.COMPLETE)
