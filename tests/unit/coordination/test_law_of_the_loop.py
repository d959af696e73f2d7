"""Law L1 as a walk that tries to break it: what closed a referral is looked up in the diary of acts."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.coordination.domain import referrals
from services.coordination.domain.referral_rules import Facts, Party
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State

_ONWARD = {Act.SEND, Act.ACCEPT, Act.ATTEND, Act.REPORT, Act.REVIEW, Act.INFORM, Act.CLOSE, Act.REOPEN}
_LIVE = [state for state in State if referrals.STAGES[state].live]


class Loop(RuleBasedStateMachine):
    """Somebody who tries every act, as any side, at any time, and keeps a diary of what was let through."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.facts = Facts()
        self.diary: list[Act] = []
        self.ends = 0

    def take(self, act: Act, sides: set[Party], *, begun: bool, past: bool, other: bool, dead: bool = False) -> None:
        seen = Facts(self.facts.marks, self.facts.authorization_required, self.facts.no_shows, begun, past, other, dead)
        if referrals.refusal(self.state, act, seen, sides) is not None:
            return
        move = referrals.move(self.state, act, seen, sides)
        self.facts, self.state = referrals.after(seen, move), move.to
        self.diary.append(act)
        self.ends += self.state is State.CLOSED

    @rule(needed=st.booleans())
    @precondition(lambda self: not self.diary)
    def order(self, needed: bool) -> None:
        self.facts = Facts(authorization_required=needed)

    @rule(
        act=st.sampled_from(Act),
        sides=st.sets(st.sampled_from(Party), min_size=1),
        begun=st.booleans(),
        past=st.booleans(),
        other=st.booleans(),
        dead=st.booleans(),
    )
    def anything(self, act: Act, sides: set[Party], begun: bool, past: bool, other: bool, dead: bool) -> None:
        self.take(act, sides, begun=begun, past=past, other=other, dead=dead)

    @rule(which=st.integers(0, 3))
    def onward(self, which: int) -> None:
        """A walk at random seldom gets this far."""
        ways = [move.act for move in referrals.STAGES[self.state].moves if move.act in _ONWARD]
        if ways:
            self.take(ways[which % len(ways)], set(Party), begun=True, past=False, other=False)

    @rule(which=st.integers(0, 50), sides=st.sets(st.sampled_from(Party), min_size=1))
    def something_possible(self, which: int, sides: set[Party]) -> None:
        ways = referrals.STAGES[self.state].moves
        if ways:
            self.take(ways[which % len(ways)].act, sides, begun=True, past=False, other=False)

    @invariant()
    def closed_means_report_then_review_and_patient_informed_or_a_waiver(self) -> None:
        if self.state is not State.CLOSED:
            return
        last = self.diary[len(self.diary) - 1 - self.diary[::-1].index(Act.REOPEN) :] if self.reopened else self.diary
        if last[-1] is Act.WAIVE:
            return
        assert last[-1] is Act.CLOSE
        told = last[len(last) - 1 - last[::-1].index(Act.REPORT) :]
        assert {Act.REVIEW, Act.INFORM} <= set(told), self.diary

    @property
    def reopened(self) -> bool:
        return Act.REOPEN in self.diary

    @invariant()
    def nobody_ends_an_accepted_referral_alone(self) -> None:
        if self.state is State.CANCELLED and self.diary[-1] is Act.CONFIRM_CANCEL:
            assert {Act.CANCEL, Act.PATIENT_DIED} & set(self.diary)
        if self.state is State.RETURNED:
            assert Act.RETURN in self.diary

    @invariant()
    def whatever_lives_is_waited_for(self) -> None:
        if self.state in _LIVE and self.state is not State.DRAFT:
            assert referrals.clock_of(self.state, self.facts.marks, self.facts.no_shows) is not None


def test_no_walk_closes_a_referral_without_evidence() -> None:
    # Every state and fact that can be reached is looked at in test_referrals; this looks at histories.
    run_state_machine_as_test(Loop, settings=settings(max_examples=100, stateful_step_count=60))
