"""Diagnoses by code: ICD-10-CM by prefix of the dotless code, SNOMED CT by the concept itself (clinical §5.5)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.kit.problems import Problem
from shared.vocabulary import CodeSystem, DiagnosisRole

_SHAPES = {
    CodeSystem.ICD_10_CM: re.compile(r"^[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?$"),
    CodeSystem.SNOMED: re.compile(r"^[1-9]\d{5,17}$"),
}
_EXAMPLES = {CodeSystem.ICD_10_CM: "I50.23", CodeSystem.SNOMED: "84114007"}


class DiagnosisCodeUnknown(Problem):
    """The code cannot be one of the terminology it is said to come from."""

    code = "diagnosis.code-unknown"
    title = "This is no code of that terminology"


class SeveralPrincipal(Problem):
    """A stay has one principal diagnosis: what it was chiefly for (UHDDS)."""

    code = "diagnosis.several-principal"
    title = "More than one diagnosis is called principal"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One diagnosis of a stay."""

    system: CodeSystem
    code: str
    role: DiagnosisRole

    @property
    def plain(self) -> str:
        """The code without its dot: value sets carry it that way."""
        return self.code.replace(".", "").upper()


@dataclass(frozen=True, slots=True)
class CodeSet:
    """Codes that mean one condition."""

    prefixes: tuple[str, ...]
    concepts: frozenset[str] = frozenset()

    def has(self, diagnosis: Diagnosis) -> bool:
        """Whether a diagnosis is one of these."""
        if diagnosis.system is CodeSystem.SNOMED:
            return diagnosis.code in self.concepts
        return diagnosis.plain.startswith(self.prefixes)

    def among(self, diagnoses: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
        """Those of ``diagnoses`` that are one of these, in their order."""
        return tuple(d for d in diagnoses if self.has(d))


# clinical §5.5; 88805009 (chronic congestive heart failure) is what Synthea's patients carry.
HEART_FAILURE = CodeSet(("I110", "I130", "I132", "I50"), frozenset({"84114007", "42343007", "88805009"}))
ACUTE_HEART_FAILURE = CodeSet(("I5021", "I5023", "I5031", "I5033", "I5041", "I5043", "I50811", "I50813"))
DIABETES = CodeSet(("E10", "E11", "E13"), frozenset({"44054006", "46635009"}))
TYPE_1_DIABETES = CodeSet(("E10",), frozenset({"46635009"}))
DIABETES_IN_PREGNANCY = CodeSet(("O24",))
HYPERGLYCAEMIC_CRISIS = CodeSet(("E100", "E101", "E110", "E111", "E130", "E131"))
ACUTE_DIABETES = CodeSet((*HYPERGLYCAEMIC_CRISIS.prefixes, "E1064", "E1065", "E1164", "E1165", "E1364", "E1365"))
COPD = CodeSet(("J44",), frozenset({"13645005", "185086009"}))
ACUTE_COPD = CodeSet(("J440", "J441"))
ASTHMA = CodeSet(("J45",), frozenset({"195967001"}))
# The last digit: 1 with exacerbation, 2 with status asthmaticus.
ACUTE_ASTHMA = CodeSet(
    (*(f"J45{step}{acute}" for step in "2345" for acute in "12"), "J45901", "J45902"), frozenset({"708038006"})
)
MYOCARDIAL_INFARCTION = CodeSet(("I21", "I22"), frozenset({"22298006", "401303003", "401314000"}))
STROKE = CodeSet(("I61", "I63", "G45"), frozenset({"230690007", "266257000"}))
ATRIAL_FIBRILLATION = CodeSet(("I48",), frozenset({"49436004"}))
ATHEROSCLEROSIS = CodeSet(("I25", "I65", "I66", "I672", "I70"))
PNEUMONIA = CodeSet(("J12", "J13", "J14", "J15", "J16", "J17", "J18"), frozenset({"233604007"}))
# Mental illness and intentional self-harm as HEDIS FUH reads them (from memory; a coder confirms before release).
MENTAL_ILLNESS = CodeSet(
    (*(f"F{number}" for number in (*range(20, 54), *range(60, 70), *range(84, 100))), "T1491", "R45851"),
    frozenset({"370143000", "13746004", "58214004"}),
)
TOBACCO = CodeSet(("F172", "Z720", "Z716"), frozenset({"449868002", "77176002"}))
INSULIN_USE = CodeSet(("Z794",))


def check(diagnosis: Diagnosis) -> None:
    """Refuse what cannot be a code.

    Raises:
        DiagnosisCodeUnknown: the text has not the shape of the terminology's codes.
    """
    if not _SHAPES[diagnosis.system].match(diagnosis.code):
        raise DiagnosisCodeUnknown(
            f"{diagnosis.code!r} is no code of {diagnosis.system}. Write it like {_EXAMPLES[diagnosis.system]}."
        )


def check_told(diagnoses: Sequence[Diagnosis]) -> None:
    """Refuse diagnoses that cannot be those of one stay.

    Raises:
        DiagnosisCodeUnknown: a text has not the shape of the terminology's codes.
        SeveralPrincipal: more than one is called principal.
    """
    for diagnosis in diagnoses:
        check(diagnosis)
    principal = [diagnosis.code for diagnosis in diagnoses if diagnosis.role is DiagnosisRole.PRINCIPAL]
    if len(principal) > 1:
        raise SeveralPrincipal(
            f"{' and '.join(principal)} are called principal. Call the one principal that the stay was chiefly for, "
            "and send the others as secondary."
        )


def with_principal(diagnoses: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """The diagnoses; where none is called principal, the first one is (coding sequence)."""
    found = tuple(diagnoses)
    if not found or any(d.role is DiagnosisRole.PRINCIPAL for d in found):
        return found
    first = Diagnosis(found[0].system, found[0].code, DiagnosisRole.PRINCIPAL)
    return (first, *found[1:])
