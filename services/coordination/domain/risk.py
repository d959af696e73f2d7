"""What readmission scores have in common: inputs as they are known, points that explain themselves, honest bounds.

A missing input is named and never taken as zero: the score then lies between ``least`` and ``most``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.coordination.domain.diagnoses import CodeSet, Diagnosis
from shared.vocabulary import DischargeDisposition, LengthOfStay, RiskAlgorithm, RiskBand

_ADULT = 18
_OBSTETRIC = CodeSet(("O",))
_NOT_HOME = frozenset({DischargeDisposition.SKILLED_NURSING, DischargeDisposition.LONG_TERM_CARE})


@dataclass(frozen=True, slots=True)
class RiskInputs:
    """What a score is computed from; None is not known. Days are local to the hospital.

    ``haemoglobin`` in g/dL, ``sodium`` in mmol/L, the last before the discharge. ``history`` says whether diagnoses
    beyond those of the stay are on record. ``found`` names what was not told and counted from stays on record here:
    there may have been more elsewhere.
    """

    admitted_on: date
    discharged_on: date
    age: int
    disposition: DischargeDisposition
    diagnoses: tuple[Diagnosis, ...]
    history: bool
    acute: bool | None
    ed_visits: int | None
    admissions_12_months: int | None
    haemoglobin: Decimal | None
    sodium: Decimal | None
    oncology: bool | None
    procedure: bool | None
    counted: LengthOfStay = LengthOfStay.MIDNIGHTS
    found: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        """Length of stay; never negative."""
        nights = max(0, (self.discharged_on - self.admitted_on).days)
        return nights if self.counted is LengthOfStay.MIDNIGHTS else nights + 1


@dataclass(frozen=True, slots=True)
class Points:
    """One component of a score: what was known, the points it gave, the most it can give. No points: not known."""

    key: str
    known: str
    points: int | None
    most: int
    because: str


@dataclass(frozen=True, slots=True)
class Score:
    """``total`` and ``band`` are None while something is missing that could change them."""

    algorithm: RiskAlgorithm
    points: tuple[Points, ...]
    least: int
    most: int
    band: RiskBand | None
    caveats: tuple[str, ...]
    source: str

    @property
    def total(self) -> int | None:
        """The sum, when every component is known."""
        return self.least if self.least == self.most else None

    @property
    def missing(self) -> tuple[str, ...]:
        """The components that are not known."""
        return tuple(each.key for each in self.points if each.points is None)


Bands = Sequence[tuple[int, RiskBand]]
"""Cut points from below: from this total on, this band."""


def scored(
    algorithm: RiskAlgorithm, points: tuple[Points, ...], bands: Bands, caveats: Sequence[str], source: str
) -> Score:
    """The score of these components; a band is given when every possible total lies in it."""
    least = sum(each.points or 0 for each in points)
    most = sum(each.most if each.points is None else each.points for each in points)
    low, high = band_of(bands, least), band_of(bands, most)
    return Score(algorithm, points, least, most, low if low is high else None, tuple(caveats), source)


def band_of(bands: Bands, total: int) -> RiskBand:
    """The band a total lies in."""
    return next(band for cut, band in reversed(bands) if total >= cut)


def by_cuts(value: int, cuts: Sequence[tuple[int, int]]) -> int:
    """The points of the last cut that ``value`` reaches."""
    return next((points for cut, points in reversed(cuts) if value >= cut), 0)


def at_least(inputs: RiskInputs, name: str, words: str) -> list[str]:
    """The caveat of a number that was counted from what is on record here."""
    return [f"{words} are those on record here: the score is a minimum."] if name in inputs.found else []


def outside(inputs: RiskInputs) -> list[str]:
    """Why the score was not made for such a patient."""
    found = []
    if inputs.age < _ADULT:
        found.append("The score was derived in adults.")
    if _OBSTETRIC.among(inputs.diagnoses):
        found.append("The score was not derived in obstetric stays.")
    if inputs.disposition in _NOT_HOME:
        found.append("The score was derived in patients discharged to the community, not to a nursing home.")
    return found
