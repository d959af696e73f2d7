"""Facts of a stay, as values."""

from datetime import UTC, date, datetime

from services.coordination.domain.diagnoses import Diagnosis, with_principal
from services.coordination.domain.pathways.base import Facts
from shared.vocabulary import (
    CodeSystem,
    DiagnosisRole,
    DischargeDisposition,
    StayClass,
)


def icd(code: str, role: DiagnosisRole = DiagnosisRole.SECONDARY) -> Diagnosis:
    """An ICD-10-CM diagnosis."""
    return Diagnosis(CodeSystem.ICD_10_CM, code, role)


def facts(*codes: str, **changes: object) -> Facts:
    """A discharge home after five days, the first code principal."""
    base: dict[str, object] = {
        "stay_class": StayClass.INPATIENT,
        "disposition": DischargeDisposition.HOME,
        "admitted_at": datetime(2026, 8, 30, 15, 40, tzinfo=UTC),
        "discharged_at": datetime(2026, 9, 4, 19, 20, tzinfo=UTC),
        "admitted_on": date(2026, 8, 30),
        "discharged_on": date(2026, 9, 4),
        "age": 74,
        "diagnoses": with_principal([icd(code) for code in codes]),
    }
    return Facts(**{**base, **changes})  # type: ignore[arg-type]
