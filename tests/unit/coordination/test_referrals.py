"""The referral table: every path is walked, so that no state or act is believed without having been tried."""

from collections import deque
from functools import cache
from itertools import product

import pytest

from services.coordination.domain import referrals
from services.coordination.domain.referral_clocks import CONFIRM_RETURN, DECISION, ELSEWHERE, OUTREACH, REROUTE, TELL
from services.coordination.domain.referral_rules import (
    ROLES,
    ActNotPossible,
    Facts,
    Mark,
    NotYourPart,
    Party,
    VisitAhead,
    parties,
)
from services.coordination.domain.referral_table import TABLE
from services.coordination.domain.referrals import MOVES, STAGES
from shared.vocabulary import ReferralAct as Act
from shared.vocabulary import ReferralState as State
from shared.vocabulary import Role

ALL = frozenset(Party)
AUTHORIZING = "awaiting authorization"
Node = tuple[State, Facts]

# Task.status moves of FHIR R4 (clinical §5.2); a reopened referral takes a new Task instead.
TASK_MOVES = {
    "draft": {"requested", "cancelled"},
    "requested": {"received", "accepted", "rejected", "cancelled"},
    "received": {"accepted", "rejected", "cancelled"},
    "accepted": {"in-progress", "cancelled"},
    "in-progress": {"completed", "cancelled"},
    "rejected": set(),
    "completed": set(),
    "cancelled": set(),
}


def outcomes(state: State, facts: Facts) -> list[tuple[Act, Node]]:
    """Every act that succeeds from here, with time and other referrals as they please."""
    found = []
    for act, rest in product(Act, product((True, False), repeat=4)):
        seen = Facts(facts.marks, facts.authorization_required, facts.no_shows, *rest)
        if referrals.refusal(state, act, seen, ALL) is None:
            taken = referrals.move(state, act, seen, ALL)
            later = referrals.after(seen, taken)
            kept = Facts(later.marks, later.authorization_required, min(later.no_shows, 3))
            found.append((act, (taken.to, kept)))
    return found


@cache
def graph() -> dict[Node, list[tuple[Act, Node]]]:
    """The whole graph of states and facts, from a draft that needs authorization and from one that does not."""
    waiting = deque((State.DRAFT, Facts(authorization_required=needed)) for needed in (True, False))
    found: dict[Node, list[tuple[Act, Node]]] = {}
    while waiting:
        node = waiting.popleft()
        if node not in found:
            found[node] = outcomes(*node)
            waiting.extend(following for _, following in found[node])
    return found


def test_no_path_closes_a_referral_without_report_review_and_patient_informed_or_a_waiver() -> None:
    """Law L1, over every reachable combination of state and facts."""
    closed = [facts.marks for state, facts in graph() if state is State.CLOSED]
    assert len(closed) > 1
    for marks in closed:
        assert Mark.WAIVED in marks or {Mark.REPORTED, Mark.REVIEWED, Mark.INFORMED} <= marks


def test_a_reopened_loop_must_be_closed_again_from_the_start() -> None:
    for (state, _), ways in graph().items():
        for act, (_, later) in ways:
            if state is State.CLOSED and act is Act.REOPEN:
                assert not later.marks & {Mark.REPORTED, Mark.REVIEWED, Mark.INFORMED, Mark.WAIVED}


def test_an_amended_report_must_be_reviewed_and_explained_again() -> None:
    closing = Facts(frozenset({Mark.REPORTED, Mark.REVIEWED, Mark.INFORMED}))
    amended = referrals.after(closing, referrals.move(State.REPORTED, Act.REPORT, closing, ALL))
    assert referrals.refusal(State.REPORTED, Act.CLOSE, closing, ALL) is None
    assert referrals.refusal(State.REPORTED, Act.CLOSE, amended, ALL) is not None


def test_every_state_is_reached_and_every_act_is_used() -> None:
    assert {state for state, _ in graph()} == set(State) == set(STAGES)
    assert {act for ways in graph().values() for act, _ in ways} == set(Act)


def test_every_state_leads_on_to_an_end() -> None:
    ends = {State.CLOSED, State.CANCELLED, State.RE_ROUTED, State.PATIENT_DECLINED, State.EXPIRED}
    leads = {node for node in graph() if node[0] in ends}
    while grown := {n for n, ways in graph().items() if n not in leads and any(to in leads for _, to in ways)}:
        leads |= grown
    assert leads == set(graph())
    assert {stage.state for stage in TABLE if not stage.live} - {State.DECLINED, State.RETURNED} == ends


def test_each_state_has_each_act_at_most_once() -> None:
    assert len(MOVES) == sum(len(stage.moves) for stage in TABLE)


