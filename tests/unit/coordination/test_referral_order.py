"""No act was done before the one it builds on, and no visit took place before its day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.referral_order import (
    BUILDS_ON,
    OF_A_VISIT,
    check_order,
    check_validity,
    check_visit_day,
)
from services.coordination.domain.referral_problems import BeforeOrder, BeforeVisit, BeyondValidity, OutOfOrder
from shared.kit.calendar import Calendar
from shared.kit.problems import Problem
from shared.vocabulary import ReferralAct as Act

NEW_YORK = Calendar("America/New_York")
ORDERED = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
COLUMNS = sorted({name for names in BUILDS_ON.values() for name in names})
_instants = st.integers(0, 19 * 24 * 60).map(
    lambda minutes: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(
    st.sampled_from(Act), _instants, st.fixed_dictionaries({name: st.none() | _instants for name in COLUMNS}), _instants
)
def test_an_act_is_taken_exactly_if_nothing_it_builds_on_comes_after_it(
    act: Act, done_at: datetime, known: dict[str, datetime | None], ordered_at: datetime
) -> None:
    after = [known[name] for name in BUILDS_ON.get(act, ())]
    fine = ordered_at <= done_at and all(one is None or one <= done_at for one in after)
    try:
        check_order(act, done_at, known, ordered_at)
    except (BeforeOrder, OutOfOrder):
        assert not fine
    else:
        assert fine


@pytest.mark.parametrize("act", OF_A_VISIT)
def test_a_visit_has_no_outcome_before_its_local_day(act: Act) -> None:
    visit = datetime(2026, 9, 11, 17, 30, tzinfo=UTC)
    midnight = NEW_YORK.start_of(date(2026, 9, 11))
    check_visit_day(act, midnight, visit, NEW_YORK)
    check_visit_day(act, midnight, None, NEW_YORK)
    check_visit_day(Act.REMIND, midnight - timedelta(days=3), visit, NEW_YORK)
    with pytest.raises(BeforeVisit):
        check_visit_day(act, midnight - timedelta(microseconds=1), visit, NEW_YORK)


def test_the_last_valid_day_counts_where_the_patient_lives() -> None:
    late = datetime(2026, 9, 11, 3, 30, tzinfo=UTC)  # 23:30 on the 10th in New York
    check_validity(late, date(2026, 9, 10), NEW_YORK)
    check_validity(late, None, NEW_YORK)
    with pytest.raises(BeyondValidity):
        check_validity(late, date(2026, 9, 10), Calendar("UTC"))


def test_each_refusal_says_what_to_do() -> None:
    refused: list[Problem] = []
    for act, known in ((Act.REPORT, {"seen_at": ORDERED}), (Act.SEND, {})):
        with pytest.raises((BeforeOrder, OutOfOrder), match="Check done_at") as found:
            check_order(
                act, ORDERED - timedelta(days=1), known, ORDERED if act is Act.SEND else ORDERED - timedelta(days=2)
            )
        refused.append(found.value)
    assert [one.code for one in refused] == ["referral.done-out-of-order", "referral.done-before-ordered"]
