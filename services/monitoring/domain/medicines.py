"""Medicines: what a line of the list is, the drugs whose class is known, and who may prescribe them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from shared.kit.problems import Problem
from shared.vocabulary import DoseForm, MedicineClass, MedicineStatus, Route


@dataclass(frozen=True, slots=True)
class Drug:
    """An ingredient by its RxNorm code; ``controlled`` by the DEA's schedules."""

    rxnorm: str
    name: str
    drug_class: MedicineClass
    controlled: bool = False


def _class(drug_class: MedicineClass, *drugs: tuple[str, str], controlled: bool = False) -> dict[str, Drug]:
    return {code: Drug(code, name, drug_class, controlled) for code, name in drugs}


# RxNorm ingredient codes are from memory: a pharmacist confirms them before release, as clinical §5.5 asks of codes.
FORMULARY: Mapping[str, Drug] = MappingProxyType(
    {
        **_class(MedicineClass.BASAL_INSULIN, ("274783", "insulin glargine"), ("139825", "insulin detemir")),
        **_class(MedicineClass.BASAL_INSULIN, ("1670007", "insulin degludec")),
        **_class(MedicineClass.MEALTIME_INSULIN, ("86009", "insulin lispro"), ("51428", "insulin aspart")),
        **_class(MedicineClass.BIGUANIDE, ("6809", "metformin")),
        **_class(MedicineClass.SGLT2_INHIBITOR, ("1545653", "empagliflozin"), ("1488564", "dapagliflozin")),
        **_class(MedicineClass.LOOP_DIURETIC, ("4603", "furosemide"), ("38413", "torsemide"), ("1808", "bumetanide")),
        **_class(MedicineClass.THIAZIDE, ("6916", "metolazone"), ("5487", "hydrochlorothiazide")),
        **_class(MedicineClass.MRA, ("9997", "spironolactone"), ("298869", "eplerenone")),
        **_class(MedicineClass.ARNI, ("1656328", "sacubitril")),
        **_class(MedicineClass.ACE_INHIBITOR, ("29046", "lisinopril")),
        **_class(MedicineClass.ARB, ("52175", "losartan")),
        **_class(MedicineClass.BETA_BLOCKER, ("20352", "carvedilol"), ("6918", "metoprolol")),
        **_class(MedicineClass.CALCIUM_BLOCKER, ("17767", "amlodipine")),
        **_class(MedicineClass.STATIN, ("83367", "atorvastatin")),
        **_class(MedicineClass.ANTICOAGULANT, ("11289", "warfarin")),
        **_class(MedicineClass.INHALER, ("25120", "formoterol"), ("435", "albuterol")),
        **_class(MedicineClass.CORTICOSTEROID, ("8640", "prednisone")),
        **_class(MedicineClass.OPIOID, ("7804", "oxycodone"), controlled=True),
        **_class(MedicineClass.BENZODIAZEPINE, ("596", "alprazolam"), controlled=True),
    }
)


@dataclass(frozen=True, slots=True)
class Medicine:
    """One line of the list. ``dose`` is a single dose in ``unit`` (UCUM); ``daily`` is what a day comes to.

    ``prescribed_dose`` is the single dose a prescriber set last, at ``prescribed_at``; ``changed_at`` when the dose
    last changed. A temporary dose goes back to ``returns_to`` at ``returns_at`` by itself.
    """

    id: UUID
    rxnorm: str
    name: str
    drug_class: MedicineClass
    controlled: bool
    form: DoseForm
    route: Route
    concentration: str | None
    dose: Decimal
    unit: str
    times_per_day: Decimal
    status: MedicineStatus
    prescriber: str
    prescribed_dose: Decimal
    prescribed_at: datetime
    changed_at: datetime
    returns_at: datetime | None = None
    returns_to: Decimal | None = None

    @property
    def daily(self) -> Decimal:
        """The dose of a day."""
        return self.dose * self.times_per_day


@dataclass(frozen=True, slots=True)
class Authority:
    """What one person may prescribe, from ``since`` to ``until`` (local days, both included).

    No class means every class. ``dea`` says that controlled substances are covered.
    """

    person: str
    classes: frozenset[MedicineClass]
    dea: bool
    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day, for whatever it covers."""
        return self.since <= day and (self.until is None or day <= self.until)

    def covers(self, drug_class: MedicineClass, controlled: bool, day: date) -> bool:
        """Whether it covers a drug on a day."""
        return self.holds(day) and (not self.classes or drug_class in self.classes) and (self.dea or not controlled)


def may_prescribe(
    authorities: Iterable[Authority], person: str, drug_class: MedicineClass, *, controlled: bool, on: date
) -> bool:
    """Whether a person holds prescriptive authority for a drug on a local day (clinical §6.4)."""
    return any(each.person == person and each.covers(drug_class, controlled, on) for each in authorities)


class NotAPrescriber(Problem):
    """Whoever is named for a decision holds no prescriptive authority on that day."""

    code = "prescriber.not-registered"
    title = "No registered prescriber is named"


class NamedThemselves(Problem):
    """Two different people: who decides that more may pass, and who writes it down."""

    code = "prescriber.is-author"
    title = "Nobody stands behind their own words"


def stands_behind(authorities: Iterable[Authority], person: str, *, authors: Iterable[str], on: date) -> None:
    """What is asked of a prescriber who is named for a looser limit, version or exclusion (clinical §1.0.7, §1.8).

    ``authorities`` are those on record, ``on`` a local day.

    Raises:
        NamedThemselves: the person wrote what they are named for.
        NotAPrescriber: no authority of theirs is in force on that day.
    """
    if person in set(authors):
        raise NamedThemselves("You cannot stand behind what you wrote yourself: name the prescriber who decided it.")
    if not any(each.person == person and each.holds(on) for each in authorities):
        raise NotAPrescriber(
            f"No prescriptive authority of {person} is on record for {on}. Name a registered prescriber by the "
            "subject of their token; an administrator records authority at /v1/prescribers."
        )


def drug(rxnorm: str, name: str, drug_class: MedicineClass | None, controlled: bool) -> Drug:
    """The drug as it is known; what a sender says counts only for one that is not, and never lifts a schedule."""
    known = FORMULARY.get(rxnorm)
    if known is not None:
        return known
    return Drug(rxnorm, name, drug_class or MedicineClass.OTHER, controlled)
