"""In whose name the clock acts."""

from uuid import UUID

from shared.kit.actor import Actor


def clock(organization_id: UUID) -> Actor:
    """The clock as an actor: it has no role, and its acts are recorded under its name."""
    return Actor("clock", organization_id, frozenset(), frozenset(), "monitoring")
