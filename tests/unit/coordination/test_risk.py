"""LACE and HOSPITAL, on the vectors of clinical §3, and on what is not known."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordination.domain.comorbidity import WEIGHTS, comorbidities
from services.coordination.domain.diagnoses import Diagnosis
from services.coordination.domain.hospital import hospital
from services.coordination.domain.lace import lace
from services.coordination.domain.risk import RiskInputs, Score
from shared.vocabulary import (
    CodeSystem,
    DiagnosisRole,
    DischargeDisposition,
    LengthOfStay,
    RiskAlgorithm,
    RiskBand,
)

A = RiskAlgorithm
BY_SUM = {0: ("Z00",), 1: ("I252",), 3: ("F03",), 5: ("F03", "I50")}


def codes(*found: str) -> tuple[Diagnosis, ...]:
    return tuple(Diagnosis(CodeSystem.ICD_10_CM, code, DiagnosisRole.SECONDARY) for code in found)


def stay(days: int = 4, diagnoses: tuple[str, ...] = ("Z00",), **known: object) -> RiskInputs:
    """A stay of so many midnights of which everything is known."""
    inputs = RiskInputs(
        admitted_on=date(2026, 8, 30),
        discharged_on=date(2026, 8, 30) + timedelta(days=days),
        age=74,
        disposition=DischargeDisposition.HOME,
        diagnoses=codes(*diagnoses),
        history=True,
        acute=False,
        ed_visits=0,
        admissions_12_months=0,
        haemoglobin=Decimal("13.0"),
        sodium=Decimal(140),
        oncology=False,
        procedure=False,
    )
    return replace(inputs, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "acute", "comorbidity", "ed", "parts", "band"),
    [
        (0, False, 0, 0, (0, 0, 0, 0), RiskBand.LOW),
        (2, False, 0, 0, (2, 0, 0, 0), RiskBand.LOW),
        (5, True, 5, 2, (4, 3, 5, 2), RiskBand.HIGH),
        (1, False, 3, 0, (1, 0, 3, 0), RiskBand.LOW),
        (1, True, 1, 0, (1, 3, 1, 0), RiskBand.MODERATE),
        (3, True, 3, 0, (3, 3, 3, 0), RiskBand.MODERATE),
    ],
)
def test_lace_vectors(
    days: int, acute: bool, comorbidity: int, ed: int, parts: tuple[int, ...], band: RiskBand
) -> None:
    found = lace(stay(days, BY_SUM[comorbidity], acute=acute, ed_visits=ed))
    assert tuple(each.points for each in found.points) == parts
    assert (found.total, found.band) == (sum(parts), band)


@pytest.mark.parametrize(
    ("days", "points"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (6, 4), (7, 5), (13, 5), (14, 7), (60, 7)]
)
def test_lace_length_of_stay_in_midnights(days: int, points: int) -> None:
    assert lace(stay(days)).points[0].points == points


def test_a_same_day_discharge_is_no_day_or_one_by_the_setting() -> None:
    assert lace(stay(0)).least == 0
    assert lace(stay(0, counted=LengthOfStay.BOTH_DAYS)).least == 1


@pytest.mark.parametrize(("ed", "points"), [(0, 0), (1, 1), (3, 3), (4, 4), (9, 4)])
def test_lace_emergency_visits(ed: int, points: int) -> None:
    assert lace(stay(ed_visits=ed)).points[3].points == points


def test_what_was_not_told_of_earlier_stays_is_missing_and_what_was_found_is_a_minimum() -> None:
    unknown = stay(ed_visits=None, admissions_12_months=None)
    for score, key, most in ((lace(unknown), "E", 4), (hospital(unknown), "admissions", 5)):
        assert (score.total, score.missing, score.most - score.least) == (None, (key,), most)
    counted = stay(ed_visits=1, admissions_12_months=2, found=("ed_visits", "admissions_12_months"))
    assert lace(counted).caveats == ("Emergency visits are those on record here: the score is a minimum.",)
    assert hospital(counted).caveats == ("Earlier admissions are those on record here: the score is a minimum.",)
    assert (lace(stay(ed_visits=1)).caveats, hospital(stay(admissions_12_months=2)).caveats) == ((), ())


@pytest.mark.parametrize(
    ("found", "algorithm", "total"),
    [
        (("I50.23", "E11.22"), A.LACE_2010, 4),
        (("E11.9", "E11.22"), A.LACE_2010, 2),
        (("C50", "C78"), A.LACE_2010, 6),
        (("K703", "K704"), A.LACE_2010, 4),
        (("N18.32",), A.LACE_2010, 0),
        (("N18.32",), A.LACE_TOOL, 2),
        (("N18.4",), A.LACE_TOOL, 4),
        (("N18.32", "K704"), A.LACE_TOOL, 4),
        (("B20",), A.LACE_2010, 4),
        (("B20",), A.LACE_TOOL, 0),
        (("F03", "M05"), A.LACE_2010, 6),
    ],
)
def test_comorbidities_count_once_a_row_by_the_table_used(
    found: tuple[str, ...], algorithm: RiskAlgorithm, total: int
) -> None:
    assert sum(each.weight for each in comorbidities(codes(*found), algorithm)) == total


@pytest.mark.parametrize(
    ("days", "known", "total", "band"),
    [
        (
            5,
            {
                "haemoglobin": Decimal("11.9"), "sodium": Decimal(134), "procedure": True, "acute": True,
                "admissions_12_months": 2,
            },
            8,
            RiskBand.HIGH,
        ),
        (4, {"haemoglobin": Decimal("12.0"), "sodium": Decimal(135)}, 0, RiskBand.LOW),
    ],
)  # fmt: skip
def test_hospital_vectors(days: int, known: dict[str, object], total: int, band: RiskBand) -> None:
    found = hospital(replace(stay(days), **known))  # type: ignore[arg-type]
    assert (found.total, found.band) == (total, band)


@pytest.mark.parametrize(("admissions", "newer", "older"), [(0, 0, 0), (1, 0, 2), (2, 2, 2), (5, 2, 2), (6, 5, 5)])
def test_hospital_admissions_by_either_paper(admissions: int, newer: int, older: int) -> None:
    known = stay(admissions_12_months=admissions)
    assert (hospital(known).total, hospital(known, A.HOSPITAL_2013).total) == (newer, older)


def test_the_two_may_disagree_and_both_are_right() -> None:
    # The worked example §7a: LACE 13 high, HOSPITAL 5 intermediate.
    known = stay(
        5, ("I13.0", "I50.23", "N18.32", "E11.22"), acute=True, ed_visits=1, admissions_12_months=1,
        haemoglobin=Decimal("11.2"), sodium=Decimal(133),
    )  # fmt: skip
    assert (lace(known).total, lace(known).band) == (13, RiskBand.HIGH)
    assert (hospital(known).total, hospital(known).band) == (5, RiskBand.INTERMEDIATE)


def test_what_is_not_known_is_named_and_is_no_zero() -> None:
    found = hospital(stay(haemoglobin=None, oncology=None))
    assert (found.total, found.least, found.most, found.band) == (None, 0, 3, RiskBand.LOW)
    assert found.missing == ("haemoglobin", "oncology")
    open_ended = hospital(stay(5, acute=True, haemoglobin=None, oncology=None))
    assert (open_ended.least, open_ended.most, open_ended.band) == (3, 6, None)
    assert lace(stay(diagnoses=())).missing == ("C",)


def test_a_score_outside_its_derivation_says_so() -> None:
    assert lace(stay()).caveats == ()
    assert len(lace(stay(age=17)).caveats) == 1
    assert len(lace(stay(disposition=DischargeDisposition.SKILLED_NURSING)).caveats) == 1
    assert len(lace(stay(diagnoses=("O80",))).caveats) == 1
    assert "minimum" in lace(stay(history=False)).caveats[0]


CODES = st.lists(st.sampled_from(sorted({"I252", "I50", "E119", "E1122", "J44", "F03", "C50", "C78", "N184", "K704"})))


@given(
    st.integers(0, 40), st.none() | st.booleans(), st.integers(0, 9), st.integers(0, 9),
    st.none() | st.decimals(5, 18, places=1), st.none() | st.booleans(), CODES,
)  # fmt: skip
def test_knowing_more_only_narrows_a_score(
    days: int,
    acute: bool | None,
    ed: int,
    admissions: int,
    haemoglobin: Decimal | None,
    procedure: bool | None,
    found: list[str],
) -> None:
    known = stay(
        days, tuple(found), acute=acute, ed_visits=ed, admissions_12_months=admissions, haemoglobin=haemoglobin,
        procedure=procedure,
    )  # fmt: skip
    told = replace(known, acute=acute is not False, haemoglobin=haemoglobin or Decimal(10), procedure=procedure is True)
    pairs: list[tuple[Score, Score]] = [(lace(known, each), lace(told, each)) for each in WEIGHTS]
    pairs += [(hospital(known, each), hospital(told, each)) for each in (A.HOSPITAL_2016, A.HOSPITAL_2013)]
    for before, after in pairs:
        assert 0 <= before.least <= after.least <= after.most <= before.most <= 19
        assert before.band is None or before.band is after.band
