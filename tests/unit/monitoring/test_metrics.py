"""What can be a reading, what is refused and with which code, and what units are read as (clinical §1.0, §1.1)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from services.monitoring.domain.metrics import (
    MEASURES,
    Accepted,
    Found,
    Refused,
    by_code,
    canonical,
    coded,
    judge,
    judge_pressures,
    label,
)
from shared.kit.units import UCUM, convert, plain, read_unit
from shared.vocabulary import Comparator, Metric
from tests.support.ward import local

NOW = local("2026-09-22 08:00")


def judged(metric: Metric, value: str, unit: str | None, comparator: Comparator | None = None) -> Accepted | Refused:
    return judge(metric, Decimal(value), unit, comparator, observed_at=NOW, now=NOW)


def test_every_metric_has_a_row_with_known_units() -> None:
    assert set(MEASURES) == set(Metric)
    for measure in MEASURES.values():
        assert set(measure.units) <= UCUM, measure.metric
        for limits in measure.ranges.values():
            assert limits.hard[0] < limits.hard[1]


def test_no_code_means_two_metrics() -> None:
    codes = [code.code for measure in MEASURES.values() for code in measure.codes]
    assert len(codes) == len(set(codes))


def test_5_6_mg_dl_asks_whether_mmol_was_meant() -> None:
    refused = judged(Metric.GLUCOSE_SMBG, "5.6", "mg/dL")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.quarantine) == ("value.implausible", True)
    assert "mmol/L" in refused.sentence
    assert judged(Metric.GLUCOSE_SMBG, "5.6", "mmol/L") == Accepted("mmol/L")


REFUSED = [
    (Metric.GLUCOSE_SMBG, "100", None, None, "unit.missing"),
    (Metric.GLUCOSE_SMBG, "100", "", None, "unit.missing"),
    (Metric.GLUCOSE_SMBG, "100", "stone", None, "unit.unknown"),
    (Metric.BODY_WEIGHT, "80", "mg/dL", None, "unit.not-allowed"),
    (Metric.BODY_WEIGHT, "80", "kg", Comparator.LESS, "comparator.not-allowed"),
    (Metric.BODY_WEIGHT, "19.9", "kg", None, "value.implausible"),
    (Metric.BODY_WEIGHT, "450.1", "kg", None, "value.implausible"),
    (Metric.GLUCOSE_SMBG, "9", "mg/dL", None, "value.implausible"),
    (Metric.GLUCOSE_SMBG, "83.1", "mmol/L", None, "value.implausible"),
    (Metric.GLUCOSE_CGM, "38", "mg/dL", None, "value.implausible"),
    (Metric.HBA1C, "2.39", "%", None, "value.implausible"),
    (Metric.KETONE_URINE, "1.5", "{rank}", None, "value.not-a-rank"),
    (Metric.ACT, "4", "{score}", None, "value.implausible"),
]


@pytest.mark.parametrize(("metric", "value", "unit", "comparator", "code"), REFUSED)
def test_each_refusal_has_its_code(
    metric: Metric, value: str, unit: str | None, comparator: Comparator | None, code: str
) -> None:
    refused = judged(metric, value, unit, comparator)
    assert isinstance(refused, Refused)
    assert refused.code == code


ACCEPTED = [
    (Metric.BODY_WEIGHT, "20", "kg", set()),
    (Metric.BODY_WEIGHT, "450", "kg", set()),
    (Metric.GLUCOSE_SMBG, "10", "mg/dL", {"verify-low"}),
    (Metric.GLUCOSE_SMBG, "40", "mg/dL", set()),
    (Metric.GLUCOSE_SMBG, "500", "mg/dL", set()),
    (Metric.GLUCOSE_SMBG, "501", "mg/dL", {"verify-high"}),
    (Metric.POTASSIUM, "6.1", "mmol/L", {"verify-high"}),
    (Metric.SPO2, "79", "%", {"verify-low"}),
    (Metric.TEMPERATURE, "100.4", "[degF]", set()),
]


@pytest.mark.parametrize(("metric", "value", "unit", "flags"), ACCEPTED)
def test_soft_limits_accept_and_flag(metric: Metric, value: str, unit: str, flags: set[str]) -> None:
    assert judged(metric, value, unit) == Accepted(unit, frozenset(flags))


def test_lo_and_hi_are_results() -> None:
    assert judged(Metric.GLUCOSE_SMBG, "20", "mg/dL", Comparator.LESS) == Accepted("mg/dL", frozenset({"lo"}))
    assert judged(Metric.GLUCOSE_CGM, "400", "mg/dL", Comparator.MORE) == Accepted("mg/dL", frozenset({"hi"}))


def test_times_need_an_offset_and_lie_in_the_past() -> None:
    naive = judge(Metric.SPO2, Decimal(97), "%", observed_at=NOW.replace(tzinfo=None), now=NOW)
    future = judge(Metric.SPO2, Decimal(97), "%", observed_at=NOW + timedelta(minutes=6), now=NOW)
    ahead = judge(Metric.SPO2, Decimal(97), "%", observed_at=NOW + timedelta(minutes=5), now=NOW)
    assert isinstance(naive, Refused)
    assert isinstance(future, Refused)
    assert (naive.code, future.code) == ("time.naive", "time.future")
    assert ahead == Accepted("%")


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected"),
    [(125, 120, "pressure.implausible"), (80, 120, "pressure.implausible"), (126, 120, True), (140, 120, False)],
)
def test_systolic_exceeds_diastolic(systolic: int, diastolic: int, expected: str | bool) -> None:
    judgement = judge_pressures(Decimal(systolic), Decimal(diastolic))
    if isinstance(judgement, Refused):
        assert judgement.code == expected
    else:
        assert ("pulse-pressure" in judgement.flags) is expected


ALIASES = [
    ("mmHg", Metric.BP_SYSTOLIC, "mm[Hg]"),
    ("beats/minute", Metric.HEART_RATE, "/min"),
    ("breaths/minute", Metric.RESP_RATE, "/min"),
    ("lb", Metric.BODY_WEIGHT, "[lb_av]"),
    ("lbs", Metric.BODY_WEIGHT, "[lb_av]"),
    ("mEq/L", Metric.POTASSIUM, "mmol/L"),
    ("mEq/L", Metric.SODIUM, "mmol/L"),
    ("(score)", Metric.PHQ9, "{score}"),
    ("mg/g", Metric.UACR, "mg/g{creat}"),
    ("mg/dl", Metric.GLUCOSE_CGM, "mg/dL"),
    ("mL/min", Metric.EGFR, "mL/min/{1.73_m2}"),
]


@pytest.mark.parametrize(("text", "metric", "code"), ALIASES)
def test_aliases_are_mapped_and_said(text: str, metric: Metric, code: str) -> None:
    unit = read_unit(text, metric)
    assert unit is not None
    assert unit.code == code
    assert unit.note == f"The unit '{text}' was read as UCUM {code}."


def test_an_equivalent_is_a_mole_only_for_the_single_charge() -> None:
    assert read_unit("mEq/L", Metric.CREATININE) is None
    assert read_unit("mL/min", Metric.PEF) is None
    exact = read_unit("mg/dL", Metric.GLUCOSE_SMBG)
    assert exact is not None
    assert exact.note is None


CONVERSIONS = [
    (Metric.GLUCOSE_SMBG, "5.6", "mmol/L", "100.9", "mg/dL"),
    (Metric.GLUCOSE_SMBG, "3.9", "mmol/L", "70.3", "mg/dL"),
    (Metric.BODY_WEIGHT, "180", "[lb_av]", "81.6", "kg"),
    (Metric.BODY_WEIGHT, "81600", "g", "81.6", "kg"),
    (Metric.BODY_WEIGHT, "81600", "g", "179.9", "[lb_av]"),
    (Metric.TEMPERATURE, "100.4", "[degF]", "38.0", "Cel"),
    (Metric.TEMPERATURE, "38.0", "Cel", "100.4", "[degF]"),
    (Metric.HBA1C, "53", "mmol/mol", "7.0", "%"),
    (Metric.HBA1C, "8.2", "%", "66.1", "mmol/mol"),
    (Metric.CREATININE, "88.42", "umol/L", "1.0", "mg/dL"),
]


@pytest.mark.parametrize(("metric", "value", "unit", "expected", "to"), CONVERSIONS)
def test_conversion_for_charts(metric: Metric, value: str, unit: str, expected: str, to: str) -> None:
    assert round(convert(metric, Decimal(value), unit, to), 1) == Decimal(expected)


def test_every_allowed_unit_has_a_place_in_the_chart() -> None:
    for metric, measure in MEASURES.items():
        for unit in measure.units:
            value, to = canonical(metric, Decimal(50), unit)
            assert to == measure.canonical
            assert value.is_finite()


def test_metrics_are_found_by_code_and_unit() -> None:
    assert by_code("29463-7", "kg") == Found(Metric.BODY_WEIGHT)
    assert by_code("41653-7", "mg/dL") == Found(Metric.GLUCOSE_SMBG)
    assert by_code("41653-7", "mmol/L") == Found(Metric.GLUCOSE_SMBG, mismatch=True)
    assert by_code("85354-9") is None


def test_coded_metrics_have_ranks() -> None:
    assert coded(Metric.NYHA, "III") == Decimal(3)
    assert coded(Metric.KETONE_URINE, None, "167291007") == Decimal(4)
    assert coded(Metric.KETONE_URINE, "purple") is None
    assert label(Metric.KETONE_URINE, Decimal(3)) == "moderate"
    assert label(Metric.BODY_WEIGHT, Decimal(3)) is None


def test_plain_digits() -> None:
    assert [plain(Decimal(text)) for text in ("180", "10.0", "1E+2", "0.90")] == ["180", "10", "100", "0.9"]
