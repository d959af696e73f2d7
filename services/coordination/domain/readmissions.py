"""Observed readmissions by two definitions: like HEDIS PCR, and like the CMS hospital-wide measure (clinical §4).

Pure: stays of one patient in, a judgement of every discharge out. Days are local to the hospital. What is not on record
(continuous enrollment, payment by Medicare, exempt hospitals, procedures) is not checked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from services.coordination.domain.diagnoses import MENTAL_ILLNESS, CodeSet, Diagnosis
from shared.kit.zones import age_on
from shared.vocabulary import CodeSystem, DiagnosisRole, DischargeDisposition

WINDOW = 30
OLD = 65
_ONE_STAY = 2
CHEMOTHERAPY = CodeSet(("Z510", "Z511"))
REHABILITATION = CodeSet(("Z50", "Z5189"))
CANCER = CodeSet(("C",))
# ICD-10-CM chapters 15 and 16.
PREGNANCY, PERINATAL = CodeSet(("O",)), CodeSet(("P",))


class Excluded(StrEnum):
    """Why a discharge is no member of a denominator."""

    ONE_STAY = "continued-in-another-stay"
    SAME_DAY = "admitted-and-discharged-on-one-day"
    DIED = "died-in-the-stay"
    PREGNANCY = "pregnancy"
    PERINATAL = "perinatal"
    HOSPICE = "hospice"
    OBSERVATION = "observation"
    TRANSFERRED = "transferred-to-another-hospital"
    AGAINST_ADVICE = "against-medical-advice"
    PSYCHIATRIC = "psychiatric"
    REHABILITATION = "rehabilitation"
    CANCER = "treatment-of-cancer"
    YOUNG = "too-young"
    NOT_HOME = "not-discharged-home"
    BACK = "readmitted-within-30-days"
    OPEN = "window-still-open"


@lru_cache(maxsize=65_536)
def _has(codes: CodeSet, system: str, code: str) -> bool:
    return codes.has(Diagnosis(CodeSystem(system), code, DiagnosisRole.PRINCIPAL))


class Stay(NamedTuple):
    """An inpatient or observation stay as it was known; ``discharged`` is None while it lasts."""

    id: UUID
    patient_id: UUID
    inpatient: bool
    planned: bool
    admitted: date
    discharged: date | None
    disposition: str | None
    system: str | None
    principal: str | None
    facility: str | None
    born: date
    today: date

    def principally(self, codes: CodeSet) -> bool:
        """Whether the principal diagnosis is one of these."""
        return self.principal is not None and self.system is not None and _has(codes, self.system, self.principal)

    @property
    def elective(self) -> bool:
        """Admitted as planned, or for chemotherapy or rehabilitation."""
        return self.planned or self.principally(CHEMOTHERAPY) or self.principally(REHABILITATION)


@dataclass(slots=True)
class Chain:
    """Stays that count as one: ``first`` says how it began, ``last`` how it ended."""

    first: Stay
    last: Stay
    earlier: list[Stay]

    @property
    def discharged(self) -> date | None:
        """The day it ended; None while it lasts."""
        return self.last.discharged

    def joins(self, stay: Stay) -> None:
        """Take a stay in; who leaves last ends the chain."""
        end, other = self.last.discharged, stay.discharged
        if end is not None and (other is None or other >= end):
            self.earlier.append(self.last)
            self.last = stay
        else:
            self.earlier.append(stay)


class Judged(NamedTuple):
    """One discharge: excluded and why, or in the denominator; ``after`` how many days later the patient came back."""

    stay: Stay
    excluded: Excluded | None
    met: bool = False
    after: int | None = None


def pcr(stays: Sequence[Stay]) -> Iterator[Judged]:
    """Every discharge of one patient, stays in the order of their beginning, as PCR counts.

    Stays with fewer than 2 calendar days between are one and end with the last. A planned admission, or one for
    pregnancy or a perinatal condition, is no readmission; a later one within the days still is.
    """
    chains = list(_chained(stays, _near))
    for number, chain in enumerate(chains):
        yield from _continued(chain)
        if chain.discharged is not None:
            why = next(_not_pcr(chain, chain.discharged), None)
            after = (
                None if why else _first(chain.discharged, (one.first for one in chains[number + 1 :] if _counts(one)))
            )
            yield Judged(chain.last, why, after is not None, after)


def hwr(stays: Sequence[Stay]) -> Iterator[Judged]:
    """Every discharge of one patient, stays in the order of their beginning, as the hospital-wide measure counts.

    Overlapping stays, and a return on the same day to the same hospital for the same condition, are one. Only the
    first inpatient admission within the days counts: when it was planned, no later one does.
    """
    yield from (Judged(one, Excluded.OBSERVATION) for one in stays if not one.inpatient and one.discharged)
    chains = list(_chained([one for one in stays if one.inpatient], _same))
    for number, chain in enumerate(chains):
        yield from _continued(chain)
        if chain.discharged is None:
            continue
        following = chains[number + 1].first if number + 1 < len(chains) else None
        why = next(_not_hwr(chain, chain.discharged, following), None)
        if why is not None:
            yield Judged(chain.last, why)
            continue
        back = _next(chain.discharged, (one.first for one in chains[number + 1 :]))
        after = None if back is None else (back.admitted - chain.discharged).days
        yield Judged(chain.last, None, back is not None and not back.elective, after)


def _chained(stays: Iterable[Stay], together: "Callable[[Chain, Stay], bool]") -> Iterator[Chain]:
    chain: Chain | None = None
    for stay in stays:
        if chain is not None and together(chain, stay):
            chain.joins(stay)
            continue
        if chain is not None:
            yield chain
        chain = Chain(stay, stay, [])
    if chain is not None:
        yield chain


def _near(chain: Chain, stay: Stay) -> bool:
    return chain.discharged is None or (stay.admitted - chain.discharged).days < _ONE_STAY


def _same(chain: Chain, stay: Stay) -> bool:
    if chain.discharged is None or stay.admitted < chain.discharged:
        return True
    same_hospital = not _elsewhere(chain.last, stay)
    return stay.admitted == chain.discharged and same_hospital and stay.principal == chain.last.principal


def _elsewhere(one: Stay, other: Stay) -> bool:
    """In another hospital, as far as both are known."""
    return one.facility is not None and other.facility is not None and one.facility != other.facility


def _continued(chain: Chain) -> Iterator[Judged]:
    return (Judged(stay, Excluded.ONE_STAY) for stay in chain.earlier if stay.discharged is not None)


def _not_pcr(chain: Chain, ended: date) -> Iterator[Excluded]:
    last = chain.last
    if chain.first.admitted == ended:
        yield Excluded.SAME_DAY
    if last.disposition == DischargeDisposition.EXPIRED:
        yield Excluded.DIED
    if last.disposition == DischargeDisposition.HOSPICE:
        yield Excluded.HOSPICE
    if last.principally(PREGNANCY):
        yield Excluded.PREGNANCY
    if last.principally(PERINATAL):
        yield Excluded.PERINATAL
    if (last.today - ended).days <= WINDOW:
        yield Excluded.OPEN


def _not_hwr(chain: Chain, ended: date, following: Stay | None) -> Iterator[Excluded]:
    last = chain.last
    soon = following is not None and (following.admitted - ended).days <= 1 and _elsewhere(last, following)
    if age_on(last.born, chain.first.admitted) < OLD:
        yield Excluded.YOUNG
    if last.disposition == DischargeDisposition.EXPIRED:
        yield Excluded.DIED
    if soon or last.disposition == DischargeDisposition.SHORT_TERM_HOSPITAL:
        yield Excluded.TRANSFERRED
    if last.disposition == DischargeDisposition.AGAINST_ADVICE:
        yield Excluded.AGAINST_ADVICE
    if last.principally(MENTAL_ILLNESS):
        yield Excluded.PSYCHIATRIC
    if last.principally(REHABILITATION):
        yield Excluded.REHABILITATION
    if last.principally(CANCER) or last.principally(CHEMOTHERAPY):
        yield Excluded.CANCER
    if (last.today - ended).days <= WINDOW:
        yield Excluded.OPEN


def _counts(chain: Chain) -> bool:
    first = chain.first
    return not (first.elective or first.principally(PREGNANCY) or first.principally(PERINATAL))


def _next(ended: date, stays: Iterable[Stay]) -> Stay | None:
    return next((stay for stay in stays if 1 <= (stay.admitted - ended).days <= WINDOW), None)


def _first(ended: date, stays: Iterable[Stay]) -> int | None:
    found = _next(ended, stays)
    return None if found is None else (found.admitted - ended).days
