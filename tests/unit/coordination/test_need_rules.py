"""The table of need states, what meets which kind, and what counts as a conversation."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.clocks import ClockRule, start
from services.coordination.domain.contacts import Attempt, judge, second_attempt
from services.coordination.domain.evidence import Begun, Shown, counts_from, says
from services.coordination.domain.evidence import judge as judge_evidence
from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.needs import (
    AFTER,
    CODES,
    OPEN,
    ActNotAllowed,
    CodeUnknown,
    InTheFuture,
    after,
    check_code,
    check_past,
)
from shared.kit.calendar import Calendar
from shared.kit.zones import age_on
from shared.vocabulary import (
    Channel,
    ClockKind,
    ContactOutcome,
    ContactWith,
    EvidenceKind,
    NeedAct,
    NeedKind,
    NeedState,
)

NOW = datetime(2026, 9, 8, 14, tzinfo=UTC)


@pytest.mark.parametrize("state", NeedState)
@pytest.mark.parametrize("act", NeedAct)
def test_only_open_needs_are_worked_on_and_only_ended_ones_reopened(state: NeedState, act: NeedAct) -> None:
    allowed = (state, act) in AFTER
    if act is NeedAct.REOPEN:
        assert allowed is (state not in OPEN)
    elif act is NeedAct.RELEASE:
        assert allowed is (state in (NeedState.ARRANGED, NeedState.IN_PROGRESS))
    else:
        assert allowed is (state in OPEN)
    if not allowed:
        with pytest.raises(ActNotAllowed):
            after(state, act)


@given(st.lists(st.sampled_from(NeedAct), max_size=12))
def test_no_series_of_acts_ends_a_need_without_an_end(acts: list[NeedAct]) -> None:
    state, ended = NeedState.IDENTIFIED, False
    for act in acts:
        if (state, act) in AFTER:
            state = after(state, act)
            ended = act in (*CODES, NeedAct.MEET)
    assert ended is (state not in OPEN)


@pytest.mark.parametrize("act", CODES)
def test_a_need_ends_unmet_only_with_a_code_of_its_act(act: NeedAct) -> None:
    check_code(act, next(iter(CODES[act])))
    with pytest.raises(CodeUnknown, match=next(iter(CODES[act]))):
        check_code(act, "felt like it")


def test_two_minutes_of_skew_are_forgiven() -> None:
    check_past(NOW + timedelta(minutes=2), NOW, "done_at")
    with pytest.raises(InTheFuture):
        check_past(NOW + timedelta(minutes=2, seconds=1), NOW, "done_at")


@pytest.mark.parametrize("kind", NeedKind)
def test_every_kind_can_be_met_and_a_reading_alone_meets_only_telemonitoring(kind: NeedKind) -> None:
    assert KINDS[kind].accepts
    shown = Shown(EvidenceKind.FIRST_READING, NOW)
    assert judge_evidence(kind, NOW, frozenset(), shown).meets is (kind is NeedKind.TELEMONITORING)


def test_a_set_up_device_stops_its_clock_and_the_need_waits_for_the_reading() -> None:
    effect = judge_evidence(NeedKind.TELEMONITORING, NOW, frozenset(), Shown(EvidenceKind.DEVICE_SET_UP, NOW))
    assert (effect.meets, effect.stops) == (False, "set-up")


@pytest.mark.parametrize("evidence", EvidenceKind)
def test_evidence_alone_says_at_most_one_need_and_a_result_only_a_laboratory_need(evidence: EvidenceKind) -> None:
    said = {kind for kind in NeedKind if says(evidence, kind)}
    if evidence is EvidenceKind.LAB_RESULT:
        assert said == {kind for kind in NeedKind if KINDS[kind].metrics}
    else:
        assert len(said) <= 1
    nothing_said = {EvidenceKind.DOCUMENT, EvidenceKind.SCREENING, EvidenceKind.EDUCATION, EvidenceKind.TASK_DONE}
    assert not (said and evidence in nothing_said)


@given(st.sampled_from(EvidenceKind), st.integers(0, 60), st.integers(0, 24))
def test_no_work_counts_from_later_than_the_clocks_nor_from_before_the_admission(
    evidence: EvidenceKind, days: int, hours: int
) -> None:
    clock = start(ClockRule("clinical", ClockKind.CLINICAL, "+7d"), NOW, Calendar("America/New_York"))
    begun = Begun(NOW - timedelta(hours=hours), NOW - timedelta(days=days))
    since = counts_from(evidence, [clock], begun)
    assert min(begun.day, NOW - timedelta(days=days)) <= since <= NOW
    if evidence in (EvidenceKind.VISIT, EvidenceKind.FIRST_READING, EvidenceKind.LAB_RESULT):
        assert since == NOW


@pytest.mark.parametrize("outcome", ContactOutcome)
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("contacted", ContactWith)
def test_a_conversation_is_two_way_with_the_patient_or_caregiver(
    outcome: ContactOutcome, channel: Channel, contacted: ContactWith
) -> None:
    judged = judge(Attempt(NOW, channel, contacted, outcome, False), interpreter_needed=False)
    assert judged.interactive is (
        outcome is ContactOutcome.REACHED
        and channel not in (Channel.LETTER, Channel.TEXT_MESSAGE)
        and contacted in (ContactWith.PATIENT, ContactWith.CAREGIVER)
    )


@pytest.mark.parametrize(("needed", "used", "counts"), [(True, False, False), (True, True, True), (False, False, True)])
def test_a_needed_interpreter_is_a_precondition(needed: bool, used: bool, counts: bool) -> None:
    attempt = Attempt(NOW, Channel.PHONE, ContactWith.PATIENT, ContactOutcome.REACHED, used)
    assert judge(attempt, interpreter_needed=needed).interactive is counts


@given(st.lists(st.tuples(st.integers(-600, 3000), st.sampled_from(ContactWith)), max_size=8))
def test_the_second_attempt_is_the_first_one_an_hour_after_the_first(tries: list[tuple[int, ContactWith]]) -> None:
    tried = [
        Attempt(NOW + timedelta(minutes=m), Channel.PHONE, whom, ContactOutcome.NO_ANSWER, False) for m, whom in tries
    ]
    theirs = (ContactWith.PATIENT, ContactWith.CAREGIVER)
    counted = sorted(m for m, whom in tries if m >= 0 and whom in theirs)
    later = [m for m in counted if m - counted[0] >= 60]
    assert second_attempt(tried, NOW) == (NOW + timedelta(minutes=later[0]) if later else None)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1952, 3, 3), date(2026, 9, 4), 74),
        (date(2008, 9, 5), date(2026, 9, 4), 17),
        (date(2008, 9, 4), date(2026, 9, 4), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_in_completed_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age
