"""HOSPITAL (Donzé 2013, international validation 2016): potentially avoidable readmission (clinical §3.2)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.coordination.domain.risk import Bands, Points, RiskInputs, Score, at_least, by_cuts, outside, scored
from shared.vocabulary import DischargeDisposition, RiskAlgorithm, RiskBand

BANDS: Bands = ((0, RiskBand.LOW), (5, RiskBand.INTERMEDIATE), (7, RiskBand.HIGH))
LOW_HAEMOGLOBIN = Decimal(12)  # g/dL; 12.0 is not below
LOW_SODIUM = Decimal(135)  # mmol/L; 135 is not below
_LONG_STAY = 5
_ADMISSIONS: Mapping[RiskAlgorithm, Sequence[tuple[int, int]]] = {
    RiskAlgorithm.HOSPITAL_2016: ((2, 2), (6, 5)),
    RiskAlgorithm.HOSPITAL_2013: ((1, 2), (6, 5)),
}
_SOURCES = {
    RiskAlgorithm.HOSPITAL_2016: "HOSPITAL score, international validation 2016 (clinical §3.2, S59–S63)",
    RiskAlgorithm.HOSPITAL_2013: "HOSPITAL score, admissions as in 2013 (clinical §3.2, S64)",
}


def hospital(inputs: RiskInputs, algorithm: RiskAlgorithm = RiskAlgorithm.HOSPITAL_2016) -> Score:
    """The HOSPITAL score with the admission bands of one of the two papers; 0 to 13."""
    caveats = outside(inputs)
    if inputs.disposition is DischargeDisposition.SHORT_TERM_HOSPITAL:
        caveats.append("Transfers to another hospital were left out of the validation.")
    caveats += at_least(inputs, "admissions_12_months", "Earlier admissions")
    points = (
        _below("haemoglobin", inputs.haemoglobin, LOW_HAEMOGLOBIN, "g/dL"),
        _if("oncology", inputs.oncology, 2, "discharged from an oncology service"),
        _below("sodium", inputs.sodium, LOW_SODIUM, "mmol/L"),
        _if("procedure", inputs.procedure, 1, "any coded procedure during the stay"),
        _if("admission-type", inputs.acute, 1, "urgent or emergent admission"),
        _admissions(inputs, algorithm),
        Points(
            "length-of-stay", f"{inputs.days} days", 2 if inputs.days >= _LONG_STAY else 0, 2, f"{_LONG_STAY} or more"
        ),
    )
    return scored(algorithm, points, BANDS, caveats, _SOURCES[algorithm])


def _below(key: str, value: Decimal | None, limit: Decimal, unit: str) -> Points:
    because = f"below {limit} {unit} at discharge"
    if value is None:
        return Points(key, "not known", None, 1, because)
    return Points(key, f"{value:f} {unit}", 1 if value < limit else 0, 1, because)


def _if(key: str, known: bool | None, points: int, because: str) -> Points:
    if known is None:
        return Points(key, "not known", None, points, because)
    return Points(key, "yes" if known else "no", points if known else 0, points, because)


def _admissions(inputs: RiskInputs, algorithm: RiskAlgorithm) -> Points:
    number, because = inputs.admissions_12_months, "hospital stays before this one"
    if number is None:
        return Points("admissions", "not known", None, 5, because)
    return Points("admissions", f"{number} in 12 months", by_cuts(number, _ADMISSIONS[algorithm]), 5, because)
