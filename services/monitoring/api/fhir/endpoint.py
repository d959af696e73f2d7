"""What monitoring offers under /fhir/R4: one table for routes, Bundles and the CapabilityStatement."""

from services.monitoring.api.fhir import (
    care_plan,
    medication_request,
    observation,
    patient,
    questionnaire,
    questionnaire_response,
)
from services.monitoring.domain.policy import POLICY
from shared.fhir.kind import Kinds
from shared.web.fhir import fhir_routers

KINDS: Kinds = {
    kind.name: kind
    for kind in (
        patient.KIND,
        observation.KIND,
        questionnaire.KIND,
        questionnaire_response.KIND,
        care_plan.KIND,
        medication_request.KIND,
    )
}

public, router = fhir_routers(KINDS, POLICY, title="Careweave monitoring")
