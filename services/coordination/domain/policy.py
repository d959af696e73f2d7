"""The written table: who may do what in coordination (domain §9). An action without a row is denied to everybody."""

from shared.kit.policy import Policy, may
from shared.vocabulary import Role

POLICY: Policy = {
    # -- ops
    "ops.messages": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.resend": may("AuditEvent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "ops.drift": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.received": may("AuditEvent", "s", Role.SERVICE),
    "ops.run-jobs": may("AuditEvent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
}
