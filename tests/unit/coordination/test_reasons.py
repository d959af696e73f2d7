"""Bundles in any order, twice, overlapping: the same needs, shared once, strictest clock, every reason (L3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.clocks import Clock, ClockRule, Pause, start
from services.coordination.domain.needs import scope_of
from services.coordination.domain.pathways.base import Asked
from services.coordination.domain.pathways.choice import choose
from services.coordination.domain.reasons import (
    Reason,
    clocks_of,
    earliest_start_of,
    priority_of,
    standing,
    with_clock,
    with_reason,
    without_clock,
    without_source,
)
from shared.kit.calendar import Calendar
from shared.vocabulary import ClockKind, NeedKind, PathwayKey, Priority, SourceKind
from tests.support.stay_facts import facts

CALENDAR = Calendar("America/New_York")
AT = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
STAYS = ("stay-1", "stay-2")
BOTH = choose(facts("I50.23", "E11.65"))
EVERY = choose(facts("I50.23", "E11.65", "J44.1", "J45.901"), asked_for=PathwayKey)


def reason_of(asked: Asked, stay: str) -> tuple[NeedKind, str, Reason]:
    """What one item of a bundle asks of a patient after a stay."""
    clocks = tuple(start(rule, AT, CALENDAR) for rule in asked.item.clocks)
    reason = Reason(
        SourceKind.STAY, stay, asked.item.text, asked.item.priority, clocks, AT, "jo",
        asked.pathway, asked.version, asked.item.source, asked.earliest_start,
    )  # fmt: skip
    return asked.item.kind, stay, reason


ALL = [reason_of(asked, stay) for asked in BOTH.asked for stay in STAYS]


Settled = tuple[tuple[Reason, ...], tuple[Clock, ...], Priority, date | None]


def settled(asked: list[tuple[NeedKind, str, Reason]]) -> dict[tuple[NeedKind, str], Settled]:
    """The needs that come of what is asked, one after the other."""
    needs: dict[tuple[NeedKind, str], tuple[Reason, ...]] = {}
    for kind, stay, reason in asked:
        key = (kind, scope_of(kind, stay))
        needs[key] = with_reason(needs.get(key, ()), reason)
    return {
        key: (reasons, clocks_of(reasons, (), (), CALENDAR), priority_of(reasons), earliest_start_of(reasons))
        for key, reasons in needs.items()
    }


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(ALL), max_size=30))
def test_any_order_twice_and_overlapping_give_the_same_needs(
    random: Random, again: list[tuple[NeedKind, str, Reason]]
) -> None:
    mixed = [*ALL, *again]
    random.shuffle(mixed)
    assert settled(mixed) == settled(ALL)


@given(st.randoms(use_true_random=False))
def test_all_pathways_at_once_in_any_order_are_one_set_of_needs(random: Random) -> None:
    every = [reason_of(asked, stay) for asked in EVERY.asked for stay in STAYS]
    mixed = [*every, *every]
    random.shuffle(mixed)
    assert {choice.pathway for choice in EVERY.chosen} == set(PathwayKey)
    assert settled(mixed) == settled(every)


def test_what_two_pathways_share_is_one_need_with_both_reasons() -> None:
    needs = settled([one for one in ALL if one[1] == "stay-1"])
    reasons, clocks, *_ = needs[(NeedKind.CONTACT, "stay:stay-1")]
    assert {reason.pathway for reason in reasons} == {choice.pathway for choice in BOTH.chosen}
    assert len(reasons) == 3
    assert [clock.rule for clock in clocks] == ["+72h", "+2bd"]
    _, visit, *_ = needs[(NeedKind.VISIT, "stay:stay-1")]
    assert {clock.key: clock.rule for clock in visit} == {"visit": "+7d", "fallback": "+14d"}


def test_each_stay_has_its_own_contact_and_both_share_the_retinal_exam() -> None:
    keys = set(settled(ALL))
    assert {scope for kind, scope in keys if kind is NeedKind.CONTACT} == {"stay:stay-1", "stay:stay-2"}
    assert {scope for kind, scope in keys if kind is NeedKind.RETINAL_EXAM} == {"patient"}


VARIANTS = [
    Reason(
        SourceKind.MONITORING_ALERT,
        "alert-1",
        "Potassium rises",
        priority,
        tuple(start(ClockRule(key, ClockKind.CLINICAL, rule), AT + timedelta(hours=hours), CALENDAR) for key in keys),
        AT + timedelta(hours=hours),
        by,
        earliest_start=earliest,
    )
    for priority, rule, keys, hours, by, earliest in (
        (Priority.ROUTINE, "+10d", ("clinical",), 0, "jo", None),
        (Priority.URGENT, "+1d", ("clinical",), 2, "jo", date(2026, 9, 6)),
        (Priority.STAT, "+30d", ("clinical", "labs"), 1, "kim", date(2026, 9, 5)),
        (Priority.ROUTINE, "+5d", ("labs",), 0, "ann", None),
    )
]


@given(st.permutations(VARIANTS), st.lists(st.sampled_from(VARIANTS), max_size=6))
def test_one_reason_told_differently_gives_its_strictest_in_any_order(order: list[Reason], again: list[Reason]) -> None:
    def told(reasons: list[Reason]) -> tuple[Reason, ...]:
        found: tuple[Reason, ...] = ()
        for reason in reasons:
            found = with_reason(found, reason)
        return found

    [one] = told([*order, *again])
    assert (one,) == told(VARIANTS)
    assert (one.priority, one.recorded_at, one.recorded_by) == (Priority.STAT, AT, "ann")
    assert one.earliest_start == date(2026, 9, 6)
    assert {clock.key: clock.rule for clock in one.clocks} == {"clinical": "+1d", "labs": "+5d"}


def plain(text: str, rule: str, priority: Priority = Priority.ROUTINE) -> Reason:
    """A coordinator's reason."""
    clocks = (start(ClockRule("clinical", ClockKind.CLINICAL, rule), AT, CALENDAR),)
    return Reason(SourceKind.COORDINATOR, None, text, priority, clocks, AT, "jo")


