"""Whether two records may be one person: points for what agrees, each part explained.

The points and the two limits are [default]: a nurse decides, and looks before a merge.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.kit.problems import Conflict, Problem
from shared.vocabulary import DuplicateGrade, DuplicatePart

LIKELY, POSSIBLE = 85, 60
_LAST_DIGITS = 9


class SamePatient(Problem):
    """A record is no duplicate of itself."""

    code = "patient.duplicate-of-itself"
    title = "Both are the same record"


class AlreadyTold(Conflict):
    """It is on record that the two are different people."""

    code = "patient.distinct-already"
    title = "That they are two people is on record already"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a record is compared. ``telephones`` and ``numbers`` are the record's telecoms and identifier values."""

    id: UUID
    family: str
    given: str
    birth_date: date
    sex: str
    telecoms: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that agrees or speaks against, with its points and a sentence without anybody's data."""

    part: DuplicatePart
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two records look like one person."""

    score: int
    grade: DuplicateGrade
    parts: tuple[Part, ...]


def folded(name: str) -> str:
    """A name without accents, case, spaces and punctuation: ``Peña-Núñez`` and ``PENA NUNEZ`` are the same."""
    parted = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in parted if each.isalnum())


def reach(kind: str, value: str) -> str:
    """A way to reach somebody as it is compared: the last nine digits of a telephone, or the folded address."""
    digits = "".join(each for each in value if each.isdigit())
    return digits[-_LAST_DIGITS:] if kind != "email" and len(digits) >= _LAST_DIGITS else value.casefold().strip()


def transposed(day: date) -> date | None:
    """The date with day and month exchanged, where there is one and it is another."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


def likeness(one: Sketch, other: Sketch) -> Likeness | None:
    """How alike two records are; None below the limit. The same whichever comes first."""
    parts = tuple(part for part in (*_names(one, other), *_births(one, other), *_rest(one, other)))
    score = sum(part.points for part in parts)
    if score < POSSIBLE:
        return None
    return Likeness(score, DuplicateGrade.LIKELY if score >= LIKELY else DuplicateGrade.POSSIBLE, parts)


def _names(one: Sketch, other: Sketch) -> Iterator[Part]:
    mine, theirs = (folded(one.family), folded(one.given)), (folded(other.family), folded(other.given))
    if mine == theirs:
        yield Part(DuplicatePart.NAME, 40, "family and given name are the same")
    elif mine == theirs[::-1]:
        yield Part(DuplicatePart.NAME, 35, "family and given name are the same, exchanged")
    elif mine[0] == theirs[0] and mine[1][:1] == theirs[1][:1]:
        yield Part(DuplicatePart.NAME, 25, "the family name and the first letter of the given name are the same")
    elif mine[1] == theirs[1]:
        yield Part(DuplicatePart.NAME, 15, "the given name is the same")


def _births(one: Sketch, other: Sketch) -> Iterator[Part]:
    if one.birth_date == other.birth_date:
        yield Part(DuplicatePart.BIRTH_DATE, 40, "the birth date is the same")
    elif one.birth_date == transposed(other.birth_date):
        yield Part(DuplicatePart.BIRTH_DATE, 30, "the birth date is the same with day and month exchanged")
    elif sum(a != b for a, b in zip(f"{one.birth_date}", f"{other.birth_date}", strict=True)) == 1:
        yield Part(DuplicatePart.BIRTH_DATE, 20, "the birth dates differ in one digit")


def _rest(one: Sketch, other: Sketch) -> Iterator[Part]:
    if one.sex == other.sex:
        yield Part(DuplicatePart.SEX, 5, "the sex is the same")
    elif "unknown" not in (one.sex, other.sex):
        yield Part(DuplicatePart.SEX, -15, "the sex differs")
    if one.telecoms & other.telecoms:
        yield Part(DuplicatePart.TELECOM, 20, "a telephone number or address to reach them is the same")
    if one.numbers & other.numbers:
        yield Part(DuplicatePart.IDENTIFIER, 25, "an identifier has the same value in another system")
