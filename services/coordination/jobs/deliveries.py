"""The one table: message kind → the other service's endpoint, and what its answer does."""

from shared.web.delivery import Deliveries

DELIVERIES: Deliveries = {}
