"""The written table: who may do what in monitoring (domain §9). An action without a row is denied to everybody."""

from shared.kit.policy import Policy, may
from shared.vocabulary import CheckInAct, EnrollmentAct, PlanChangeAct, Role

_FHIR_WRITERS = (Role.COORDINATOR, Role.CASE_MANAGER, Role.SUPERVISOR, Role.CLINIC_ADMIN, Role.INTEGRATION)
_FHIR_READERS = (
    *_FHIR_WRITERS,
    Role.NURSE_ASSISTANT,
    Role.PHARMACIST,
    Role.DIETITIAN,
    Role.PRESCRIBER,
    Role.AUDITOR,
)

_NURSES = (Role.CASE_MANAGER, Role.COORDINATOR, Role.SUPERVISOR)
_CARING = (*_NURSES, Role.NURSE_ASSISTANT, Role.PHARMACIST, Role.DIETITIAN, Role.PRESCRIBER)
_LOOKING = (*_CARING, Role.CLINIC_ADMIN, Role.AUDITOR, Role.INTEGRATION)
_SENDING = (*_CARING, Role.INTEGRATION)
_DECIDING = (Role.CASE_MANAGER, Role.SUPERVISOR, Role.PRESCRIBER)
_ADJUSTING = (Role.CASE_MANAGER, Role.PHARMACIST)
_TEACHING = (*_ADJUSTING, Role.SUPERVISOR, Role.PRESCRIBER)
_CHANGING = {
    PlanChangeAct.PROPOSE: _TEACHING,
    PlanChangeAct.WITHDRAW: _TEACHING,
    PlanChangeAct.APPROVE: (Role.PRESCRIBER,),
    PlanChangeAct.REJECT: (Role.PRESCRIBER,),
    PlanChangeAct.VERBAL_ORDER: _ADJUSTING,
    PlanChangeAct.SIGN: (Role.PRESCRIBER,),
    PlanChangeAct.ORDER: _TEACHING,
    PlanChangeAct.TEACH_BACK: _TEACHING,
    PlanChangeAct.COSIGN: (Role.PRESCRIBER,),
    PlanChangeAct.MONITOR: _TEACHING,
    PlanChangeAct.CLOSE: _TEACHING,
    PlanChangeAct.CANCEL: _TEACHING,
}

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
    "fhir.observation.create": may("Observation", "c", *_NURSES, Role.INTEGRATION),
    "fhir.observation.read": may("Observation", "r", *_FHIR_READERS),
    "fhir.observation.search": may("Observation", "s", *_FHIR_READERS),
    "fhir.questionnaire.read": may("Questionnaire", "r", *_FHIR_READERS),
    "fhir.questionnaire.search": may("Questionnaire", "s", *_FHIR_READERS),
    "fhir.questionnaireresponse.create": may("QuestionnaireResponse", "c", *_NURSES, Role.INTEGRATION),
    "fhir.questionnaireresponse.read": may("QuestionnaireResponse", "r", *_FHIR_READERS),
    "fhir.questionnaireresponse.search": may("QuestionnaireResponse", "s", *_FHIR_READERS),
    # -- patients and stays
    "patients.register": may("Patient", "c", *_NURSES, Role.CLINIC_ADMIN, Role.INTEGRATION),
    "patients.changed": may("Patient", "u", Role.SERVICE),
    "patients.list": may("Patient", "s", *_LOOKING, Role.SERVICE),
    "patients.get": may("Patient", "r", *_LOOKING, Role.SERVICE),
    "care-teams.put": may("CareTeam", "u", Role.SERVICE),
    "care-teams.list": may("CareTeam", "s", *_LOOKING),
    "stays.put": may("Encounter", "u", Role.SERVICE),
    # -- protocols: no person in them
    "protocols.list": may("PlanDefinition", "s", *_LOOKING, Role.SPECIALIST, Role.SERVICE),
    "protocols.get": may("PlanDefinition", "r", *_LOOKING, Role.SPECIALIST, Role.SERVICE),
    # -- enrollments
    "enrollments.request": may("CarePlan", "c", *_NURSES, Role.PRESCRIBER, Role.SERVICE),
    "enrollments.eligibility": may("CarePlan", "s", *_LOOKING),
    "enrollments.list": may("CarePlan", "s", *_LOOKING, Role.SERVICE),
    "enrollments.get": may("CarePlan", "r", *_LOOKING, Role.SERVICE),
    "enrollments.summary": may("CarePlan", "r", *_LOOKING, Role.SERVICE),
    **{f"enrollments.{act}": may("CarePlan", "u", *_NURSES, Role.PRESCRIBER) for act in EnrollmentAct},
    "enrollments.consent": may("CarePlan", "u", *_CARING),
    "enrollments.consent-revoke": may("CarePlan", "u", *_CARING),
    "enrollments.tier": may("CarePlan", "u", *_DECIDING),
    "enrollments.case-manager": may("CarePlan", "u", *_NURSES),
    "enrollments.baseline": may("CarePlan", "u", *_DECIDING),
    "enrollments.target": may("CarePlan", "u", *_DECIDING),
    "enrollments.target-withdraw": may("CarePlan", "u", *_DECIDING),
    # -- devices
    "devices.assign": may("Device", "c", *_CARING),
    "devices.list": may("Device", "s", *_LOOKING),
    "devices.return": may("Device", "u", *_CARING),
    # -- readings
    "readings.record": may("Observation", "c", *_SENDING),
    "readings.record-batch": may("Observation", "c", *_SENDING),
    "readings.get": may("Observation", "r", *_LOOKING, Role.SERVICE),
    "readings.versions": may("Observation", "r", *_LOOKING),
    "readings.series": may("Observation", "s", *_LOOKING, Role.SERVICE),
    "cgm-reports.get": may("Observation", "s", *_LOOKING, Role.SERVICE),
    "readings.correct": may("Observation", "u", *_SENDING),
    "readings.unverified": may("Observation", "s", *_LOOKING),
    "readings.verify": may("Observation", "u", *_CARING),
    "readings.void": may("Observation", "u", *_SENDING),
    "reading-issues.list": may("Observation", "s", *_LOOKING),
    "reading-issues.get": may("Observation", "r", *_LOOKING),
    "reading-issues.clear": may("Observation", "u", *_CARING),
    "reading-issues.dismiss": may("Observation", "u", *_CARING),
    # -- check-ins; forms have no person in them
    "forms.list": may("Questionnaire", "s", *_LOOKING, Role.SPECIALIST, Role.SERVICE),
    "forms.get": may("Questionnaire", "r", *_LOOKING, Role.SPECIALIST, Role.SERVICE),
    "check-ins.open": may("QuestionnaireResponse", "c", *_CARING),
    "check-ins.list": may("QuestionnaireResponse", "s", *_LOOKING, Role.SERVICE),
    "check-ins.get": may("QuestionnaireResponse", "r", *_LOOKING, Role.SERVICE),
    "check-ins.history": may("QuestionnaireResponse", "r", *_LOOKING),
    **{f"check-ins.{act}": may("QuestionnaireResponse", "u", *_CARING) for act in CheckInAct},
    # -- alerts
    "alerts.list": may("DetectedIssue", "s", *_LOOKING, Role.SERVICE),
    "alerts.get": may("DetectedIssue", "r", *_LOOKING, Role.SERVICE),
    "alerts.acknowledge": may("DetectedIssue", "u", *_NURSES, Role.PRESCRIBER),
    "alerts.snooze": may("DetectedIssue", "u", *_NURSES, Role.PRESCRIBER),
    "alerts.resolve": may("DetectedIssue", "u", *_NURSES, Role.PRESCRIBER),
    # -- the practice and its time
    "practice.get": may("Organization", "r", *_LOOKING),
    "practice.put": may("Organization", "u", Role.SUPERVISOR, Role.CLINIC_ADMIN),
    "time-entries.record": may("Encounter", "c", *_CARING),
    "time-entries.list": may("Encounter", "s", *_LOOKING),
    "time-entries.get": may("Encounter", "r", *_LOOKING),
    "time-entries.correct": may("Encounter", "u", *_CARING),
    "evidence.get": may("Encounter", "r", *_LOOKING),
    "time-entries.void": may("Encounter", "u", *_CARING),
    # -- the treatment plan and scope of practice (clinical §6); bounds, authority and two people are the domain's
    "plans.start": may("CarePlan", "c", *_DECIDING, Role.INTEGRATION),
    "plans.revise": may("CarePlan", "u", *_DECIDING, Role.PHARMACIST, Role.DIETITIAN),
    "plans.list": may("CarePlan", "s", *_LOOKING),
    "plans.get": may("CarePlan", "r", *_LOOKING),
    "plans.versions": may("CarePlan", "r", *_LOOKING),
    "plans.difference": may("CarePlan", "r", *_LOOKING),
    "plans.reconcile": may("CarePlan", "u", *_DECIDING, Role.PHARMACIST),
    "plans.reconciliations": may("CarePlan", "r", *_LOOKING),
    "prescribers.record": may("PractitionerRole", "c", Role.CLINIC_ADMIN, Role.SUPERVISOR),
    "prescribers.end": may("PractitionerRole", "u", Role.CLINIC_ADMIN, Role.SUPERVISOR),
    "prescribers.list": may("PractitionerRole", "s", *_LOOKING),
    "protocol-path.get": may("PlanDefinition", "r", *_LOOKING),
    "protocol-path.enable": may("PlanDefinition", "u", Role.CLINIC_ADMIN, Role.SUPERVISOR),
    "protocol-path.sign": may("PlanDefinition", "u", Role.PRESCRIBER),
    "protocol-path.disable": may("PlanDefinition", "u", Role.CLINIC_ADMIN, Role.SUPERVISOR, Role.PRESCRIBER),
    "standing-orders.draft": may("PlanDefinition", "c", Role.CLINIC_ADMIN, Role.SUPERVISOR, Role.PRESCRIBER),
    "standing-orders.list": may("PlanDefinition", "s", *_LOOKING),
    "standing-orders.get": may("PlanDefinition", "r", *_LOOKING),
    "standing-orders.sign": may("PlanDefinition", "u", Role.PRESCRIBER),
    "standing-orders.revoke": may("PlanDefinition", "u", Role.CLINIC_ADMIN, Role.SUPERVISOR, Role.PRESCRIBER),
    "standing-orders.enroll": may("MedicationRequest", "c", Role.PRESCRIBER),
    "standing-orders.patients": may("MedicationRequest", "s", *_LOOKING),
    "standing-orders.end": may("MedicationRequest", "u", *_DECIDING),
    "plan-changes.assess": may("MedicationRequest", "r", *_ADJUSTING, Role.SUPERVISOR, Role.PRESCRIBER),
    "plan-changes.apply": may("MedicationRequest", "c", *_ADJUSTING),
    "plan-changes.create": may("MedicationRequest", "c", *_ADJUSTING, Role.SUPERVISOR, Role.PRESCRIBER),
    "plan-changes.prescribe": may("MedicationRequest", "c", Role.PRESCRIBER),
    "plan-changes.hold-dose": may("MedicationRequest", "c", Role.CASE_MANAGER),
    "plan-changes.list": may("MedicationRequest", "s", *_LOOKING),
    "plan-changes.get": may("MedicationRequest", "r", *_LOOKING),
    "plan-changes.history": may("MedicationRequest", "r", *_LOOKING),
    **{f"plan-changes.{act}": may("MedicationRequest", "u", *who) for act, who in _CHANGING.items()},
}
