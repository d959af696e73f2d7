"""The states of an enrollment: every act either leads somewhere or says why not."""

import pytest

from services.monitoring.domain.enrollments import FOLLOWED, TABLE, WrongState, acts, after
from shared.vocabulary import EnrollmentAct, EnrollmentState


@pytest.mark.parametrize("state", EnrollmentState)
@pytest.mark.parametrize("act", EnrollmentAct)
def test_every_pair_is_in_the_table_or_refused_with_a_reason(state: EnrollmentState, act: EnrollmentAct) -> None:
    said = next(each for each in acts(state) if each.act is act)
    if (state, act) in TABLE:
        assert said.reason is None
        assert after(state, act) is TABLE[state, act]
    else:
        assert said.reason is not None
        assert state in said.reason
        with pytest.raises(WrongState):
            after(state, act)


def test_what_is_over_stays_over() -> None:
    assert not {state for state, _ in TABLE} & {EnrollmentState.ENDED, EnrollmentState.DECLINED}
    assert {EnrollmentState.ACTIVE, EnrollmentState.PAUSED} == FOLLOWED
