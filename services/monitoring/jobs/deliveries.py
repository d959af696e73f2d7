"""The one table: message kind → the other service's endpoint, and what its answer does."""

from services.monitoring.clients import coordination
from shared.web.delivery import Deliveries, Delivery

DELIVERIES: Deliveries = {
    "EnrollmentChanged": Delivery(coordination.put_enrollment),
    "NeedIdentified": Delivery(coordination.identify_need),
    "NeedSourceEnded": Delivery(coordination.end_need_source),
    "NeedEvidence": Delivery(coordination.give_evidence),
}
