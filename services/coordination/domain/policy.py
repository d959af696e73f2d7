"""The written table: who may do what in coordination (domain §9). An action without a row is denied to everybody."""

from services.coordination.domain.referrals import roles_for
from shared.kit.policy import Policy, may
from shared.vocabulary import ReferralAct, Role

_NURSES = (Role.COORDINATOR, Role.CASE_MANAGER, Role.SUPERVISOR)
_CARING = (*_NURSES, Role.NURSE_ASSISTANT, Role.PHARMACIST, Role.DIETITIAN, Role.PRESCRIBER)
_READERS = (*_CARING, Role.CLINIC_ADMIN, Role.AUDITOR, Role.INTEGRATION)
_STAY_ACTS = ("begin", "discharge", "cancel-discharge", "cancel", "enter-in-error", "correct")
_DIRECTORY = (*_CARING, Role.SPECIALIST, Role.CLINIC_ADMIN, Role.AUDITOR, Role.INTEGRATION)
_KEEPERS = (Role.COORDINATOR, Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.INTEGRATION)

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
    "ops.job-failures": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.drift": may("AuditEvent", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.AUDITOR),
    "ops.received": may("AuditEvent", "s", Role.SERVICE),
    "ops.run-jobs": may("AuditEvent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    # -- patients
    "patients.register": may("Patient", "c", *_NURSES, Role.CLINIC_ADMIN, Role.INTEGRATION),
    "patients.list": may("Patient", "s", *_READERS),
    "patients.get": may("Patient", "r", *_READERS),
    "patients.change": may("Patient", "u", *_NURSES, Role.CLINIC_ADMIN, Role.INTEGRATION),
    "patients.overview": may("Patient", "r", *_READERS),
    "patients.timeline": may("Patient", "r", *_READERS),
    "patients.merge-preview": may("Patient", "r", *_NURSES, Role.CLINIC_ADMIN),
    "patients.merge": may("Patient", "u", *_NURSES, Role.CLINIC_ADMIN),
    "patients.undo-merge-preview": may("Patient", "r", *_NURSES, Role.CLINIC_ADMIN),
    "patients.undo-merge": may("Patient", "u", *_NURSES, Role.CLINIC_ADMIN),
    "duplicates.list": may("Patient", "s", *_NURSES, Role.CLINIC_ADMIN),
    "duplicates.of-patient": may("Patient", "s", *_NURSES, Role.CLINIC_ADMIN),
    "duplicates.tell-apart": may("Patient", "u", *_NURSES, Role.CLINIC_ADMIN),
    # -- consents to what leaves the house
    "consents.say": may("Consent", "c", *_CARING, Role.INTEGRATION),
    "consents.get": may("Consent", "r", *_READERS),
    "consent-rules.get": may("Consent", "r", *_READERS),
    "consent-rules.change": may("Consent", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    # -- stays
    "stays.admit": may("Encounter", "c", *_NURSES, Role.PRESCRIBER, Role.INTEGRATION),
    "stays.list": may("Encounter", "s", *_READERS),
    "risk-scores.calculate": may("RiskAssessment", "c", *_NURSES, Role.PRESCRIBER, Role.INTEGRATION),
    "risk-scores.list": may("RiskAssessment", "s", *_READERS),
    "risk-scores.get": may("RiskAssessment", "r", *_READERS),
    "stays.get": may("Encounter", "r", *_READERS),
    **{f"stays.{act}": may("Encounter", "u", *_NURSES, Role.PRESCRIBER, Role.INTEGRATION) for act in _STAY_ACTS},
    **{
        f"stays.{act}": may("Encounter", "r", *_NURSES, Role.PRESCRIBER, Role.INTEGRATION)
        for act in ("discharge-preview", "correct-preview")
    },
    "stays.tcm": may("Encounter", "r", *_READERS),
    "patients.tcm": may("Encounter", "s", *_READERS),
    "stays.accept-plan": may("Encounter", "u", *_NURSES, Role.PRESCRIBER),
    # -- pathways and the calendar
    "pathways.list": may("PlanDefinition", "s", *_READERS),
    "calendar.get": may("Organization", "r", *_READERS),
    "calendar.change": may("Organization", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "sites.list": may("Location", "s", *_READERS),
    "sites.calendar": may("Location", "r", *_READERS),
    "sites.change-calendar": may("Location", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "patients.practice": may("Patient", "r", *_READERS),
    "patients.change-practice": may("Patient", "u", *_NURSES, Role.CLINIC_ADMIN, Role.INTEGRATION),
    # -- needs
    "needs.identify": may("ServiceRequest", "c", *_CARING, Role.INTEGRATION, Role.SERVICE),
    "needs.list": may("ServiceRequest", "s", *_READERS),
    "needs.get": may("ServiceRequest", "r", *_READERS),
    **{f"needs.{act}": may("ServiceRequest", "u", *_CARING) for act in ("arrange", "progress", "meet", "release")},
    **{f"needs.{act}": may("ServiceRequest", "u", *_NURSES) for act in ("assign", "give-up", "pause", "resume")},
    **{f"needs.{act}": may("ServiceRequest", "u", *_NURSES, Role.PRESCRIBER) for act in ("waive", "reopen")},
    "needs.screen": may("ServiceRequest", "u", *_CARING),
    "needs.withdraw": may("ServiceRequest", "u", *_NURSES),
    "needs.enroll": may("ServiceRequest", "u", *_NURSES, Role.PRESCRIBER),
    "need-evidence.give": may("ServiceRequest", "u", *_CARING, Role.INTEGRATION, Role.SERVICE),
    "need-sources.end": may("ServiceRequest", "u", *_NURSES, Role.SERVICE),
    # -- contacts
    "contacts.record": may("Communication", "c", *_CARING),
    "contacts.list": may("Communication", "s", *_CARING, Role.AUDITOR),
    "contacts.get": may("Communication", "r", *_CARING, Role.AUDITOR),
    # -- directory
    "specialists.create": may("PractitionerRole", "c", *_KEEPERS),
    "specialists.list": may("PractitionerRole", "s", *_DIRECTORY),
    "specialists.get": may("PractitionerRole", "r", *_DIRECTORY),
    "specialists.replace": may("PractitionerRole", "u", *_KEEPERS),
    "specialists.capacity": may("PractitionerRole", "u", *_KEEPERS, Role.SPECIALIST),
    "directory-imports.take": may("PractitionerRole", "c", *_KEEPERS),
    "specialists.retire": may("PractitionerRole", "u", *_KEEPERS),
    "specialists.restore": may("PractitionerRole", "u", *_KEEPERS),
    "slots.add": may("Slot", "c", *_KEEPERS, Role.SPECIALIST),
    "slots.list": may("Slot", "s", *_DIRECTORY),
    "needs.candidates": may("PractitionerRole", "s", *_NURSES, Role.PRESCRIBER, Role.AUDITOR),
    "needs.excluded": may("PractitionerRole", "s", *_NURSES, Role.PRESCRIBER, Role.AUDITOR),
    "needs.candidate": may("PractitionerRole", "s", *_NURSES, Role.PRESCRIBER, Role.AUDITOR),
    "care-preferences.get": may("Patient", "r", *_CARING, Role.AUDITOR),
    "care-preferences.change": may("Patient", "u", *_CARING, Role.INTEGRATION),
    "preferred-networks.get": may("PractitionerRole", "s", *_CARING, Role.CLINIC_ADMIN, Role.AUDITOR),
    "preferred-networks.change": may("PractitionerRole", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "waitlist.join": may("ServiceRequest", "u", *_NURSES, Role.PRESCRIBER),
    "waitlist.list": may("ServiceRequest", "s", *_CARING, Role.AUDITOR),
    **{f"waitlist.{act}": may("ServiceRequest", "u", *_NURSES, Role.PRESCRIBER) for act in ("accept", "leave")},
    "assignments.propose": may("ServiceRequest", "c", *_NURSES),
    "assignments.get": may("ServiceRequest", "r", *_NURSES, Role.AUDITOR),
    "assignments.items": may("ServiceRequest", "s", *_NURSES, Role.AUDITOR),
    "assignments.accept": may("ServiceRequest", "c", *_NURSES),
    # -- referrals; who may take an act is a column of the table in domain/referral_table.py
    "referrals.create": may("ServiceRequest", "c", *_NURSES, Role.PRESCRIBER),
    "referrals.list": may("ServiceRequest", "s", *_CARING, Role.SPECIALIST, Role.AUDITOR, Role.INTEGRATION),
    "referrals.choice": may("ServiceRequest", "r", *_CARING, Role.AUDITOR),
    "referrals.get": may("ServiceRequest", "r", *_CARING, Role.SPECIALIST, Role.AUDITOR, Role.INTEGRATION),
    **{f"referrals.{act}": may("ServiceRequest", "u", *roles) for act in ReferralAct if (roles := roles_for(act))},
    "documents.attach": may("DocumentReference", "c", *_NURSES, Role.PRESCRIBER, Role.SPECIALIST, Role.INTEGRATION),
    "documents.list": may("DocumentReference", "s", *_CARING, Role.SPECIALIST, Role.AUDITOR, Role.INTEGRATION),
    "documents.content": may("DocumentReference", "r", *_CARING, Role.SPECIALIST, Role.AUDITOR, Role.INTEGRATION),
    "letters.write": may("DocumentReference", "c", *_NURSES, Role.PRESCRIBER),
    "reply-links.list": may("DocumentReference", "s", *_NURSES, Role.PRESCRIBER, Role.AUDITOR),
    "reply-links.revoke": may("DocumentReference", "u", *_NURSES, Role.PRESCRIBER),
    # -- how patients are followed
    "enrollments.put": may("CarePlan", "u", Role.SERVICE),
    "enrollments.list": may("CarePlan", "s", *_CARING, Role.AUDITOR, Role.INTEGRATION),
    # -- care teams
    "care-teams.join": may("CareTeam", "c", *_NURSES, Role.PRESCRIBER),
    "care-teams.leave": may("CareTeam", "u", *_NURSES, Role.PRESCRIBER),
    "care-teams.list": may("CareTeam", "s", *_CARING, Role.AUDITOR, Role.INTEGRATION),
    # -- worklist
    "worklist.list": may("Task", "s", *_CARING, Role.AUDITOR),
    "worklist.claim": may("Task", "u", *_CARING),
    "worklist.release": may("Task", "u", *_CARING),
    "worklist.assign": may("Task", "u", *_NURSES),
    "worklist.get": may("Task", "r", *_CARING, Role.AUDITOR),
    "worklist.stream": may("Task", "s", *_CARING, Role.AUDITOR),
    "worklist.counts": may("Task", "s", *_CARING, Role.AUDITOR),
    **{f"worklist-views.{act}": may("Task", "s", *_CARING) for act in ("save", "list", "get", "replace", "remove")},
    # -- measures
    "measures.list": may("MeasureReport", "s", *_CARING, Role.CLINIC_ADMIN, Role.AUDITOR),
    "measures.get": may("MeasureReport", "r", *_CARING, Role.CLINIC_ADMIN, Role.AUDITOR),
    # -- teams
    "teams.make": may("Group", "c", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "teams.put": may("Group", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "teams.list": may("Group", "s", *_CARING, Role.CLINIC_ADMIN, Role.AUDITOR),
    "teams.get": may("Group", "r", *_CARING, Role.CLINIC_ADMIN, Role.AUDITOR),
    # -- absences
    "absences.say": may("Task", "c", *_CARING, Role.CLINIC_ADMIN),
    "absences.end": may("Task", "u", *_CARING, Role.CLINIC_ADMIN),
    "absences.list": may("Task", "s", *_CARING, Role.CLINIC_ADMIN, Role.AUDITOR),
    "absences.get": may("Task", "r", *_CARING, Role.CLINIC_ADMIN, Role.AUDITOR),
    # -- hand-overs
    "hand-overs.preview": may("Task", "s", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "hand-overs.make": may("Task", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "hand-overs.list": may("Task", "s", *_NURSES, Role.CLINIC_ADMIN, Role.AUDITOR),
    "hand-overs.get": may("Task", "r", *_NURSES, Role.CLINIC_ADMIN, Role.AUDITOR),
    # -- fhir; within a Bundle each entry is decided by its own row
    "fhir.bundle": may("Bundle", "c", *_FHIR_WRITERS),
    "fhir.patient.create": may("Patient", "c", *_FHIR_WRITERS),
    "fhir.patient.read": may("Patient", "r", *_FHIR_READERS),
    "fhir.patient.search": may("Patient", "s", *_FHIR_READERS),
    # A hospital encounter admits and discharges, so it is for those who may.
    "fhir.encounter.create": may("Encounter", "c", *_NURSES, Role.INTEGRATION),
    "fhir.encounter.read": may("Encounter", "r", *_FHIR_READERS),
    "fhir.encounter.search": may("Encounter", "s", *_FHIR_READERS),
    "fhir.condition.create": may("Condition", "c", *_FHIR_WRITERS),
    "fhir.condition.read": may("Condition", "r", *_FHIR_READERS),
    "fhir.condition.search": may("Condition", "s", *_FHIR_READERS),
    **{
        f"fhir.{name.lower()}.{act}": may(name, act[0], *_FHIR_READERS)
        for name in ("ServiceRequest", "Task", "Appointment", "RiskAssessment")
        for act in ("read", "search")
    },
    **{
        f"fhir.{name.lower()}.{act}": may(name, act[0], *(_KEEPERS if act in ("create", "update") else _FHIR_READERS))
        for name in ("Location", "PractitionerRole", "HealthcareService", "Schedule", "Slot")
        for act in ("create", "update", "read", "search")
    },
    **{
        f"fhir.servicerequest.{act}": may("ServiceRequest", act[0], *_NURSES, Role.INTEGRATION)
        for act in ("create", "update")
    },
    "fhir.practitioner.create": may("Practitioner", "c", *_FHIR_WRITERS),
    "fhir.practitioner.read": may("Practitioner", "r", *_FHIR_READERS),
    "fhir.practitioner.search": may("Practitioner", "s", *_FHIR_READERS),
    "fhir.organization.create": may("Organization", "c", *_FHIR_WRITERS),
    "fhir.organization.read": may("Organization", "r", *_FHIR_READERS),
    "fhir.organization.search": may("Organization", "s", *_FHIR_READERS),
}
