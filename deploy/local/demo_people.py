"""The demo's plainly fictional patients: who they are, what they have, how they do. Always the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random
from typing import Any

from deploy.local.demo import NORTH, Organization

MRN = "https://example.org/mrn"
_GIVEN = (
    "Ada Bruno Carla Dmitri Elena Farid Greta Hugo Ines Jonas Katya Liam Mona Nils Olga Pedro Quinn Rosa "
    "Sven Tara Umar Vera Wanda Xaver Yara Zeno Alma Boris Celia Darius Edith Felix Gwen Hamid Irma Joel "
    "Kira Lars Mina Noah"
)
GIVEN = tuple(_GIVEN.split())
FAMILY = ("Sample", "Example", "Specimen", "Mockford", "Placeholder", "Testerly", "Fictum", "Pretend")
PAYERS = (("Medicare", None), ("Example Health", "Silver"), ("Example Health", "Gold"), ("Sample Mutual", None))
HEART_FAILURE_EVERY, DIABETES_EVERY = 3, 2
# The patients of the examples in the API's documentation.
OF_THE_DOCUMENTATION = {3: "EX-10482", 2: "EX-20977"}


class Course(StrEnum):
    """What a patient's demo shows."""

    HEART_FAILURE = "heart-failure"
    DIABETES = "diabetes"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class Person:
    """One patient. ``discharged_days_ago`` is for heart failure, ``unit`` for how a diabetic's meter shows glucose."""

    number: int
    clinic: Organization
    family: str
    given: str
    born: date
    sex: str
    language: str
    payer: str
    plan: str | None
    course: Course
    discharged_days_ago: int
    restless: bool

    @property
    def mrn(self) -> dict[str, str]:
        """The identifier readings and messages name this patient by."""
        return {"system": MRN, "value": OF_THE_DOCUMENTATION.get(self.number, f"DEMO-{self.number:03}")}

    def registration(self) -> dict[str, Any]:
        """The body of ``POST /v1/patients``."""
        west = self.clinic is not NORTH
        address = {"city": "Springfield", "region": "CA" if west else "NY", "country": "US"}
        return {
            "identifiers": [self.mrn],
            "family": self.family,
            "given": self.given,
            "birth_date": self.born.isoformat(),
            "sex": self.sex,
            "language": self.language,
            "interpreter_needed": self.language != "en",
            "time_zone": self.clinic.time_zone,
            "telecom": [{"kind": "phone", "value": f"+1 555 010 {self.number:04}"}],
            "address": address,
            "coverage": [{"payer": self.payer} | ({"plan": self.plan} if self.plan else {})],
            "primary_care": {"name": "Dr. Mary Mockup" if west else "Dr. Paul Pattern"},
        }


def people(clinic: Organization) -> Iterator[Person]:
    """Twenty-six in the north, fourteen in the south."""
    dice = Random(f"careweave {clinic.key}")  # noqa: S311 - demo data, the same each time
    numbers = range(1, 27) if clinic is NORTH else range(27, 41)
    for number in numbers:
        payer, plan = PAYERS[number % len(PAYERS)]
        yield Person(
            number=number,
            clinic=clinic,
            family=FAMILY[number % len(FAMILY)],
            given=GIVEN[number - 1],
            born=date(dice.randint(1938, 1984), dice.randint(1, 12), dice.randint(1, 28)),
            sex="female" if GIVEN[number - 1].endswith("a") else "male",
            language="es" if number % 7 == 0 else "en",
            payer=payer,
            plan=plan,
            course=_course(number),
            discharged_days_ago=2 + number * 11 % 55,
            restless=dice.random() < 0.35,
        )


def _course(number: int) -> Course:
    if number % HEART_FAILURE_EVERY == 0:
        return Course.HEART_FAILURE
    return Course.DIABETES if number % DIABETES_EVERY == 0 else Course.REGISTERED
