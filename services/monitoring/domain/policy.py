"""The written table: who may do what in monitoring (domain §9). An action without a row is denied to everybody."""

from shared.kit.policy import Policy, may
from shared.vocabulary import Role

_FHIR_WRITERS = (Role.COORDINATOR, Role.CASE_MANAGER, Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.INTEGRATION)
_FHIR_READERS = (
    *_FHIR_WRITERS,
    Role.NURSE_ASSISTANT,
    Role.PHARMACIST,
    Role.DIETITIAN,
    Role.PRESCRIBER,
    Role.AUDITOR,
)

POLICY: Policy = {
    # -- ops
    "ops.messages": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.resend": may("AuditEvent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "ops.drift": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.received": may("AuditEvent", "s", Role.SERVICE),
    "ops.run-jobs": may("AuditEvent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    # -- fhir; within a Bundle each entry is decided by its own row
    "fhir.bundle": may("Bundle", "c", *_FHIR_WRITERS),
    "fhir.patient.create": may("Patient", "c", *_FHIR_WRITERS),
    "fhir.patient.read": may("Patient", "r", *_FHIR_READERS),
    "fhir.patient.search": may("Patient", "s", *_FHIR_READERS),
    "fhir.observation.create": may("Observation", "c", *_FHIR_WRITERS),
    "fhir.observation.read": may("Observation", "r", *_FHIR_READERS),
    "fhir.observation.search": may("Observation", "s", *_FHIR_READERS),
}
