"""The diagnoses of a stay: FHIR's reason codes, and the conditions that last at its end."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from services.coordination.domain import diagnoses as domain
from shared.contracts.coordination.stays import Diagnosis
from shared.fhir.codes import CONDITION_VERIFICATION, DIAGNOSIS_SYSTEM
from shared.fhir.elements import CodeableConcept, Coding
from shared.fhir.resources import Condition, Encounter
from shared.fhir.times import span
from shared.fhir.validation import made
from shared.vocabulary import CodeSystem, ConditionVerification, DiagnosisRole

MOST = 100
_NOT_SO = {ConditionVerification.REFUTED, ConditionVerification.ENTERED_IN_ERROR}


def diagnoses_of(encounter: Encounter, conditions: Iterable[Condition], *, at: datetime | None) -> list[Diagnosis]:
    """The diagnoses of a stay, each code once; the first reason is the principal one.

    ``conditions`` are the patient's; one counts while it lasts at the instant ``at``.
    """
    listed = [(concept, "Encounter.reasonCode") for concept in encounter.reason_code or ()]
    lasting = [one for one in conditions if at is not None and one.code is not None and _lasts(one, at)]
    listed += [(one.code, "Condition.code") for one in lasting if one.code is not None]
    found: dict[tuple[str, str], Diagnosis] = {}
    for concept, where in listed:
        for diagnosis in _read(concept, where, first=not found):
            found.setdefault((diagnosis.system, diagnosis.code), diagnosis)
    return list(found.values())[:MOST]


def write_diagnoses(diagnoses: Sequence[Diagnosis]) -> list[CodeableConcept] | None:
    """Diagnoses as reason codes, the principal one first."""
    ordered = sorted(diagnoses, key=lambda one: one.role is not DiagnosisRole.PRINCIPAL)
    return [_concept(one) for one in ordered] or None


def _read(concept: CodeableConcept, where: str, *, first: bool) -> Iterator[Diagnosis]:
    for coding in concept.coding or ():
        if coding.code is None or not DIAGNOSIS_SYSTEM.knows(coding.system):
            continue
        system = DIAGNOSIS_SYSTEM.read(coding.system or "", at=where)
        role = DiagnosisRole.PRINCIPAL if first else DiagnosisRole.SECONDARY
        if where == "Condition.code" and not _has_shape(system, coding.code):
            continue
        yield made(Diagnosis, where, system=system, code=coding.code, role=role, text=concept.text or coding.display)
        return


def _has_shape(system: CodeSystem, code: str) -> bool:
    # The condition itself is refused in its own entry; the stay need not be.
    try:
        domain.check(domain.Diagnosis(system, code.upper(), DiagnosisRole.SECONDARY))
    except domain.DiagnosisCodeUnknown:
        return False
    return True


def _lasts(condition: Condition, at: datetime) -> bool:
    verification = CONDITION_VERIFICATION.of(condition.verification_status, at="Condition.verificationStatus")
    if verification in _NOT_SO:
        return False
    begun = condition.onset_date_time is None or span(condition.onset_date_time)[0] <= at
    return begun and (condition.abatement_date_time is None or span(condition.abatement_date_time)[0] > at)


def _concept(diagnosis: Diagnosis) -> CodeableConcept:
    coding = Coding(system=DIAGNOSIS_SYSTEM.write(diagnosis.system), code=diagnosis.code)
    return CodeableConcept(coding=[coding], text=diagnosis.text)
