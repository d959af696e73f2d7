"""Who is asking: what a checked token says, and nothing else."""

from dataclasses import dataclass
from uuid import UUID

from shared.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The subject of a checked access token.

    ``on_behalf_of`` is the person for whom the other service calls; it is honoured for role ``service`` only.
    ``scopes`` are SMART v2 strings such as ``user/Observation.cruds``.
    """

    subject: str
    organization_id: UUID
    roles: frozenset[Role]
    scopes: frozenset[str]
    client_id: str
    on_behalf_of: str | None = None

    @property
    def person(self) -> str:
        """The subject to name in records: the originating person where one is known."""
        return self.on_behalf_of or self.subject
