"""The one table: message kind → the other service's endpoint, and what its answer does."""

from services.monitoring.clients import coordination
from shared.web.delivery import Deliveries, Delivery

# Monitoring follows some whom coordination has still to register.
_ONCE_REGISTERED = frozenset({"patient.unknown"})

DELIVERIES: Deliveries = {
    "EnrollmentChanged": Delivery(coordination.put_enrollment),
    "NeedIdentified": Delivery(coordination.identify_need, later=_ONCE_REGISTERED),
    "NeedSourceEnded": Delivery(coordination.end_need_source, later=_ONCE_REGISTERED),
    "NeedEvidence": Delivery(coordination.give_evidence, later=_ONCE_REGISTERED | {"time.in-the-future"}),
}
