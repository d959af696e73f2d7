"""LACE (van Walraven 2010): length of stay, acuity, comorbidity, emergency visits (clinical §3.1)."""

from services.coordination.domain.comorbidity import comorbidities
from services.coordination.domain.risk import Bands, Points, RiskInputs, Score, at_least, by_cuts, outside, scored
from shared.vocabulary import RiskAlgorithm, RiskBand

BANDS: Bands = ((0, RiskBand.LOW), (5, RiskBand.MODERATE), (10, RiskBand.HIGH))
_DAYS = ((1, 1), (2, 2), (3, 3), (4, 4), (7, 5), (14, 7))
_COMORBIDITY = ((1, 1), (2, 2), (3, 3), (4, 5))
_MOST_ED_VISITS = 4
_ACUTE = 3
_SOURCES = {
    RiskAlgorithm.LACE_2010: "van Walraven 2010, CMAJ 182:551; weights from memory (clinical §3.1, S53–S55)",
    RiskAlgorithm.LACE_TOOL: "Hospital tool with renal rows, BMC Cardiovasc Disord 2014 (clinical §3.1, S56)",
}


def lace(inputs: RiskInputs, algorithm: RiskAlgorithm = RiskAlgorithm.LACE_2010) -> Score:
    """The LACE score with one of the two comorbidity tables; 0 to 19."""
    caveats = outside(inputs)
    if not inputs.history:
        caveats.append("No diagnoses beyond those of the stay are on record: the score is a minimum.")
    caveats += at_least(inputs, "ed_visits", "Emergency visits")
    points = (_length(inputs), _acuity(inputs), _comorbidity(inputs, algorithm), _emergency(inputs))
    return scored(algorithm, points, BANDS, caveats, _SOURCES[algorithm])


def _length(inputs: RiskInputs) -> Points:
    return Points("L", f"{inputs.days} days", by_cuts(inputs.days, _DAYS), 7, f"length of stay by {inputs.counted}")


def _acuity(inputs: RiskInputs) -> Points:
    if inputs.acute is None:
        return Points("A", "not known", None, _ACUTE, "say the type of admission at the discharge")
    return Points("A", "acute" if inputs.acute else "elective", _ACUTE if inputs.acute else 0, _ACUTE, "acuity")


def _comorbidity(inputs: RiskInputs, algorithm: RiskAlgorithm) -> Points:
    if not inputs.diagnoses:
        return Points("C", "not known", None, 5, "no diagnosis is on record")
    found = comorbidities(inputs.diagnoses, algorithm)
    total = sum(each.weight for each in found)
    named = ", ".join(f"{each.name} {each.weight} ({each.code})" for each in found) or "none of the table"
    return Points("C", f"sum {total}", by_cuts(total, _COMORBIDITY), 5, named)


def _emergency(inputs: RiskInputs) -> Points:
    visits = inputs.ed_visits
    because = "emergency visits in the 6 months up to the day before the admission"
    if visits is None:
        return Points("E", "not known", None, _MOST_ED_VISITS, because)
    return Points("E", f"{visits} visits", min(visits, _MOST_ED_VISITS), _MOST_ED_VISITS, because)
