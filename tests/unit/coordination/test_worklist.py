"""The order of the worklist and the claiming of work."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain import worklist
from shared.vocabulary import Priority

NOON = datetime(2026, 9, 4, 12, tzinfo=UTC)
INSTANTS = st.integers(-500_000, 500_000).map(lambda minutes: NOON + timedelta(minutes=minutes))
WORK = st.tuples(INSTANTS, st.sampled_from(Priority))


@given(WORK, WORK, INSTANTS)
def test_the_key_orders_like_days_overdue_plus_three_per_priority_at_any_moment(
    one: tuple[datetime, Priority], other: tuple[datetime, Priority], now: datetime
) -> None:
    def pressing(due: datetime, priority: Priority) -> timedelta:
        return (now - due) + timedelta(days=3) * priority.rank

    first = worklist.rank_key(*one) < worklist.rank_key(*other)
    assert first == (pressing(*one) > pressing(*other))


def test_undated_work_comes_last_and_pressing_before_routine() -> None:
    dated = worklist.rank_key(NOON + timedelta(days=3650), Priority.ROUTINE)
    urgent, routine = (worklist.rank_key(None, p) for p in (Priority.URGENT, Priority.ROUTINE))
    assert dated < urgent < routine


def test_claiming_takes_free_work_and_keeps_own_work() -> None:
    assert worklist.claim(None, claimant="ana", is_open=True) == "ana"
    assert worklist.claim("ana", claimant="ana", is_open=True) == "ana"


def test_claimed_and_finished_work_is_refused() -> None:
    with pytest.raises(worklist.AlreadyClaimed):
        worklist.claim("ben", claimant="ana", is_open=True)
    with pytest.raises(worklist.NotOpen):
        worklist.claim(None, claimant="ana", is_open=False)


def test_only_the_owner_or_a_supervisor_releases() -> None:
    worklist.release("ana", asker="ana", may_overrule=False)
    worklist.release("ana", asker="sue", may_overrule=True)
    for owner in ("ben", None):
        with pytest.raises(worklist.NotClaimed):
            worklist.release(owner, asker="ana", may_overrule=False)
