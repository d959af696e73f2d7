"""Chains of stays worked by hand: what each definition of a readmission makes of them (clinical §4 PCR, HWR)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.readmissions import Excluded, Judged, Stay, hwr, pcr
from shared.kit.zones import local_day

PATIENT = UUID(int=1)
FIRST = date(2026, 3, 1)


def stay(number: int, admitted: int, discharged: int | None, **changes: Any) -> Stay:
    """A stay from one day to another, counted from 1 March, at home afterwards and of somebody of 76 years."""
    ended = None if discharged is None else FIRST + timedelta(days=discharged)
    plain = Stay(
        UUID(int=number), PATIENT, True, False, FIRST + timedelta(days=admitted), ended, "home", "icd-10-cm", "I50.23",
        "General", date(1950, 1, 1), date(2027, 1, 1),
    )  # fmt: skip
    return plain._replace(**changes)


def found(judged: Sequence[Judged]) -> dict[int, str | bool]:
    """By number of the stay: why it is excluded, or whether it is followed by a readmission."""
    return {each.stay.id.int: each.excluded.value if each.excluded else each.met for each in judged}


Outcome = dict[int, str | bool]
TWO = "continued-in-another-stay"
CHAINS: tuple[tuple[str, list[Stay], Outcome, Outcome], ...] = (
    ("one stay", [stay(1, 0, 4)], {1: False}, {1: False}),
    ("back on day 1", [stay(1, 0, 4), stay(2, 5, 8)], {1: TWO, 2: False}, {1: True, 2: False}),
    ("back on day 2", [stay(1, 0, 4), stay(2, 6, 8)], {1: True, 2: False}, {1: True, 2: False}),
    ("back on day 30", [stay(1, 0, 4), stay(2, 34, 38)], {1: True, 2: False}, {1: True, 2: False}),
    ("back on day 31", [stay(1, 0, 4), stay(2, 35, 38)], {1: False, 2: False}, {1: False, 2: False}),
    (
        "back on the same day for the same",
        [stay(1, 0, 4), stay(2, 4, 8)],
        {1: TWO, 2: False},
        {1: TWO, 2: False},
    ),
    (
        "back on the same day for something else",
        [stay(1, 0, 4), stay(2, 4, 8, principal="S72.001A")],
        {1: TWO, 2: False},
        {1: False, 2: False},
    ),
    (
        "a chain of transfers, then back",
        [
            stay(1, 0, 2, disposition="short-term-hospital"),
            stay(2, 2, 5, facility="University", disposition="short-term-hospital"),
            stay(3, 6, 9, facility="Heart"),
            stay(4, 20, 22),
        ],
        {1: TWO, 2: TWO, 3: True, 4: False},
        {1: Excluded.TRANSFERRED.value, 2: Excluded.TRANSFERRED.value, 3: True, 4: False},
    ),
    (
        "next day in another hospital, nobody called it a transfer",
        [stay(1, 0, 2), stay(2, 3, 5, facility="University")],
        {1: TWO, 2: False},
        {1: Excluded.TRANSFERRED.value, 2: False},
    ),
    (
        "a planned one, then an unplanned one",
        [stay(1, 0, 4), stay(2, 10, 12, planned=True), stay(3, 20, 22)],
        {1: True, 2: True, 3: False},
        {1: False, 2: True, 3: False},
    ),
    (
        "chemotherapy is planned whatever was said",
        [stay(1, 0, 4), stay(2, 10, 12, principal="Z51.11")],
        {1: False, 2: False},
        {1: False, 2: Excluded.CANCER.value},
    ),
    (
        "died when back",
        [stay(1, 0, 4), stay(2, 10, 12, disposition="expired")],
        {1: True, 2: Excluded.DIED.value},
        {1: True, 2: Excluded.DIED.value},
    ),
    (
        "left against advice",
        [stay(1, 0, 4, disposition="against-advice"), stay(2, 10, 12)],
        {1: True, 2: False},
        {1: Excluded.AGAINST_ADVICE.value, 2: False},
    ),
    (
        "back for observation",
        [stay(1, 0, 4), stay(2, 10, 12, inpatient=False)],
        {1: True, 2: False},
        {1: False, 2: Excluded.OBSERVATION.value},
    ),
    (
        "observation, back as an inpatient",
        [stay(1, 0, 4, inpatient=False), stay(2, 10, 12)],
        {1: True, 2: False},
        {1: Excluded.OBSERVATION.value, 2: False},
    ),
    (
        "overlapping stays end with who leaves last",
        [stay(1, 0, 9), stay(2, 3, 5), stay(3, 20, 22)],
        {1: True, 2: TWO, 3: False},
        {1: True, 2: TWO, 3: False},
    ),
    (
        "a readmission that is an index itself",
        [stay(1, 0, 4), stay(2, 20, 24), stay(3, 40, 44)],
        {1: True, 2: True, 3: False},
        {1: True, 2: True, 3: False},
    ),
    ("in and out on one day", [stay(1, 0, 0)], {1: Excluded.SAME_DAY.value}, {1: False}),
    ("back and still there", [stay(1, 0, 4), stay(2, 10, None)], {1: True}, {1: True}),
    (
        "for a birth",
        [stay(1, 0, 4), stay(2, 10, 12, principal="O80")],
        {1: False, 2: Excluded.PREGNANCY.value},
        {1: True, 2: False},
    ),
    (
        "mental illness, and too young",
        [stay(1, 0, 4, principal="F32.2"), stay(2, 50, 54, born=date(1990, 1, 1))],
        {1: False, 2: False},
        {1: Excluded.PSYCHIATRIC.value, 2: Excluded.YOUNG.value},
    ),
)


@pytest.mark.parametrize(("stays", "as_pcr", "as_hwr"), [pytest.param(*case[1:], id=case[0]) for case in CHAINS])
def test_chains_worked_by_hand(stays: list[Stay], as_pcr: Outcome, as_hwr: Outcome) -> None:
    assert found(list(pcr(stays))) == as_pcr
    assert found(list(hwr(stays))) == as_hwr


@pytest.mark.parametrize(("today", "expected"), [(30, Excluded.OPEN.value), (31, False)])
def test_a_discharge_counts_when_its_thirty_days_are_over(today: int, expected: str | bool) -> None:
    alone = stay(1, 0, 4, today=FIRST + timedelta(days=4 + today))
    assert found(list(pcr([alone]))) == found(list(hwr([alone]))) == {1: expected}


def test_days_are_local_across_the_change_of_clocks() -> None:
    # 23:30 on 7 March 2026 in New York is the 8th in UTC; 30 local days later, clocks have gone forward.
    left = local_day(datetime(2026, 3, 8, 4, 30, tzinfo=UTC), "America/New_York")
    back = local_day(datetime(2026, 4, 7, 3, 30, tzinfo=UTC), "America/New_York")
    late = local_day(datetime(2026, 4, 7, 4, 0, tzinfo=UTC), "America/New_York")
    index = stay(1, 0, 4)._replace(discharged=left)
    assert (back - left).days == 30
    assert found(list(pcr([index, stay(2, 0, None)._replace(admitted=back)]))) == {1: True}
    assert found(list(pcr([index, stay(2, 0, None)._replace(admitted=late)]))) == {1: False}


DRAWN = st.lists(
    st.tuples(
        st.integers(0, 90), st.integers(0, 12), st.booleans(), st.booleans(),
        st.sampled_from(["home", "expired", "short-term-hospital", "against-advice"]),
        st.sampled_from(["General", "University", None]), st.sampled_from(["I50.23", "F32.2", "O80", "Z51.11", None]),
    ),
    max_size=8,
)  # fmt: skip


@given(DRAWN)
def test_every_discharge_is_judged_once_and_readmissions_never_outnumber_indexes(drawn: list[Any]) -> None:
    stays = [
        stay(n, begin, begin + length, inpatient=kind, planned=planned, disposition=to, facility=where, principal=code)
        for n, (begin, length, kind, planned, to, where, code) in enumerate(sorted(drawn, key=lambda one: one[0]))
    ]
    for rules in (pcr, hwr):
        judged = list(rules(stays))
        assert sorted(each.stay.id for each in judged) == [each.id for each in stays]
        assert all(not (each.met and each.excluded) for each in judged)
        assert all(1 <= each.after <= 30 for each in judged if each.after is not None)
