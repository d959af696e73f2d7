"""What a pathway is made of: items with clocks and sources, and tests that explain their answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from services.coordination.domain.clocks import ClockRule
from services.coordination.domain.diagnoses import CodeSet, Diagnosis
from shared.vocabulary import (
    Complexity,
    DiagnosisRole,
    DischargeDisposition,
    DrugClass,
    NeedKind,
    NyhaClass,
    PathwayKey,
    Priority,
    Specialty,
    StayClass,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a discharge tells. Instants are UTC; days are local to the discharging hospital.

    ``exacerbations_12_months`` are those before this stay, as far as known.
    ``lvef`` and ``a1c`` are percent; ``admissions_6_months`` counts inpatient stays before this one,
    as told or at least so many on record; None where neither says.
    """

    stay_class: StayClass
    disposition: DischargeDisposition
    admitted_at: datetime
    discharged_at: datetime
    admitted_on: date
    discharged_on: date
    age: int
    diagnoses: tuple[Diagnosis, ...] = ()
    complexity: Complexity = Complexity.MODERATE
    lvef: Decimal | None = None
    nyha: NyhaClass | None = None
    a1c: Decimal | None = None
    a1c_on: date | None = None
    drugs: frozenset[DrugClass] = frozenset()
    regimen_changed: bool = False
    new_type_1: bool = False
    recurrent_severe_hypoglycaemia: bool = False
    admissions_6_months: int | None = None
    pack_years: int | None = None
    home_oxygen: bool | None = None
    exacerbations_12_months: int | None = None

    def treated_for(self, codes: CodeSet) -> Diagnosis | None:
        """The principal diagnosis when it is one of ``codes``."""
        found = codes.among(d for d in self.diagnoses if d.role is DiagnosisRole.PRINCIPAL)
        return found[0] if found else None

    def any_of(self, codes: CodeSet) -> Diagnosis | None:
        """The first diagnosis, in any role, that is one of ``codes``."""
        found = codes.among(self.diagnoses)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A yes or no that says why."""

    yes: bool
    because: str


Test = Callable[[Facts], Verdict]


@dataclass(frozen=True, slots=True)
class Item:
    """One need a pathway asks for, with its clocks and the source of the rule."""

    kind: NeedKind
    text: str
    clocks: tuple[ClockRule, ...]
    source: str
    priority: Priority = Priority.ROUTINE
    only_if: Test | None = None
    # Nothing may start before this many days after the discharge (coverage rules).
    earliest_start_days: int | None = None
    # Asked for where the patient goes on to another facility, too.
    in_facility: bool = False
    # Belongs to few discharges, so that a plan does not tell of its absence.
    exceptional: bool = False
    # Who may do it, where that differs from who usually meets the kind.
    specialties: tuple[Specialty, ...] = ()


@dataclass(frozen=True, slots=True)
class Pathway:
    """A versioned bundle of needs for a condition at a transition."""

    key: PathwayKey
    version: str
    title: str
    applies: Test
    items: tuple[Item, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A pathway that was chosen or passed over, and why."""

    pathway: PathwayKey
    version: str
    because: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A need that a chosen pathway does not ask for here, and why."""

    kind: NeedKind
    pathway: PathwayKey
    because: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A need that a chosen pathway asks for."""

    pathway: PathwayKey
    version: str
    item: Item
    earliest_start: date | None


@dataclass(frozen=True, slots=True)
class Window:
    """Days that a programme or a measure counts; both ends included, local to the hospital."""

    name: str
    first_day: date
    last_day: date
    source: str


@dataclass(frozen=True, slots=True)
class FactRead:
    """A fact that the choice looked at; ``value`` is None where it is not known."""

    name: str
    value: str | None
    used_by: tuple[PathwayKey, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a discharge leads to, explained."""

    chosen: tuple[Choice, ...] = ()
    passed_over: tuple[Choice, ...] = ()
    asked: tuple[Asked, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    windows: tuple[Window, ...] = field(default=())
    facts: tuple["FactRead", ...] = ()