def test_fhir_tasks_only_move_as_fhir_lets_them() -> None:
    for (state, act), move in MOVES.items():
        before, after = STAGES[state].task, STAGES[move.to].task
        assert before == after or act is Act.REOPEN or after in TASK_MOVES[before], (state, act)


def test_a_cancel_after_acceptance_needs_the_receivers_confirmation() -> None:
    for state in (State.ACCEPTED, State.SCHEDULED, State.NO_SHOW, State.REBOOKING):
        asked = referrals.move(state, Act.CANCEL, Facts(), [Party.SENDER])
        pending = referrals.after(Facts(), asked)
        assert asked.to is state
        with pytest.raises(NotYourPart):
            referrals.move(state, Act.CONFIRM_CANCEL, pending, [Party.SENDER])
        assert referrals.move(state, Act.CONFIRM_CANCEL, pending, [Party.RECEIVER]).to is State.CANCELLED
        refused = referrals.after(pending, referrals.move(state, Act.REFUSE_CANCEL, pending, [Party.RECEIVER]))
        assert refused == Facts()


@pytest.mark.parametrize("state", [State.DRAFT, State.SENT, State.RECEIVED])
def test_before_acceptance_the_sender_cancels_alone(state: State) -> None:
    assert referrals.move(state, Act.CANCEL, Facts(), [Party.SENDER]).to is State.CANCELLED


def test_a_visit_that_took_place_ends_a_pending_cancellation() -> None:
    pending = Facts(frozenset({Mark.CANCEL_REQUESTED}), visit_begun=True)
    seen = referrals.after(pending, referrals.move(State.SCHEDULED, Act.ATTEND, pending, [Party.RECEIVER]))
    assert seen.marks == frozenset()


def test_no_clock_waits_for_a_cancellation_once_the_referral_has_ended() -> None:
    for state, facts in graph():
        if not STAGES[state].live:
            assert not facts.marks & {Mark.CANCEL_REQUESTED, Mark.RETURN_REQUESTED}


def test_what_the_receiver_accepted_it_gives_back_only_with_the_senders_word() -> None:
    for state in (State.ACCEPTED, State.SCHEDULED, State.NO_SHOW, State.REBOOKING):
        with pytest.raises(NotYourPart):
            referrals.move(state, Act.RETURN, Facts(), [Party.SENDER])
        asked = referrals.after(Facts(), referrals.move(state, Act.RETURN, Facts(), [Party.RECEIVER]))
        assert referrals.clock_of(state, asked.marks) is CONFIRM_RETURN
        with pytest.raises(NotYourPart):
            referrals.move(state, Act.CONFIRM_RETURN, asked, [Party.RECEIVER])
        agreed = referrals.move(state, Act.CONFIRM_RETURN, asked, [Party.SENDER])
        assert (agreed.to, STAGES[agreed.to].clock) == (State.RETURNED, REROUTE)
        for act, who in ((Act.REFUSE_RETURN, Party.SENDER), (Act.WITHDRAW_RETURN, Party.RECEIVER)):
            kept = referrals.move(state, act, asked, [who])
            assert (kept.to, referrals.after(asked, kept)) == (state, Facts())


def test_both_sides_cannot_ask_to_end_it_at_once() -> None:
    for state, facts in graph():
        assert not {Mark.CANCEL_REQUESTED, Mark.RETURN_REQUESTED} <= facts.marks, state


def test_a_death_ends_every_referral_whose_visit_has_not_been_and_no_other() -> None:
    over = {State.SEEN, State.INTERIM, State.REPORTED}
    dead = Facts(deceased=True)
    for stage in TABLE:
        live = stage.clock is not None or stage.live
        ends = (stage.state, Act.PATIENT_DIED) in MOVES
        assert ends is (live and stage.state not in over), stage.state
        if ends:
            ended = referrals.move(stage.state, Act.PATIENT_DIED, dead, [Party.SYSTEM])
            assert not STAGES[ended.to].live
            marks = referrals.after(dead, ended).marks
            told = stage.task in ("requested", "received", "accepted", "in-progress") and stage.business != AUTHORIZING
            assert referrals.clock_of(ended.to, marks) is (TELL if told else None)


def test_nobody_takes_the_act_of_a_death_by_hand_and_nobody_is_offered_it() -> None:
    by_hand = ALL - {Party.SYSTEM}
    for state in State:
        assert Act.PATIENT_DIED not in [act for act, _ in referrals.allowed(state, Facts(deceased=True), ALL)]
        assert referrals.refusal(state, Act.PATIENT_DIED, Facts(deceased=True), by_hand) is not None
    assert referrals.roles_for(Act.PATIENT_DIED) == frozenset()


