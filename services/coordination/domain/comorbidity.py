"""The comorbidities of LACE: Quan's ICD-10 codes with the weights of either table in use (clinical §3.1, S54, S56).

The weights are not those of Charlson 1987. Codes from memory of Quan 2005: a coder confirms them before release.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.coordination.domain.diagnoses import CodeSet, Diagnosis
from shared.vocabulary import RiskAlgorithm


def _codes(text: str, *concepts: str) -> CodeSet:
    return CodeSet(tuple(text.split()), frozenset(concepts))


def _span(letter: str, first: int, last: int) -> str:
    return " ".join(f"{letter}{number:02}" for number in range(first, last + 1))


_DIABETES = ("E10", "E11", "E12", "E13", "E14")
_MILD_RENAL = "renal disease, mild"
_SEVERE_RENAL = "renal disease, moderate or severe"
CODES: Mapping[str, CodeSet] = {
    "previous myocardial infarction": _codes("I21 I22 I252", "22298006", "399211009"),
    "cerebrovascular disease": _codes(f"G45 G46 H340 {_span('I', 60, 69)}", "230690007", "266257000"),
    "peripheral vascular disease": _codes(
        "I70 I71 I731 I738 I739 I771 I790 I792 K551 K558 K559 Z958 Z959", "400047006"
    ),
    "diabetes without complications": _codes(
        " ".join(f"{code}{digit}" for code in _DIABETES for digit in "01689"), "44054006", "46635009"
    ),
    "heart failure": _codes(
        f"I099 I110 I130 I132 I255 I420 {_span('I', 43, 43)} I425 I426 I427 I428 I429 I50 P290",
        "84114007", "42343007", "88805009",
    ),
    "diabetes with end-organ damage": _codes(
        " ".join(f"{code}{digit}" for code in _DIABETES for digit in "23457"),
        "127013003", "422034002", "368581000119106",
    ),
    "chronic pulmonary disease": _codes(
        f"I278 I279 {_span('J', 40, 47)} {_span('J', 60, 67)} J684 J701 J703",
        "13645005", "185086009", "87433001", "195967001",
    ),
    "mild liver disease": _codes(
        "B18 K700 K701 K702 K703 K709 K713 K714 K715 K717 K73 K74 K760 K762 K763 K764 K768 K769 Z944"
    ),
    "any tumour": _codes(
        f"{_span('C', 0, 26)} {_span('C', 30, 34)} {_span('C', 37, 41)} C43 {_span('C', 45, 58)} {_span('C', 60, 76)}"
        f" {_span('C', 81, 85)} C88 {_span('C', 90, 97)}"
    ),
    "dementia": _codes("F00 F01 F02 F03 F051 G30 G311", "26929004", "230265002"),
    "connective tissue disease": _codes("M05 M06 M315 M32 M33 M34 M351 M353 M360", "69896004"),
    "moderate or severe liver disease": _codes("I850 I859 I864 I982 K704 K711 K721 K729 K765 K766 K767"),
    "HIV or AIDS": _codes("B20 B21 B22 B24"),
    "metastatic cancer": _codes("C77 C78 C79 C80"),
    # The hospital tool counts kidneys in two steps and gives no codes: the split at stage 4 is a project default.
    _MILD_RENAL: _codes("N181 N182 N183 N032 N033 N034 N035 N036 N037 N052 N053 N054 N055 N056 N057 N250", "433144002"),
    _SEVERE_RENAL: _codes(
        "I120 I131 N184 N185 N186 N19 Z490 Z491 Z492 Z940 Z992", "431857002", "433146000", "46177005"
    ),
}  # fmt: skip
_SHARED = {
    "previous myocardial infarction": 1,
    "cerebrovascular disease": 1,
    "peripheral vascular disease": 1,
    "diabetes without complications": 1,
    "heart failure": 2,
    "diabetes with end-organ damage": 2,
    "chronic pulmonary disease": 2,
    "mild liver disease": 2,
    "any tumour": 2,
    "dementia": 3,
    "connective tissue disease": 3,
    "moderate or severe liver disease": 4,
    "metastatic cancer": 6,
}
WEIGHTS: Mapping[RiskAlgorithm, Mapping[str, int]] = {
    RiskAlgorithm.LACE_2010: {**_SHARED, "HIV or AIDS": 4},
    RiskAlgorithm.LACE_TOOL: {**_SHARED, _MILD_RENAL: 2, _SEVERE_RENAL: 4},
}
# Of each row only the most serious counts; the tool has liver and kidney in one row.
_ROWS: Sequence[tuple[str, ...]] = (
    ("diabetes without complications", "diabetes with end-organ damage"),
    ("any tumour", "metastatic cancer"),
    (_MILD_RENAL, _SEVERE_RENAL, "mild liver disease", "moderate or severe liver disease"),
)


@dataclass(frozen=True, slots=True)
class Comorbidity:
    """A condition of the table, its weight, and the code it was found by."""

    name: str
    weight: int
    code: str


def comorbidities(diagnoses: Sequence[Diagnosis], algorithm: RiskAlgorithm) -> tuple[Comorbidity, ...]:
    """What of the table's conditions the patient has; of a row only the most serious."""
    found = []
    for name, weight in WEIGHTS[algorithm].items():
        codes = CODES[name].among(diagnoses)
        if codes:
            found.append(Comorbidity(name, weight, codes[0].code))
    return tuple(each for each in found if not _outweighed(each, found))


def _outweighed(one: Comorbidity, found: Sequence[Comorbidity]) -> bool:
    row = next((row for row in _ROWS if one.name in row), ())
    rivals = [each for each in found if each.name in row]
    return bool(rivals) and max(rivals, key=lambda each: each.weight) is not one