def test_a_withdrawn_reason_stays_on_record_and_no_longer_counts() -> None:
    stay = Reason(SourceKind.STAY, "s", "bundle", Priority.STAT, plain("", "+1d").clocks, AT, "jo")
    reasons = with_reason(with_reason((), plain("family", "+10d")), stay)
    left = without_source(reasons, SourceKind.STAY, "s", AT)
    assert (len(left), len(standing(left))) == (2, 1)
    assert [clock.rule for clock in clocks_of(left, (), (), CALENDAR)] == ["+10d"]
    assert (priority_of(reasons), priority_of(left)) == (Priority.STAT, Priority.ROUTINE)
    assert len(standing(with_reason(left, stay))) == 2


def test_a_clock_stays_stopped_unless_a_new_reason_starts_it_after_the_work() -> None:
    reasons = with_reason((), plain("a", "+10d"))
    stopped = tuple(clock.met(datetime(2026, 9, 5, tzinfo=UTC), "call") for clock in reasons[0].clocks)
    [same] = clocks_of(with_reason(reasons, plain("b", "+2bd")), stopped, (), CALENDAR)
    assert same.met_at is not None
    later = start(ClockRule("clinical", ClockKind.CLINICAL, "D"), datetime(2026, 9, 6, tzinfo=UTC), CALENDAR)
    new = Reason(SourceKind.COORDINATOR, None, "c", Priority.ROUTINE, (later,), AT, "jo")
    [fresh] = clocks_of(with_reason(reasons, new), stopped, (), CALENDAR)
    assert (fresh.rule, fresh.met_at) == ("D", None)


def test_pauses_of_the_need_hold_for_every_clock() -> None:
    pause = Pause(AT, None, "travelling")
    assert [clock.due_at for clock in clocks_of((plain("a", "+10d"),), (), (pause,), CALENDAR)] == [None]


HARD_STOP = start(ClockRule("hard-stop", ClockKind.PROGRAMME, "+30d"), AT, CALENDAR)


def test_a_clock_set_by_a_fact_gives_way_to_the_reasons_own_when_the_fact_is_gone() -> None:
    own = next((reason,) for kind, _, reason in ALL if kind is NeedKind.MED_RECONCILIATION)
    rule = ClockRule("hard-stop", ClockKind.PROGRAMME, "D")
    first, second = (start(rule, AT + timedelta(days=day), CALENDAR) for day in (3, 9))
    moved = with_clock(with_clock(own, first), second)
    assert second in moved[0].clocks
    assert first not in moved[0].clocks
    assert moved != own
    assert without_clock(moved, second.key) == own
    assert without_clock(own, second.key) == own
    assert with_clock(own, replace(first, key="another")) == own


@given(st.booleans(), st.booleans())
def test_a_reason_said_again_keeps_its_own_clock_for_when_the_fact_is_gone(earlier: bool, turned: bool) -> None:
    known = Reason(SourceKind.COORDINATOR, None, "Reconcile", Priority.ROUTINE, (HARD_STOP,), AT, "jo")
    again = replace(known, recorded_at=AT + timedelta(hours=-1 if earlier else 1))
    moved = with_clock((known,), replace(HARD_STOP, due_at=AT + timedelta(days=3)))
    both = with_reason((again,), moved[0]) if turned else with_reason(moved, again)
    assert without_clock(both, HARD_STOP.key)[0].clocks == (HARD_STOP,)
    assert both[0].recorded_at == min(known.recorded_at, again.recorded_at)
