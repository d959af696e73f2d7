"""The written table: who may do what in coordination (domain §9). An action without a row is denied to everybody."""

from services.coordination.domain.referrals import roles_for
from shared.kit.policy import Policy, may
from shared.vocabulary import ReferralAct, Role

_NURSES = (Role.COORDINATOR, Role.CASE_MANAGER, Role.SUPERVISOR)
_CARING = (*_NURSES, Role.NURSE_ASSISTANT, Role.PHARMACIST, Role.DIETITIAN, Role.PRESCRIBER)
_DIRECTORY = (*_CARING, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.AUDITOR, Role.INTEGRATION)
_KEEPERS = (Role.COORDINATOR, Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.INTEGRATION)

POLICY: Policy = {
    # -- ops
    "ops.messages": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.resend": may("AuditEvent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "ops.drift": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.received": may("AuditEvent", "s", Role.SERVICE),
    "ops.run-jobs": may("AuditEvent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    # -- directory
    "specialists.create": may("PractitionerRole", "c", *_KEEPERS),
    "specialists.list": may("PractitionerRole", "s", *_DIRECTORY),
    "specialists.get": may("PractitionerRole", "r", *_DIRECTORY),
    "specialists.replace": may("PractitionerRole", "u", *_KEEPERS),
    "specialists.capacity": may("PractitionerRole", "u", *_KEEPERS, Role.SPECIALIST),
    "specialists.retire": may("PractitionerRole", "u", *_KEEPERS),
    "specialists.restore": may("PractitionerRole", "u", *_KEEPERS),
    "slots.add": may("Slot", "c", *_KEEPERS, Role.SPECIALIST),
    "slots.list": may("Slot", "s", *_DIRECTORY),
    "needs.candidates": may("PractitionerRole", "s", *_NURSES, Role.PRESCRIBER, Role.AUDITOR),
    # -- referrals; who may take an act is a column of the table in domain/referrals.py
    "referrals.create": may("ServiceRequest", "c", *_NURSES, Role.PRESCRIBER),
    "referrals.list": may("ServiceRequest", "s", *_CARING, Role.SPECIALIST, Role.AUDITOR, Role.INTEGRATION),
    "referrals.get": may("ServiceRequest", "r", *_CARING, Role.SPECIALIST, Role.AUDITOR, Role.INTEGRATION),
    **{f"referrals.{act}": may("ServiceRequest", "u", *roles_for(act)) for act in ReferralAct},
    # -- care teams
    "care-teams.join": may("CareTeam", "c", *_NURSES, Role.PRESCRIBER),
    "care-teams.leave": may("CareTeam", "u", *_NURSES, Role.PRESCRIBER),
    "care-teams.list": may("CareTeam", "s", *_CARING, Role.AUDITOR, Role.INTEGRATION),
    # -- worklist
    "worklist.list": may("Task", "s", *_CARING, Role.AUDITOR),
    "worklist.claim": may("Task", "u", *_CARING),
    "worklist.release": may("Task", "u", *_CARING),
}
