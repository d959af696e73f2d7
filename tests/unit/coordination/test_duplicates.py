"""Whether two records look like one person: the same from both sides, explained, and blind to how a name is written."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.duplicates import Sketch, folded, likeness, reach, transposed
from shared.vocabulary import DuplicateGrade

ROSA = Sketch(UUID(int=1), "Peña", "Rosa", date(1968, 5, 4), "female", frozenset(), frozenset({"7"}))

names = st.sampled_from(["Peña", "PENA", "Rosa", "rosa", "Núñez", "Li"])
sketches = st.builds(
    Sketch,
    st.uuids(),
    names,
    names,
    st.dates(date(1968, 1, 1), date(1968, 12, 31)),
    st.sampled_from(["female", "male", "unknown"]),
    st.frozensets(st.sampled_from(["555010014", "a@b.example"])),
    st.frozensets(st.sampled_from(["1", "2"])),
)


@given(sketches, sketches)
def test_likeness_is_the_sum_of_its_parts_and_the_same_from_both_sides(one: Sketch, other: Sketch) -> None:
    found, turned = likeness(one, other), likeness(other, one)
    assert found == turned
    if found is not None:
        assert found.score == sum(part.points for part in found.parts) >= 60


@given(st.dates())
def test_a_transposed_date_is_another_and_leads_back(day: date) -> None:
    other = transposed(day)
    assert other is None or (other != day and transposed(other) == day)


def test_what_makes_two_records_likely_or_possible_or_neither() -> None:
    def grade(**changes: object) -> DuplicateGrade | None:
        found = likeness(ROSA, replace(ROSA, id=UUID(int=2), numbers=frozenset(), **changes))  # type: ignore[arg-type]
        return None if found is None else found.grade

    assert grade() is DuplicateGrade.LIKELY
    assert grade(family="PENA") is DuplicateGrade.LIKELY
    assert grade(family="Rosa", given="Pena") is DuplicateGrade.POSSIBLE
    assert grade(birth_date=date(1968, 4, 5)) is DuplicateGrade.POSSIBLE
    assert grade(given="Ana", sex="male") is None
    assert grade(birth_date=date(1971, 12, 24)) is None


def test_names_and_telephones_are_compared_as_people_write_them() -> None:
    assert folded("Peña-Núñez") == folded("PENA NUNEZ") == "penanunez"
    assert reach("phone", "+1 (555) 010-0142") == reach("phone", "555 010 0142")
    assert reach("email", "A@B.example") == "a@b.example"
