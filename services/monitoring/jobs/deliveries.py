"""The one table: message kind → the other service's endpoint, and what its answer does."""

from services.monitoring.clients import coordination
from shared.web.delivery import Deliveries, Delivery

DELIVERIES: Deliveries = {
    "NeedIdentified": Delivery(coordination.identify_need),
    "NeedEvidence": Delivery(coordination.give_evidence),
}
