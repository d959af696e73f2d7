"""Assigning a panel: never over capacity, never against a hard filter, never worse than down the worklist."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from services.coordination.domain.assignment import (
    Asking,
    Panel,
    Terms,
    greedy,
    minutes_late,
    why_not,
)
from services.coordination.domain.assignment_pairs import panel
from services.coordination.domain.assignment_solver import solve
from services.coordination.domain.matching import judge
from services.coordination.domain.offers import Offer
from shared.vocabulary import Priority
from tests.support.matching import NOW
from tests.support.panels import asking, offered, offers

askings = st.lists(st.tuples(st.integers(1, 20), st.sampled_from(Priority), st.sampled_from([60, 74])), max_size=5).map(
    lambda found: [asking(n, due=due, priority=p, age=age) for n, (due, p, age) in enumerate(found, 1)]
)


def the_best(found: Panel) -> int:
    """By trying every choice there is."""
    best = None
    options = [[None, *pairs] for pairs in found.pairs]
    for choice in product(*options):
        units = [pair.unit for pair in choice if pair is not None]
        if len(units) == len(set(units)):
            weight = found.weight({n: pair for n, pair in enumerate(choice) if pair is not None})
            best = weight if best is None else min(best, weight)
    assert best is not None
    return best


@settings(max_examples=150)
@given(askings, offers)
def test_the_choice_is_the_best_there_is_and_never_worse_than_down_the_worklist(
    needs: list[Asking], directory: list[Offer]
) -> None:
    found = panel(needs, directory, Terms())
    chosen, walked = solve(found), greedy(found)
    assert found.weight(chosen) <= found.weight(walked)
    if sum(map(len, found.pairs)) <= 24:
        assert found.weight(chosen) == the_best(found)
    assert len(chosen) >= len(walked)


@settings(max_examples=150)
@given(askings, offers)
def test_no_place_is_given_twice_and_no_hard_filter_is_broken(needs: list[Asking], directory: list[Offer]) -> None:
    strict = Terms(max_late=timedelta(0))
    by_id = {offer.id: offer for offer in directory}
    for terms in (Terms(), strict):
        found = panel(needs, directory, terms)
        for chosen in (solve(found), greedy(found)):
            units = [pair.unit for pair in chosen.values()]
            assert len(units) == len(set(units))
            for index, pair in chosen.items():
                judged = judge(found.askings[index].wanted, by_id[pair.unit.specialist_id], NOW)
                failed = {reason.code for reason in judged.reasons if reason.passed is False}
                assert failed <= ({"in-time"} if terms.max_late else set())
                assert pair.late_minutes * timedelta(minutes=1) <= terms.max_late


@given(askings, offers, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_does_not_matter(
    needs: list[Asking], directory: list[Offer], dice: object
) -> None:
    first = panel(needs, directory, Terms())
    dice.shuffle(needs)  # type: ignore[attr-defined]
    dice.shuffle(directory)  # type: ignore[attr-defined]
    again = panel(needs, directory, Terms())
    assert first == again
    assert solve(first) == solve(again)


def test_down_the_worklist_costs_more_where_somebody_takes_what_only_another_could_use() -> None:
    """The first may see both, the second only the cheaper one."""
    cheap, dear = offered(1, 10, [2]), offered(2, 60, [2], max_age=70)
    young, old = asking(1, age=60), asking(2, age=74)
    found = panel([young, old], [cheap, dear], Terms())
    assert {i: p.unit.specialist_id.int for i, p in greedy(found).items()} == {0: 1}
    assert {i: p.unit.specialist_id.int for i, p in solve(found).items()} == {0: 2, 1: 1}
    assert found.weight(solve(found)) < found.weight(greedy(found))


def test_the_pressing_need_is_not_the_one_left_out() -> None:
    found = panel([asking(1), asking(2, priority=Priority.STAT)], [offered(1, 10, [2])], Terms())
    assert list(solve(found)) == [1]
    assert why_not(found, 0).startswith("All 1 places of the 1 specialists who fit go to needs that are more pressing")


def test_a_day_late_weighs_as_much_as_its_terms_say() -> None:
    near, late = offered(1, 100, [2]), offered(2, 40, [8])
    (chosen,) = solve(panel([asking(1)], [near, late], Terms(late_day=Decimal(61)))).values()
    assert chosen.unit.specialist_id.int == 1
    (chosen,) = solve(panel([asking(1)], [near, late], Terms(late_day=Decimal(59)))).values()
    assert (chosen.unit.specialist_id.int, chosen.late_minutes) == (2, 24 * 60)


def test_a_cost_that_is_not_known_is_not_nothing() -> None:
    unknown, known = offered(1, None, [2]), offered(2, 150, [2])
    (chosen,) = solve(panel([asking(1)], [unknown, known], Terms())).values()
    assert chosen.cost == Decimal(150)


def test_who_fits_nowhere_is_told_why() -> None:
    found = panel([asking(1, age=10)], [offered(1, 10, [2]), offered(2, 10, [2])], Terms())
    assert solve(found) == {}
    assert why_not(found, 0) == "Nobody of the specialty that is wanted fits: 2 by age."
    assert "specialty" in why_not(panel([asking(1)], [], Terms()), 0)
    assert solve(panel([], [], Terms())) == {}


def test_a_begun_minute_is_late() -> None:
    see_by = NOW + timedelta(days=1)
    unit = panel([asking(1)], [offered(1, 10, [2])], Terms()).pairs[0][0].unit
    assert minutes_late(unit, see_by) == 24 * 60
    assert minutes_late(replace(unit, starts_at=see_by + timedelta(seconds=1)), see_by) == 1
    assert minutes_late(replace(unit, starts_at=see_by), see_by) == 0