def test_for_who_died_nothing_is_sent_booked_moved_or_reminded_of() -> None:
    forward = {Act.REQUEST_AUTHORIZATION, Act.SEND, Act.SCHEDULE, Act.RESCHEDULE, Act.REMIND}
    marks = frozenset({Mark.AUTHORIZED})
    refused = 0
    for state, act in MOVES:
        if act in forward or (act is Act.REOPEN and state is not State.CLOSED):
            found = referrals.refusal(state, act, Facts(marks, act is Act.REQUEST_AUTHORIZATION, deceased=True), ALL)
            asked = referrals.refusal(state, act, Facts(frozenset(), True, deceased=True), ALL)
            assert "referral.patient-died" in {getattr(one, "code", None) for one in (found, asked)}, (state, act)
            refused += 1
    assert refused == 10


def test_after_the_second_missed_visit_the_clock_is_the_senders_decision() -> None:
    assert referrals.clock_of(State.NO_SHOW, frozenset(), 1) is OUTREACH
    assert referrals.clock_of(State.NO_SHOW, frozenset(), 2) is DECISION


def test_a_case_closed_elsewhere_waits_for_the_report_until_it_comes_or_is_waived() -> None:
    closed = referrals.after(Facts(), referrals.move(State.SEEN, Act.CLOSED_ELSEWHERE, Facts(), [Party.SENDER]))
    assert referrals.clock_of(State.SEEN, closed.marks) is ELSEWHERE
    with pytest.raises(ActNotPossible):
        referrals.move(State.SEEN, Act.CLOSED_ELSEWHERE, closed, [Party.SENDER])
    for act in (Act.REPORT, Act.WAIVE):
        assert Mark.CLOSED_ELSEWHERE not in referrals.after(closed, referrals.move(State.SEEN, act, closed, ALL)).marks


def test_two_missed_visits_leave_the_decision_to_the_sender() -> None:
    once, twice = Facts(no_shows=1), Facts(no_shows=2)
    assert referrals.move(State.NO_SHOW, Act.SCHEDULE, once, [Party.RECEIVER]).to is State.SCHEDULED
    refused = referrals.refusal(State.NO_SHOW, Act.SCHEDULE, twice, [Party.RECEIVER])
    assert getattr(refused, "code", None) == "referral.sender-decides"
    with pytest.raises(NotYourPart):
        referrals.move(State.NO_SHOW, Act.CONTINUE, twice, [Party.RECEIVER])
    again = referrals.move(State.NO_SHOW, Act.CONTINUE, twice, [Party.SENDER])
    assert referrals.refusal(again.to, Act.SCHEDULE, twice, [Party.RECEIVER]) is None


def test_a_referral_that_needs_authorization_does_not_reach_the_receiver_without() -> None:
    needed = Facts(authorization_required=True)
    refused = referrals.refusal(State.DRAFT, Act.SEND, needed, ALL)
    assert getattr(refused, "code", None) == "referral.authorization-missing"
    for state, facts in graph():
        if facts.authorization_required and STAGES[state].task in ("received", "accepted", "in-progress"):
            assert Mark.AUTHORIZED in facts.marks


def test_an_act_the_state_does_not_know_is_refused_with_what_is_possible() -> None:
    with pytest.raises(ActNotPossible, match="receive, accept, decline"):
        referrals.move(State.SENT, Act.CLOSE, Facts(), ALL)


def test_a_receiver_with_an_account_speaks_for_themselves() -> None:
    coordinator, specialist = frozenset({Role.COORDINATOR}), frozenset({Role.SPECIALIST})
    assert parties(coordinator, is_receiver=False, receiver_has_account=True) == {Party.SENDER}
    by_phone = parties(coordinator, is_receiver=False, receiver_has_account=False)
    assert by_phone == {Party.SENDER, Party.RECEIVER}
    assert parties(specialist, is_receiver=True, receiver_has_account=True) == {Party.RECEIVER}
    assert parties(specialist, is_receiver=False, receiver_has_account=True) == frozenset()


def test_a_coordinator_does_not_acknowledge_a_report_and_a_case_manager_does() -> None:
    assert Role.COORDINATOR not in referrals.roles_for(Act.REVIEW)
    assert {Role.CASE_MANAGER, Role.PRESCRIBER} <= referrals.roles_for(Act.REVIEW)
    assert referrals.roles_for(Act.ACCEPT) == ROLES[Party.RECEIVER]


def test_every_live_stage_that_waits_for_somebody_has_a_clock() -> None:
    without = {stage.state for stage in TABLE if stage.live and stage.clock is None}
    assert without == {State.DRAFT}
    assert STAGES[State.DECLINED].clock is not None


def test_nobody_is_seen_before_the_visit_begins() -> None:
    ahead = Facts(visit_begun=False)
    with pytest.raises(VisitAhead):
        referrals.move(State.SCHEDULED, Act.ATTEND, ahead, [Party.RECEIVER])
    assert referrals.move(State.SCHEDULED, Act.ATTEND, Facts(visit_begun=True), [Party.RECEIVER]).to is State.SEEN
