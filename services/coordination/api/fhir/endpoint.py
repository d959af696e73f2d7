"""What coordination offers under /fhir/R4: one table for routes, Bundles and the CapabilityStatement."""

from services.coordination.api.fhir import (
    condition,
    directory_kinds,
    encounter,
    location,
    order,
    organization,
    patient,
    practitioner,
    referral,
    risk_assessment,
    schedule,
    slot,
)
from services.coordination.api.fhir.gate import gated
from services.coordination.domain.policy import POLICY
from shared.fhir.kind import Kinds
from shared.web.fhir import fhir_routers

KINDS: Kinds = {
    kind.name: gated(kind)
    for kind in (
        organization.KIND,
        practitioner.KIND,
        location.KIND,
        directory_kinds.ROLE,
        directory_kinds.SERVICE,
        schedule.KIND,
        slot.KIND,
        patient.KIND,
        encounter.KIND,
        condition.KIND,
        order.KIND,
        referral.TASK,
        referral.APPOINTMENT,
        risk_assessment.KIND,
    )
}

public, router = fhir_routers(KINDS, POLICY, title="Careweave coordination")
